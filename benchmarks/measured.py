"""What is measured: the work that every system is given, and what a run of it came to."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

import psutil

from assistant.llm.sizes import Sizes

Message = dict[str, str]


@dataclass(frozen=True)
class Ask:
    """A prompt and how much is to be written behind it."""

    prompt: tuple[Message, ...]
    tokens: tuple[int, ...]
    """Of each candidate at most."""


@dataclass(frozen=True)
class Work:
    """What each system is given."""

    file: Path
    spec: Path
    """Of the document that is drafted."""
    threads: int
    rows: int
    context: int
    candidates: int = 3
    """Of each sentence."""
    asks: tuple[Ask, ...] = ()
    """What its drafting asks; empty where no other system is to be given it."""
    steps: int = 64
    """Steps of a bare loop."""

    @classmethod
    def sized(cls, file: Path, spec: Path, sizes: Sizes) -> "Work":
        """Work at the sizes that the engine chooses here."""
        return cls(file, spec, sizes.threads.value, sizes.rows.value, sizes.context.value)

    @property
    def jobs(self) -> list[tuple[Sequence[Message], int, int]]:
        """Prompt, seed and tokens of each candidate."""
        return [
            (ask.prompt, seed, tokens)
            for ask in self.asks
            for seed, tokens in enumerate(ask.tokens)
        ]

    def short(self) -> "Work":
        """The same prompts with hardly anything to write."""
        asks = (replace(ask, tokens=tuple(min(t, 2) for t in ask.tokens)) for ask in self.asks)
        return replace(self, asks=tuple(asks), steps=2)


@dataclass
class Run:
    """One run; seconds without loading the model."""

    seconds: float
    decoded: int
    prompt_read: int = 0
    first_text: float = 0.0
    """Seconds until the first text of any candidate."""
    peak: int = 0
    """Bytes of the process at most so far."""
    shares: dict[str, float] = field(default_factory=dict)
    """Share of the seconds by what they were spent on."""

    @property
    def rate(self) -> float:
        """Tokens decoded a second."""
        return self.decoded / self.seconds


class System(Protocol):
    """One way of using the model."""

    def run(self, work: Work) -> Run:
        """Do the work once."""


def spread(values: Sequence[float], digits: int) -> str:
    """Median (least–most)."""
    least, most = min(values), max(values)
    return f"{statistics.median(values):.{digits}f} ({least:.{digits}f}–{most:.{digits}f})"


def peak_bytes() -> int:
    """Memory that a system has taken at most: this process, or those that it started."""
    own = psutil.Process()
    return sum(map(_peak, own.children(recursive=True) or [own]))


def _peak(process: psutil.Process) -> int:
    status = Path(f"/proc/{process.pid}/status")
    if not status.exists():
        return int(process.memory_info().rss)
    told = dict(line.split(":", 1) for line in status.read_text().splitlines())
    return 1024 * int(told["VmHWM"].split()[0])
