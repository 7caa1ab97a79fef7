"""Closure: each problem answered by a measure and explained by a cause."""

from assistant.checks.grounding import uses
from assistant.evaluation.scorers.scorer import Score, percent, scorer, unscored
from assistant.evaluation.scorers.subject import Subject
from assistant.spec import problems_of


@scorer("closure", "件件有着落", best="high", unit="%")
def closure(subject: Subject) -> Score:
    """100·(problems answered + causes analysed)/(problems with measures + causes): a problem is
    answered if its passage under measures gives each of its measures with owner and deadline, a
    cause is analysed if it has a passage under causes. Range 0–100; not scored where the spec has
    neither. Source: field guide 2.1, 与问题一一对应."""
    pairs = [(s, p) for s, p in subject.passages_of("measure", "next_step") if s.facts]
    open_problems = [
        slot.claim
        for slot, passage in pairs
        if not passage or not all(uses(passage, fact) for fact in slot.facts)
    ]
    causes = subject.passages_of("cause")
    unexplained = [slot.claim for slot, passage in causes if not passage]
    total = len(pairs) + len(causes)
    if not total:
        return unscored("规格里没有措施和原因")
    notes = [f"没有对应措施：{claim}" for claim in open_problems]
    notes += [f"没有写原因：{claim}" for claim in unexplained]
    return Score(percent(total - len(notes), total), tuple(notes))


@scorer("measures_idle", "无主措施", best="low", unit="处")
def measures_idle(subject: Subject) -> Score:
    """Findings of rules B102 and K106: measures that answer no problem, or lack owner or deadline.
    Range 0 and up; not scored where the spec has no problem."""
    if not any(True for _ in problems_of(subject.case.spec)):
        return unscored("规格里没有问题")
    found = subject.found("B102", "K106")
    return Score(len(found), tuple(f.message for f in found))


SCORERS = (closure, measures_idle)
