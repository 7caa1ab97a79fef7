"""The 自检表: what still stands in the way of handing a document in, in the rubric's order."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from assistant.checks.findings import Finding, Severity
from assistant.draft import Draft
from assistant.kinds import DocumentKind
from assistant.text.sentences import count_characters


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


_FAMILIES = {
    "结构完整": "S",
    "问题查摆": "K",
    "原因、整改一一对应": "B",
    "事实与单位": "NU",
    "雷同": "C",
    "保密与隐私": "P",
    "文字规范": "WTL",
}
"""Which rules' findings count for which criterion, by the letter of their family."""


def self_check(draft: Draft, kind: DocumentKind, findings: Iterable[Finding]) -> list[Criterion]:
    """Every criterion in the order of the rubric."""
    found = list(findings)
    return [
        _marks(draft),
        _criterion("结构完整", 10, found),
        _problems(draft, found),
        _criterion("原因、整改一一对应", 30, found, _measures(draft)),
        _proportion(draft, kind),
        _blocks(draft, kind),
        _criterion("文字规范", 5, found),
        _criterion("事实与单位", 0, found, _unused(draft)),
        _criterion("雷同", 0, found),
        _criterion("保密与隐私", 0, found),
    ]


def _criterion(
    name: str, weight: int, findings: list[Finding], more: Iterable[str] = ()
) -> Criterion:
    concerned = [f for f in findings if f.code[0] in _FAMILIES[name]]
    errors = any(finding.severity is Severity.ERROR for finding in concerned)
    warned = any(finding.severity is Severity.WARNING for finding in concerned)
    more = list(more)
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


def _problems(draft: Draft, findings: list[Finding]) -> Criterion:
    slots = {slot.id: slot for slot in draft.plan.slots()}
    bare = [
        f"“{slots[point.slot].claim}”没有写到具体事实"
        for point in draft.points()
        if slots[point.slot].role == "problem"
        and not any(sentence.facts for sentence in point.sentences)
    ]
    return _criterion("问题查摆", 30, findings, bare)


def _measures(draft: Draft) -> Iterator[str]:
    for point in draft.points():
        slot = next(slot for slot in draft.plan.slots() if slot.id == point.slot)
        if slot.role in ("measure", "next_step") and not slot.facts:
            yield f"“{slot.claim}”没有整改措施"


def _unused(draft: Draft) -> Iterator[str]:
    facts = {fact.id: fact.text for slot in draft.plan.slots() for fact in slot.facts}
    for point in draft.points():
        yield from (f"没有写进去：{facts[fact]}" for fact in point.unused if fact in facts)


def _proportion(draft: Draft, kind: DocumentKind) -> Criterion:
    whole = draft.characters
    notes: list[str] = []
    wanted = draft.plan.length
    if not 0.8 * wanted <= whole <= 1.2 * wanted:
        notes.append(f"全文 {whole} 字，要求约 {wanted} 字")
    if kind.problem_share:
        share = sum(
            count_characters(point.body)
            for part in draft.parts
            if part.role in ("problems", "causes")
            for section in part.sections
            for point in section.points
        ) / max(whole, 1)
        if share < kind.problem_share:
            notes.append(f"问题和原因占 {share:.0%}，应不少于 {kind.problem_share:.0%}")
    return Criterion("篇幅结构", 10, Verdict.LOOK if notes else Verdict.GOOD, tuple(notes))


def _blocks(draft: Draft, kind: DocumentKind) -> Criterion:
    present = {part.role for part in draft.parts}
    notes = tuple(
        f"没有“{part.heading}”这一部分，通知要求写的请补上"
        for part in kind.parts
        if part.role in ("last_year", "matters", "case") and part.role not in present
    )
    return Criterion("上次整改、需说明事项", 15, Verdict.LOOK if notes else Verdict.GOOD, notes)
