"""From messages to prompt text by the model's own chat template.

The template's marks and the inserted text are kept apart, so that `<|im_end|>` inside a user's
fact stays text and never becomes a control token.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from jinja2.exceptions import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage

from assistant.errors import ModelError

_ROLES: dict[type[BaseMessage], str] = {
    SystemMessage: "system",
    HumanMessage: "user",
    AIMessage: "assistant",
}
# Private-use characters that stand for a message's text while the template is rendered.
_PLACE = re.compile("\ue000(\\d+)\ue001")


@dataclass(frozen=True)
class Piece:
    """A stretch of the prompt: the template's own text, or inserted text."""

    text: str
    control: bool
    """Whether control tokens may be read in it."""


@dataclass(frozen=True)
class Prompt:
    """A prompt: the head is what it may have in common with other ones."""

    head: tuple[Piece, ...]
    tail: tuple[Piece, ...]


class ChatFormat:
    """A chat template, compiled; `begin` and `end` are the model's own bos and eos."""

    def __init__(self, template: str, *, begin: str = "", end: str = "") -> None:
        self._begin, self._end = begin, end
        environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
        environment.globals["raise_exception"] = _refuse
        try:
            self._template = environment.from_string(template)
        except TemplateError as error:
            raise ModelError(f"模型的对话模板无法使用：{error}") from None

    def prompt(self, messages: Sequence[BaseMessage], *, same_question: bool = False) -> Prompt:
        """The prompt for `messages`; a last AI message is continued, not answered.

        The head ends before the last human message's text; with `same_question`, which says that
        others ask the same, before what is continued.
        """
        *said, last = messages
        continued = isinstance(last, AIMessage)
        if not continued:
            said = list(messages)
        pieces = self._render(said)
        asked = max(
            (i for i, message in enumerate(said) if isinstance(message, HumanMessage)), default=0
        )
        texts = [_text(message) for message in said]
        split = next((i for i, piece in enumerate(pieces) if piece == (asked, None)), None)
        if split is None:
            raise ModelError("模型的对话模板无法使用：没有放用户消息的位置")
        filled = [
            Piece(texts[index], False) if index is not None else Piece(text or "", True)
            for index, text in pieces
        ]
        begun = (Piece(_text(last), False),) if continued and _text(last) else ()
        if same_question and begun:
            split = len(filled)
        return Prompt(tuple(filled[:split]), (*filled[split:], *begun))

    def _render(self, messages: Sequence[BaseMessage]) -> list[tuple[int | None, str | None]]:
        """The rendered template, cut where the messages' texts belong."""
        try:
            rendered = self._template.render(
                messages=[
                    {"role": _role(message), "content": f"\ue000{i}\ue001"}
                    for i, message in enumerate(messages)
                ],
                add_generation_prompt=True,
                bos_token=self._begin,
                eos_token=self._end,
            )
        except TemplateError as error:
            raise ModelError(f"模型的对话模板无法使用：{error}") from None
        if not rendered.startswith(self._begin):
            rendered = self._begin + rendered
        cut = _PLACE.split(rendered)
        return [(int(text), None) if i % 2 else (None, text) for i, text in enumerate(cut) if text]


def _role(message: BaseMessage) -> str:
    for kind, role in _ROLES.items():
        if isinstance(message, kind):
            return role
    raise ModelError(f"不支持的消息类型：{message.type}")


def _text(message: BaseMessage) -> str:
    return str(message.text)


def _refuse(message: str) -> None:
    raise TemplateError(message)
