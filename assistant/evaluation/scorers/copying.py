"""Originality: what a text shares word for word with worked examples that it should not know."""

from collections.abc import Sequence
from functools import lru_cache

from assistant.checks.copied import RUN, Copied, Exempt, counting, sources_of
from assistant.checks.rules.formulations_data import Formulations
from assistant.evaluation.scorers.scorer import Score, percent, scorer, unscored
from assistant.evaluation.scorers.subject import Subject
from assistant.text.han import HanText, han_text

_SHORTEST = 4
"""Characters of the shortest run that is told."""


@scorer("copy13", "13字雷同", best="low", unit="%")
def copy13(subject: Subject) -> Score:
    """C13: 100·|runs of 13 Chinese characters that a worked example holds|/|runs|, by occurrences.
    Exempt are runs most of which is a fixed formulation, the unit's own facts, the kind's wording,
    or what two examples share. Range 0–100. Source: field guide 5.1 and 5.2 (pass ≤ 2)."""
    if not subject.others:
        return unscored("没有可比对的范例")
    text = han_text(subject.body)
    runs = len(text.text) - RUN + 1
    if runs < 1:
        return unscored("文字太少")
    copied = _copied(subject, text)
    places = {p for run in copied for p in range(run.start, run.start + run.length - RUN + 1)}
    longest = sorted(copied, key=lambda run: -run.length)[:5]
    notes = tuple(f"“{_words(text, run)}”见{run.name}" for run in longest)
    return Score(percent(len(places), runs), notes)


@scorer("copy_longest", "最长雷同", best="low", unit="字")
def copy_longest(subject: Subject) -> Score:
    """Characters of the longest run that the text shares with a worked example, exempt wordings
    (see copy13) not crossed. Range 0 and up, runs under 4 told as 0. Source: field guide 5.2
    (fail ≥ 30)."""
    if not subject.others:
        return unscored("没有可比对的范例")
    text = han_text(subject.body)
    covered = _covered(subject, text)
    free = "".join("\n" if c else char for char, c in zip(text.text, covered, strict=True))
    theirs = [han_text(other.text).text for other in subject.others]
    low, high = _SHORTEST - 1, max((len(part) for part in free.split("\n")), default=0)
    best = ""
    while low < high:  # whoever shares a long run shares the shorter ones in it
        length = (low + high + 1) // 2
        if run := _shared(free, theirs, length):
            low, best = length, run
        else:
            high = length - 1
    return Score(len(best), (f"“{best}”",) if best else ())


def _shared(free: str, theirs: list[str], length: int) -> str:
    """A run of that length that stands in one of the others."""
    mine = {
        part[i : i + length] for part in free.split("\n") for i in range(len(part) - length + 1)
    }
    for text in theirs:
        found = {text[i : i + length] for i in range(len(text) - length + 1)} & mine
        if found:
            return min(found)
    return ""


def _copied(subject: Subject, text: HanText) -> list[Copied]:
    wanted = counting(_covered(subject, text))
    return list(sources_of(_texts(subject)).copied(text.text, wanted))


def _texts(subject: Subject) -> tuple[tuple[str, str], ...]:
    return tuple((other.id, other.text) for other in subject.others)


def _covered(subject: Subject, text: HanText) -> Sequence[int]:
    """For each character whether it belongs to a wording that everybody may use."""
    wordings = subject.context.data.section("formulations", Formulations).wordings
    exempt = _exempt(subject.sources, wordings, _texts(subject))
    return exempt.covered(text.text)


@lru_cache(maxsize=4)
def _exempt(
    sources: tuple[str, ...], wordings: tuple[str, ...], others: tuple[tuple[str, str], ...]
) -> Exempt:
    return Exempt((*sources, *sources_of(others).common), wordings)


def _words(text: HanText, run: Copied) -> str:
    return text.text[run.start : run.start + run.length]


SCORERS = (copy13, copy_longest)
