"""What a scorer is: a small function from a finished text to a number, or to why there is none.

    @scorer("reports", "报告数", best="high")
    def reports(subject: Subject) -> Score:
        '''How often 报告 stands in the text. Range 0 and up.'''
        return Score(subject.text.count("报告"))

The function's docstring gives formula, range and source.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict

from assistant.evaluation.scorers.subject import Subject

Best = Literal["high", "low", "none"]


class Score(BaseModel):
    """What a scorer says of a text."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    value: float | None
    """Absent where the text could not be scored, which is not zero."""
    notes: tuple[str, ...] = ()
    """What lowered it, or why it is absent; in Chinese."""

    def __init__(self, value: float | None, notes: tuple[str, ...] = ()) -> None:
        super().__init__(value=None if value is None else round(value, 6), notes=notes)


def unscored(why: str) -> Score:
    """No score, and why."""
    return Score(None, (why,))


@dataclass(frozen=True)
class Scorer:
    """A measure of finished texts."""

    id: str
    title: str
    """In Chinese, for tables."""
    best: Best
    """Which way is better; `none` where neither is."""
    score: Callable[[Subject], Score]
    unit: str = ""
    """Printed behind the number."""

    @property
    def formula(self) -> str:
        """Formula, range and source."""
        return " ".join((self.score.__doc__ or "").split())


def scorer(
    id: str, title: str, *, best: Best, unit: str = ""
) -> Callable[[Callable[[Subject], Score]], Scorer]:
    """Make a scorer of the function."""

    def decorate(function: Callable[[Subject], Score]) -> Scorer:
        return Scorer(id, title, best, function, unit)

    return decorate


def percent(part: float, whole: float) -> float:
    """`part` of `whole` in hundredths."""
    return 100 * part / whole
