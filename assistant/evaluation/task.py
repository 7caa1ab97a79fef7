"""What a system is given to write a document, and what it gives back."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage

from assistant.drafting.draw import cost_of
from assistant.drafting.record import Cost, ModelIdentity
from assistant.evaluation.case import Case
from assistant.evaluation.log import Call, Settings
from assistant.examples.store import WorkedExample
from assistant.llm.chat_model import LocalChatModel


@dataclass(frozen=True)
class Bench:
    """The model that all systems use, and how."""

    model: BaseChatModel
    identity: ModelIdentity
    settings: Settings


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
        start = time.perf_counter()
        answer = AIMessage("")
        for piece in self._bench.model.stream(list(messages), **self._keywords(max_tokens)):
            # A model that cannot stream gives its whole answer, which is no chunk.
            grown = isinstance(answer, AIMessageChunk) and isinstance(piece, AIMessageChunk)
            answer = cast(AIMessage, answer + piece) if grown else piece
            self._characters += len(str(piece.text))
            self._task.tell(min(self._characters / self._expected, 0.99))
        self._cost += cost_of(answer, time.perf_counter() - start)
        said = str(answer.text)
        self._calls.append(
            Call(
                messages=tuple((message.type, str(message.text)) for message in messages),
                answer=said,
                finish=str(answer.response_metadata.get("finish_reason", "")),
            )
        )
        return said.strip()

    def mark_unusable(self, fault: str) -> None:
        """Note why the last answer could not be used."""
        self._calls[-1] = self._calls[-1].model_copy(update={"fault": fault})

    def written(self, text: str) -> Written:
        """The document that came out."""
        return Written(text, tuple(self._calls), self._cost)

    def _keywords(self, max_tokens: int) -> dict[str, Any]:
        if not isinstance(self._bench.model, LocalChatModel):
            return {}
        settings = self._bench.settings
        return {
            "max_tokens": max_tokens,
            "seed": self._task.seed,
            "temperature": settings.temperature,
        }
