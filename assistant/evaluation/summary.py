"""What a score sheet says of the systems, and two sheets of each other."""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.evaluation.case import Case
from assistant.evaluation.log import EvaluationLog
from assistant.evaluation.scorers.catalogue import SCORERS
from assistant.evaluation.scoring import ScoredText, ScoreSheet
from assistant.evaluation.statistics import Difference, Estimate, by_case, difference, estimate
from assistant.evaluation.systems import BASE, SYSTEMS


@dataclass(frozen=True)
class Cell:
    """A scorer's word on a system."""

    estimate: Estimate | None
    """Absent where no case could be scored."""
    against_base: Difference | None
    """How far it differs from ours over the same cases; absent for ours itself."""


@dataclass(frozen=True)
class Summary:
    """Systems × scorers."""

    systems: tuple[str, ...]
    cases: tuple[str, ...]
    failures: tuple[ScoredText, ...]
    cells: dict[tuple[str, str], Cell]
    """By system and scorer."""


def summarise(sheet: ScoreSheet) -> Summary:
    """The means of all scorers for all systems, and their differences from ours."""
    texts = sheet.texts
    present = {text.system for text in texts}
    systems = tuple(name for name in SYSTEMS if name in present)
    cells = {}
    for scorer in SCORERS:
        base = by_case(texts, BASE, scorer)
        for system in systems:
            own = by_case(texts, system, scorer)
            against = difference(base, own) if system != BASE else None
            cells[system, scorer] = Cell(estimate(texts, system, scorer), against)
    return Summary(
        systems,
        tuple(sorted({text.case for text in texts})),
        tuple(text for text in texts if text.failure),
        cells,
    )


@dataclass(frozen=True)
class Change:
    """What became of a scorer from one log to another."""

    system: str
    scorer: str
    before: float
    after: float
    difference: Difference


@dataclass(frozen=True)
class Comparison:
    """Two logs beside each other."""

    changes: tuple[Change, ...]
    left_out: tuple[str, ...]
    """Cases that only one of them has, or that changed in between."""


def compare_logs(
    first: EvaluationLog, second: EvaluationLog, sheets: tuple[ScoreSheet, ScoreSheet]
) -> Comparison:
    """The scores of the systems that both logs have, over the cases that are the same in both."""
    before, after = first.cases(), second.cases()
    same = {id for id, case in before.items() if id in after and _same(case, after[id])}
    texts = [[text for text in sheet.texts if text.case in same] for sheet in sheets]
    systems = [name for name in SYSTEMS if all(name in {t.system for t in side} for side in texts)]
    changes = [
        change
        for system in systems
        for scorer in SCORERS
        if (change := _change(texts[0], texts[1], system, scorer))
    ]
    return Comparison(tuple(changes), tuple(sorted((before.keys() | after.keys()) - same)))


def _same(case: Case, other: Case) -> bool:
    """Whether spec and document are the same; other examples may have been withheld."""
    return case.model_copy(update={"withheld": other.withheld}) == other


def _change(
    first: Sequence[ScoredText], second: Sequence[ScoredText], system: str, scorer: str
) -> Change | None:
    before, after = by_case(first, system, scorer), by_case(second, system, scorer)
    shared = before.keys() & after.keys()
    found = difference(before, after)
    if not found:
        return None
    return Change(
        system,
        scorer,
        sum(before[case] for case in shared) / len(shared),
        sum(after[case] for case in shared) / len(shared),
        found,
    )
