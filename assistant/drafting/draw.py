"""Drawing candidates from the chat model, their text arriving as events."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage

from assistant.drafting.events import TextArrived
from assistant.drafting.record import Cost
from assistant.llm.chat_model import LocalChatModel
from assistant.llm.engine import Length
from assistant.llm.stream import stream_from_thread


@dataclass(frozen=True)
class Bounds:
    """What a candidate may hold; imposed at the logits where the model is ours."""

    figures: Sequence[str]
    avoid: Sequence[str]
    length: Length
    max_tokens: int
    seed: int
    temperature: float


class _Listener(BaseCallbackHandler):
    """Passes on the tokens of one candidate."""

    def __init__(self, tell: Any, candidate: int) -> None:
        self._tell = tell
        self._candidate = candidate

    def on_llm_new_token(self, token: Any, **_: Any) -> None:
        self._tell((self._candidate, str(token)))


def draw(
    model: BaseChatModel,
    messages: list[BaseMessage],
    *,
    candidates: int,
    bounds: Bounds,
    slot_id: str,
    attempt: int,
) -> Iterator[TextArrived | AIMessage]:
    """Draw candidates for one prompt: first their text as it arrives, then each answer.

    Closing the iterator cancels the model.
    """
    answers: list[AIMessage] = []

    def work(tell: Any) -> None:
        configs: Any = [{"callbacks": [_Listener(tell, i)]} for i in range(candidates)]
        answers.extend(model.batch([messages] * candidates, configs, **_keywords(model, bounds)))

    cancel = model.cancel if isinstance(model, LocalChatModel) else lambda: None
    for candidate, text in stream_from_thread(work, cancel):
        yield TextArrived(slot_id, attempt, candidate, text)
    yield from answers


def _keywords(model: BaseChatModel, bounds: Bounds) -> dict[str, Any]:
    """Other chat models know nothing of the bounds; the gates judge their text all the same."""
    if not isinstance(model, LocalChatModel):
        return {}
    return {
        "figures": bounds.figures,
        "avoid": bounds.avoid,
        "length": bounds.length,
        "max_tokens": bounds.max_tokens,
        "seed": bounds.seed,
        "temperature": bounds.temperature,
    }


def cost_of(answer: AIMessage, seconds: float = 0.0) -> Cost:
    """What an answer cost, as far as the model tells."""
    usage = answer.usage_metadata
    told = answer.response_metadata
    return Cost(
        prompt_tokens_read=told.get("prompt_tokens_read", usage["input_tokens"] if usage else 0),
        prompt_tokens_reused=told.get("prompt_tokens_reused", 0),
        tokens_decoded=usage["output_tokens"] if usage else 0,
        seconds=seconds,
    )
