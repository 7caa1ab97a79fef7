"""Drawing candidates from the chat model, their text told as it arrives."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage

from assistant.drafting.record import Cost
from assistant.llm.chat_model import LocalChatModel
from assistant.llm.request import Completion, Length
from assistant.text.lexicon import Lexicon

Told = Callable[[int, str], None]
"""Gets the number of a candidate and what it grew by."""


@dataclass(frozen=True)
class Bounds:
    """What a candidate may hold; imposed at the logits where the model is ours."""

    figures: Sequence[str] | None
    """Absent where neither figures nor words are held back."""
    avoid: Sequence[str]
    lexicon: Lexicon | None
    own: Sequence[str]
    length: Length
    turns: Sequence[str]
    """How its sentences behind the first begin."""
    max_tokens: int
    seed: int
    temperature: float
    give_up: Callable[[str], bool]
    """Whether a candidate, as far as it is written, is beyond help."""
    enough: Callable[[Sequence[Completion]], bool]
    """Whether the candidates at their end leave nothing to ask of the others."""


class _Listener(BaseCallbackHandler):
    """Passes on the tokens of one candidate."""

    def __init__(self, tell: Told, candidate: int) -> None:
        self._tell = tell
        self._candidate = candidate

    def on_llm_new_token(self, token: Any, **_: Any) -> None:
        self._tell(self._candidate, str(token))


def draw(
    model: BaseChatModel,
    messages: list[BaseMessage],
    *,
    candidates: int,
    bounds: Bounds,
    tell: Told,
) -> list[AIMessage]:
    """Draw candidates for one prompt."""
    configs: Any = [{"callbacks": [_Listener(tell, i)]} for i in range(candidates)]
    return model.batch([messages] * candidates, configs, **_keywords(model, bounds))


def at_once(model: BaseChatModel, candidates: int) -> int:
    """Slots to be written at a time, so that the model's batch is full and a next one waits."""
    if isinstance(model, LocalChatModel):
        return model.engine.rows // candidates + 1
    return 1


def cancel(model: BaseChatModel) -> None:
    """Stop everything that is asked of the model, where it can be stopped."""
    if isinstance(model, LocalChatModel):
        model.cancel()


def _keywords(model: BaseChatModel, bounds: Bounds) -> dict[str, Any]:
    """Other chat models know nothing of the bounds; the gates judge their text all the same."""
    if not isinstance(model, LocalChatModel):
        return {}
    return {
        "figures": bounds.figures,
        "avoid": bounds.avoid,
        "lexicon": bounds.lexicon,
        "own": bounds.own,
        "length": bounds.length,
        "turns": bounds.turns,
        "max_tokens": bounds.max_tokens,
        "seed": bounds.seed,
        "temperature": bounds.temperature,
        "give_up": bounds.give_up,
        "enough": bounds.enough,
        "exact": True,
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
