"""Edits of a text: what stands where instead of what."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Edit:
    """`new` instead of the characters from `start` up to `end`."""

    start: int
    end: int
    new: str


def apply_edits(text: str, edits: Iterable[Edit]) -> tuple[str, list[Edit]]:
    """The edited text, and the edits applied; of two that overlap or touch the first counts."""
    pieces: list[str] = []
    applied: list[Edit] = []
    behind = 0
    for edit in sorted(set(edits)):
        if applied and edit.start <= applied[-1].end:
            continue
        pieces += text[behind : edit.start], edit.new
        applied.append(edit)
        behind = edit.end
    return "".join(pieces) + text[behind:], applied
