"""Drawing candidates from the chat model, their text told as it arrives."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage

from assistant.drafting.record import Cost
from assistant.llm.chat_model import LocalChatModel
from assistant.llm.request import FEW, Completion, Exact, Length
from assistant.text.lexicon import Lexicon

_MOST_OF_FEW = 9
"""Sentences under way, such as three of a paragraph with three candidates; more are drawn faster
in one step than in several of few."""

T = TypeVar("T")
Told = Callable[[int, str], None]
"""Gets the number of a candidate and what it grew by."""


@dataclass(frozen=True)
class Bounds:
    """What a sentence may hold; imposed at the logits where the model is ours."""

    figures: Sequence[str] | None
    """Absent where neither figures nor words are held back."""
    avoid: Sequence[str]
    lexicon: Lexicon | None
    own: Sequence[str]
    length: Length
    max_tokens: int
    seed: int
    temperature: float
    exact: Exact
    give_up: Callable[[str], bool]
    """Whether a sentence, as far as it is written, is beyond help."""
    enough: Callable[[Sequence[Completion]], bool]
    """Whether the candidates for a sentence that are at their end leave nothing to ask of the
    others."""


class _Listener(BaseCallbackHandler):
    """Passes on the tokens of one sentence."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell

    def on_llm_new_token(self, token: Any, **_: Any) -> None:
        self._tell(str(token))


def draw(
    model: BaseChatModel,
    messages: list[BaseMessage],
    *,
    turn: str,
    candidates: int,
    bounds: Bounds,
    tell: Told,
    place: int,
) -> list[AIMessage]:
    """Draw so many candidates for a sentence behind the prompt that begins with `turn`.

    `place`: what has a lower one is drawn first.
    """
    if isinstance(model, LocalChatModel):
        configs: Any = [{"callbacks": [_Listener(partial(tell, i))]} for i in range(candidates)]
        openings = [turn] * candidates
        return model.batch(
            [messages] * candidates, configs, openings=openings, place=place, **_keywords(bounds)
        )
    # Any other goes on with the answer's beginning, and knows nothing of the bounds.
    *asked, begun = messages
    prompt: LanguageModelInput = [*asked, AIMessage(begun.text + turn)]
    answers = model.batch([prompt] * candidates)
    for i, answer in enumerate(answers):
        tell(i, str(answer.text))
    return answers


def side_by_side(model: BaseChatModel, jobs: Sequence[Callable[[], T]]) -> list[T]:
    """What the jobs return, each in a thread of its own where the model answers several at once."""
    if not isinstance(model, LocalChatModel):
        return [job() for job in jobs]
    with ThreadPoolExecutor(max_workers=len(jobs), thread_name_prefix="sentence") as pool:
        return [future.result() for future in [pool.submit(job) for job in jobs]]


def in_turn(items: Sequence[T], length: Callable[[T], float]) -> list[T]:
    """In which order to write side by side; length 0 costs no time.

    The shortest comes first, so that soon something is finished; then the longest, so that
    none is written alone at the end.
    """
    told = [item for item in items if not length(item)]
    drawn = sorted((item for item in items if length(item)), key=lambda item: -length(item))
    return told + drawn[-1:] + drawn[:-1]


def company(sentences: int, candidates: int) -> Exact:
    """In what company so many sentences with so many candidates each are drawn the fastest."""
    few = candidates <= FEW and sentences * candidates <= _MOST_OF_FEW
    return "few" if few else "many"


def at_once(model: BaseChatModel, candidates: int) -> int:
    """Slots to be written at a time, so that the model's batch is full and a next one waits."""
    if isinstance(model, LocalChatModel):
        return model.engine.rows // candidates + 1
    return 1


def cancel(model: BaseChatModel) -> None:
    """Stop everything that is asked of the model, where it can be stopped."""
    if isinstance(model, LocalChatModel):
        model.cancel()


def _keywords(bounds: Bounds) -> dict[str, Any]:
    return {
        "figures": bounds.figures,
        "avoid": bounds.avoid,
        "lexicon": bounds.lexicon,
        "own": bounds.own,
        "length": bounds.length,
        "max_tokens": bounds.max_tokens,
        "seed": bounds.seed,
        "temperature": bounds.temperature,
        "give_up": bounds.give_up,
        "enough": bounds.enough,
        "same_question": True,
        "exact": bounds.exact,
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
