"""What a system is given to write a document, and what it gives back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage

from assistant.drafting.draw import cost_of
from assistant.drafting.record import Cost, ModelIdentity
from assistant.evaluation.case import Case
from assistant.evaluation.clock import SharedClock, Spent
from assistant.evaluation.log import Call, Settings
from assistant.examples.store import WorkedExample
from assistant.llm.chat_model import LocalChatModel


@dataclass(frozen=True)
class Bench:
    """The model that all systems use, and how."""

    model: BaseChatModel
    identity: ModelIdentity
    settings: Settings
    at_once: int = 1
    """Documents that may be written at the same time."""
    clock: SharedClock = field(default_factory=SharedClock)
    """Theirs together."""


@dataclass(frozen=True)
class Task:
    """A document to be written."""

    case: Case
    seed: int
    bench: Bench | None
    """Absent for systems that need no model."""
    examples: tuple[WorkedExample, ...]
    """Worked examples that may be shown."""
    folder: Path
    """For a system's own files."""
    tell: Callable[[float], None]
    """Gets the share that is done, 0 to 1."""


@dataclass(frozen=True)
class Written:
    """A written document, raw answers and cost."""

    text: str
    calls: tuple[Call, ...] = ()
    cost: Cost | None = None
    spent: Spent | None = None
    """Whose the seconds of `cost` are, where documents may be written at the same time."""


class Conversation:
    """The questions of a task to the model; keeps every answer, and adds up the cost."""

    def __init__(self, task: Task, *, expected: int) -> None:
        """`expected`: characters of all answers together, for the progress."""
        assert task.bench
        self._task = task
        self._bench = task.bench
        self._expected = max(expected, 1)
        self._characters = 0
        self._calls: list[Call] = []
        self._cost = Cost()

    def ask(self, messages: Sequence[BaseMessage], *, max_tokens: int) -> str:
        """The answer to one question; `max_tokens` holds for models that know of it."""
        self._bench.clock.begin(self)
        try:
            answer = self._streamed(messages, max_tokens)
        finally:
            self._bench.clock.end(self)
        self._cost += cost_of(answer)
        said = str(answer.text)
        self._calls.append(
            Call(
                messages=tuple((message.type, str(message.text)) for message in messages),
                answer=said,
                finish=str(answer.response_metadata.get("finish_reason", "")),
            )
        )
        return said.strip()

    def _streamed(self, messages: Sequence[BaseMessage], max_tokens: int) -> AIMessage:
        answer = AIMessage("")
        for piece in self._bench.model.stream(list(messages), **self._keywords(max_tokens)):
            # A model that cannot stream gives its whole answer, which is no chunk.
            grown = isinstance(answer, AIMessageChunk) and isinstance(piece, AIMessageChunk)
            answer = cast(AIMessage, answer + piece) if grown else piece
            self._bench.clock.count(self)
            self._characters += len(str(piece.text))
            self._task.tell(min(self._characters / self._expected, 0.99))
        return answer

    def mark_unusable(self, fault: str) -> None:
        """Note why the last answer could not be used."""
        self._calls[-1] = self._calls[-1].model_copy(update={"fault": fault})

    def written(self, text: str) -> Written:
        """The document that came out."""
        spent = self._bench.clock.spent(self)
        cost = self._cost.model_copy(update={"seconds": spent.seconds})
        return Written(text, tuple(self._calls), cost, spent)

    def _keywords(self, max_tokens: int) -> dict[str, Any]:
        """`exact`, so that the text is the same whatever is written beside it."""
        if not isinstance(self._bench.model, LocalChatModel):
            return {}
        settings = self._bench.settings
        return {
            "max_tokens": max_tokens,
            "seed": self._task.seed,
            "temperature": settings.temperature,
            "exact": "many",
        }
