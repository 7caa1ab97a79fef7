"""What is asked of the engine, and what it answers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from assistant.llm.guard import Logits

FEW = 4
"""Candidates that a step of few rows has room for on any machine."""

Exact = Literal["few", "many"]
"""In what company an exact text is written: in steps of few rows or of eight and more. One of
eight rows takes as long as one of sixteen, and two to three times as long as one of four."""


class Constraint(Protocol):
    """Steers one candidate at the logits."""

    def apply(self, logits: Logits) -> None:
        """Edit the logits of the next token in place."""

    def advance(self, token: int) -> None:
        """Take note of the token drawn."""


@dataclass(frozen=True)
class Sampling:
    """How the next token is drawn."""

    temperature: float = 0.7
    top_k: int = 40
    top_p: float = 0.9
    repeat_penalty: float = 1.05


@dataclass(frozen=True)
class Length:
    """Characters that a candidate adds: not to end before, to end at a sentence's end after."""

    least: int = 0
    enough: int = 100_000
    sentence_ends: str = "。！？"


@dataclass(frozen=True)
class Request:
    """One prompt and the candidates wanted for it, one per seed."""

    head: Sequence[int]
    """Tokens that many prompts begin with; read once and kept."""
    tail: Sequence[int]
    seeds: Sequence[int]
    max_tokens: int = 512
    """Drawn for each candidate at most."""
    sampling: Sampling = Sampling()
    length: Length = Length()
    constraint: Callable[[], Constraint] | None = None
    opening: Sequence[int] = ()
    """How each candidate begins: read like a prompt. Requests that differ only in it and in what
    stands below share their prompt as well."""
    stop: Sequence[str] = ()
    exact: Exact | None = None
    """Given, it is the same text whatever else is written at the same time; slower for a lone
    candidate. "few" is for no more than `FEW` seeds."""
    give_up: Callable[[str], bool] | None = None
    """Asked at the end of each clause, with the text so far, whether it is beyond help; then it
    ends there."""
    enough: "Callable[[Sequence[Completion]], bool] | None" = None
    """Asked when a candidate has come to its end, with all that have: whether those still under
    way are not needed any more."""


@dataclass
class Completion:
    """One candidate as it grew."""

    text: str = ""
    """Its opening included."""
    tokens: int = 0
    """Drawn; not those of its opening."""
    likelihoods: list[tuple[int, float]] = field(default_factory=list)
    """For each token drawn, the characters of the text before it and its log-probability as the
    model gave it, before any constraint: where it is low, the constraint has led astray."""
    finish: str = ""
    """"stop" (its own end), "length" (tokens ran out), "given up", "enough" (not needed)."""


@dataclass(frozen=True)
class Usage:
    """What a request cost; seconds from its turn to its end, other requests beside it included."""

    prompt_read: int
    prompt_reused: int
    decoded: int
    seconds: float
