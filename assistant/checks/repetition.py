"""Repetition within a paragraph: of a run of characters, of a turn of phrase."""

import re
from collections import Counter
from dataclasses import dataclass

from assistant.text.sentences import ngrams

RUN = 10
_NEITHER_HAN_NOR_STOP = re.compile(r"[^\u4e00-\u9fff，。；：]")
_STOP = re.compile("[，。；：]")


@dataclass(frozen=True)
class Turn:
    """Clauses that begin with the same two characters."""

    start: str
    count: int


def repeated_run(text: str, formulas: re.Pattern[str], allowed: str = "") -> str:
    """A run of ten Chinese characters that stands twice, or nothing.

    Fixed formulations may be said twice, and so may what `allowed` holds.
    """
    runs = ngrams(text, RUN)
    if len(set(runs)) == len(runs):
        return ""
    pieces = formulas.split(text)
    seen = Counter(run for piece in pieces for run in ngrams(piece, RUN))
    return next((run for run, count in seen.items() if count > 1 and run not in allowed), "")


def commonest_turn(text: str) -> Turn | None:
    """The beginning that most clauses of the text share."""
    plain = _NEITHER_HAN_NOR_STOP.sub("", text)
    clauses = [clause[:2] for clause in _STOP.split(plain) if len(clause) > 4]
    return Turn(*Counter(clauses).most_common(1)[0]) if clauses else None
