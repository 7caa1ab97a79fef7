"""The 自检表: what still stands in the way of handing a document in, in the rubric's order."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from assistant.checks.findings import Finding, Severity
from assistant.draft import Draft
from assistant.kinds import DocumentKind


class Verdict(StrEnum):
    """How a criterion is met."""

    GOOD = "通过"
    LOOK = "请看"
    BAD = "要改"


@dataclass(frozen=True)
class Criterion:
    """A line of the rubric and how the document meets it."""

    name: str
    weight: int
    """Points out of 100; 0 for what must hold whatever the points."""
    verdict: Verdict
    notes: tuple[str, ...]
    """In Chinese: what stands in the way."""


_RULES: dict[str, tuple[int, tuple[str, ...]]] = {
    "结构完整": (10, ("S1", "S3")),
    "问题查摆": (30, ("K",)),
    "原因、整改一一对应": (30, ("B",)),
    "篇幅结构": (10, ("S2",)),
    "文字规范": (5, ("W", "T", "L")),
    "事实与单位": (0, ("N", "U")),
    "雷同": (0, ("C",)),
    "保密与隐私": (0, ("P",)),
}
"""Weight of each criterion, and the codes with which the rules that count for it begin."""


def self_check(draft: Draft, kind: DocumentKind, findings: Iterable[Finding]) -> list[Criterion]:
    """Every criterion in the order of the rubric, what must hold anyway first."""
    found = list(findings)
    more = {"篇幅结构": list(_length(draft)), "事实与单位": list(_unused(draft))}
    judged = [_criterion(name, found, more.get(name, [])) for name in _RULES]
    return [_marks(draft), *judged[:4], _blocks(draft, kind), *judged[4:]]


def _criterion(name: str, findings: list[Finding], more: list[str]) -> Criterion:
    weight, codes = _RULES[name]
    concerned = [finding for finding in findings if finding.code.startswith(codes)]
    errors = any(finding.severity is Severity.ERROR for finding in concerned)
    warned = any(finding.severity is Severity.WARNING for finding in concerned)
    verdict = Verdict.BAD if errors else Verdict.LOOK if warned or more else Verdict.GOOD
    notes = [*more, *(f"{finding.code} {finding.message}" for finding in concerned)]
    return Criterion(name, weight, verdict, tuple(dict.fromkeys(notes)))


def _marks(draft: Draft) -> Criterion:
    notes = [f"待补：{gap}" for point in draft.points() for gap in point.gaps]
    notes += [
        f"待核：{sentence.text}（{sentence.doubt}）"
        for point in draft.points()
        for sentence in point.sentences
        if sentence.doubt
    ]
    return Criterion("没有待补、待核", 0, Verdict.BAD if notes else Verdict.GOOD, tuple(notes))


def _unused(draft: Draft) -> Iterator[str]:
    facts = {fact.id: fact.text for slot in draft.plan.slots() for fact in slot.facts}
    for point in draft.points():
        yield from (f"没有写进去：{facts[fact]}" for fact in point.unused if fact in facts)


def _length(draft: Draft) -> Iterator[str]:
    whole, wanted = draft.characters, draft.plan.length
    if not 0.8 * wanted <= whole <= 1.2 * wanted:
        yield f"全文{whole}字，要求约{wanted}字"


def _blocks(draft: Draft, kind: DocumentKind) -> Criterion:
    present = {part.role for part in draft.parts}
    notes = tuple(
        f"没有“{part.heading}”这一部分，通知要求写的请补上"
        for part in kind.parts
        if part.role in ("last_year", "matters", "case") and part.role not in present
    )
    return Criterion("上次整改、需说明事项", 15, Verdict.LOOK if notes else Verdict.GOOD, notes)
