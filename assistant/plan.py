"""The plan: what a kind prescribes and what the unit told, as an ordered list of slots.

A slot is one paragraph to be written. Headings, numbering and order are settled here, by code.
"""

from collections.abc import Callable, Iterator
from typing import Literal

from pydantic import BaseModel, ConfigDict

from assistant.kinds import Aspect, DocumentKind, Part, PartRole
from assistant.spec import AspectSpec, Measure, Problem, UnitSpec
from assistant.text.numbering import numeral, ordinal, part_number, section_number
from assistant.text.sentences import count_characters

SlotRole = Literal[
    "lead",
    "last_year",
    "problem",
    "case",
    "matter",
    "cause",
    "measure",
    "work",
    "next_step",
]


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Fact(_Frozen):
    """Something that the unit told and the slot must use."""

    id: str
    text: str
    exact: tuple[str, ...] = ()
    """Words that must stand in the text as they are: who and by when."""


class Slot(_Frozen):
    """One paragraph to be written."""

    id: str
    role: SlotRole
    ordinal: str = ""
    """一是, 二是; empty where the paragraph stands alone."""
    claim: str = ""
    """What the paragraph is about, in the unit's words."""
    opening: str = ""
    """How the paragraph begins, written by code."""
    ending: str = ""
    """How it ends, written by code."""
    facts: tuple[Fact, ...] = ()
    context: tuple[str, ...] = ()
    """Problems that a cause explains, facts that a measure answers: words to write about, not
    facts to place."""
    gaps: tuple[str, ...] = ()
    """What the unit has not told yet; printed as 【待补：…】."""
    budget: int = 0
    """Characters of the whole paragraph."""

    @property
    def stated(self) -> str:
        """The opening with every fact stated in the unit's own words, for the model to go on."""
        if self.role == "cause":
            return self.opening + self._consequence
        if not self.facts:
            return self.opening
        if self.role in ("measure", "next_step"):
            return self.opening + "，".join(fact.text for fact in self.facts)
        if self.role == "lead":
            return self.opening + "，".join(fact.text for fact in self.facts) + "。"
        # Some problems introduce their facts by 比如: by chance, but the same chance every time.
        instance = "比如，" if self.role == "problem" and len(self.claim) % 3 == 0 else ""
        return self.opening + instance + "；".join(fact.text for fact in self.facts) + "。"

    @property
    def _consequence(self) -> str:
        """Which problems came of a cause."""
        if not self.context:
            return ""
        named = "、".join(self.context) + ("等问题" if len(self.context) > 1 else "的问题")
        ways = (
            f"反映到工作中，就出现了{named}。",
            f"{named}，根子都在这里。",
            f"{named}由此而来。",
        )
        return ways[len(self.claim + named) % 3]

    @property
    def told(self) -> bool:
        """Whether code tells the whole paragraph: what has been done is the unit's to say."""
        return self.role in ("lead", "last_year", "matter", "case", "work")

    @property
    def writable(self) -> bool:
        """Whether there is something to write from; otherwise only the gaps are printed."""
        return bool(self.facts or (self.role == "cause" and self.context))

    @property
    def drawn(self) -> bool:
        """Whether the model writes it."""
        return self.writable and not self.told


class SectionPlan(_Frozen):
    """A section （一）, or the body of a part without sections."""

    number: str = ""
    heading: str = ""
    intro: str = ""
    slots: tuple[Slot, ...]


class PartPlan(_Frozen):
    """A part 一、."""

    role: PartRole
    number: str
    heading: str
    sections: tuple[SectionPlan, ...]

    def slots(self) -> Iterator[Slot]:
        """Its slots in order."""
        for section in self.sections:
            yield from section.slots


class Plan(_Frozen):
    """The whole document before a sentence of it is written."""

    kind: str
    unit: str
    title: str
    length: int
    lead: Slot
    parts: tuple[PartPlan, ...]
    closing: str

    def slots(self) -> Iterator[Slot]:
        """Every slot in the order of the document."""
        yield self.lead
        for part in self.parts:
            yield from part.slots()


def make_plan(spec: UnitSpec, kind: DocumentKind) -> Plan:
    """The plan of a spec that is valid for its kind."""
    planner = _Planner(spec, kind)
    parts = planner.parts()
    plan = Plan(
        kind=kind.id,
        unit=spec.unit,
        title=planner.fill(kind.title),
        length=spec.length or kind.length,
        lead=planner.lead(),
        parts=parts,
        closing=planner.fill(kind.closing),
    )
    return _with_budgets(plan, kind)


class _Planner:
    def __init__(self, spec: UnitSpec, kind: DocumentKind) -> None:
        self.spec = spec
        self.kind = kind
        self.speaker = spec.speaker or kind.speaker

    def fill(self, template: str) -> str:
        # What is written in the first quarter reports on the year before.
        year = self.spec.date.year - (self.spec.date.month <= 3)
        return template.format(unit=self.spec.unit, speaker=self.speaker, year=year)

    def lead(self) -> Slot:
        numbers = self.kind.lead_numbers
        given = {key: numbers[key].fact.format(n=n) for key, n in self.spec.lead.items()}
        return Slot(
            id="lead",
            role="lead",
            opening=self.fill(self.kind.lead),
            ending=self.fill(self.kind.lead_ending),
            facts=_facts("lead", [given[key] for key in numbers if key in given]),
            gaps=tuple(
                number.fact.format(n="？") for key, number in numbers.items() if key not in given
            ),
        )

    def parts(self) -> tuple[PartPlan, ...]:
        planned: list[PartPlan] = []
        for part in self.kind.parts:
            sections = self._sections(part)
            if sections:
                planned.append(
                    PartPlan(
                        role=part.role,
                        number=part_number(len(planned) + 1),
                        heading=self.fill(part.heading),
                        sections=sections,
                    )
                )
        return tuple(planned)

    def _sections(self, part: Part) -> tuple[SectionPlan, ...]:
        if part.by_aspect:
            return self._aspect_sections(part.role)
        write: dict[PartRole, Callable[[], tuple[Slot, ...]]] = {
            "last_year": self._last_year,
            "case": self._case,
            "matters": self._matters,
            "causes": self._causes,
            "problems": lambda: self._problems(self.spec.problems, "problems"),
            "next_steps": lambda: self._measures(self.spec.problems, "next_steps", "next_step"),
            "measures": lambda: self._measures(self._all_problems(), "measures", "measure"),
        }
        slots = write[part.role]()
        return (SectionPlan(slots=slots),) if slots else ()

    def _aspect_sections(self, role: PartRole) -> tuple[SectionPlan, ...]:
        sections: list[SectionPlan] = []
        for aspect, told in self._aspects():
            slot_id = f"{role}.{len(sections) + 1}"
            heading, intro = told.heading or aspect.heading, ""
            if role == "measures":
                heading = aspect.direction or heading
                slots = self._measures(told.problems, slot_id, "measure")
            elif role == "work":
                slots = self._work(told, slot_id)
            else:
                slots = self._problems(told.problems, slot_id)
                intro = _announcement(aspect, told.problems)
            number = section_number(len(sections) + 1)
            sections.append(SectionPlan(number=number, heading=heading, intro=intro, slots=slots))
        return tuple(sections)

    def _aspects(self) -> Iterator[tuple[Aspect, AspectSpec]]:
        told = {aspect.name: aspect for aspect in self.spec.aspects}
        for aspect in self.kind.aspects:
            yield aspect, told[aspect.name]

    def _all_problems(self) -> list[Problem]:
        return [problem for _, told in self._aspects() for problem in told.problems]

    def _problems(self, problems: list[Problem], where: str) -> tuple[Slot, ...]:
        return tuple(
            Slot(
                id=f"{where}.{i}",
                role="problem",
                ordinal=ordinal(i),
                claim=problem.claim,
                opening=f"{problem.claim}。",
                facts=_facts(f"{where}.{i}", problem.facts),
                gaps=(
                    ()
                    if problem.facts
                    else (f"能说明“{problem.claim}”的具体事实：何事、何时、多少",)
                ),
            )
            for i, problem in enumerate(problems, 1)
        )

    def _work(self, told: AspectSpec, where: str) -> tuple[Slot, ...]:
        return tuple(
            Slot(
                id=f"{where}.{i}",
                role="work",
                ordinal=ordinal(i),
                claim=item.claim,
                opening=f"{item.claim}。",
                facts=_facts(f"{where}.{i}", item.facts),
                gaps=() if item.facts else (f"“{item.claim}”的具体做法和数字",),
            )
            for i, item in enumerate(told.work, 1)
        )

    def _measures(
        self, problems: list[Problem], where: str, role: Literal["measure", "next_step"]
    ) -> tuple[Slot, ...]:
        return tuple(
            Slot(
                id=f"{where}.{i}",
                role=role,
                ordinal=ordinal(i),
                claim=problem.claim,
                opening=f"针对{problem.claim.removesuffix('的问题')}的问题，",
                facts=tuple(_measure_facts(f"{where}.{i}", problem.measures)),
                context=tuple(problem.facts),
                gaps=tuple(_measure_gaps(problem)),
            )
            for i, problem in enumerate(problems, 1)
        )

    def _last_year(self) -> tuple[Slot, ...]:
        last = self.spec.last_year
        if last is None:
            return ()
        told = [f"{self.kind.last_period}查摆问题{last.problems}个，已整改到位{last.resolved}个"]
        if last.open:
            told.append(f"{'、'.join(last.open)}尚未整改到位")
        gaps = () if last.open or last.resolved == last.problems else ("尚未整改到位的问题及原因",)
        facts = _facts("last_year", [*told, *last.facts])
        return (Slot(id="last_year", role="last_year", facts=facts, gaps=gaps),)

    def _case(self) -> tuple[Slot, ...]:
        case = self.spec.case
        if case is None:
            return ()
        told = [*case.facts, *([case.reflection] if case.reflection else [])]
        gaps = () if case.reflection else ("对照案例查摆自身的情况",)
        return (
            Slot(id="case", role="case", claim=case.title, facts=_facts("case", told), gaps=gaps),
        )

    def _matters(self) -> tuple[Slot, ...]:
        return tuple(
            Slot(
                id=f"matters.{i}",
                role="matter",
                ordinal=ordinal(i),
                claim=matter.topic,
                opening=f"{matter.topic}。",
                facts=_facts(f"matters.{i}", matter.facts),
                gaps=() if matter.facts else (f"“{matter.topic}”的情况",),
            )
            for i, matter in enumerate(self.spec.matters, 1)
        )

    def _causes(self) -> tuple[Slot, ...]:
        by_aspect = {told.name: [p.claim for p in told.problems] for told in self.spec.aspects}
        causes = [(cause.claim, cause.from_) for cause in self.spec.causes] or [
            (cause.claim, [claim for name in cause.aspects for claim in by_aspect[name]])
            for cause in self.kind.causes
        ]
        return tuple(
            Slot(
                id=f"causes.{i}",
                role="cause",
                ordinal=ordinal(i),
                claim=claim,
                opening=f"{claim}。",
                context=tuple(problems),
                gaps=() if problems else (f"“{claim}”导致了哪些问题",),
            )
            for i, (claim, problems) in enumerate(causes, 1)
        )


def _facts(where: str, texts: list[str]) -> tuple[Fact, ...]:
    return tuple(
        Fact(id=f"{where}.f{i}", text=text.rstrip("。；;，")) for i, text in enumerate(texts, 1)
    )


def _measure_facts(where: str, measures: list[Measure]) -> Iterator[Fact]:
    owner = ""
    for i, measure in enumerate(measures, 1):
        # Who takes the lead is said once for all measures in a row.
        who = f"由{measure.owner}牵头，" if measure.owner not in ("", owner) else ""
        owner = measure.owner
        # Only behind a day does 前 keep the meaning: not behind 2025年, nor behind 长期.
        when = measure.due + ("前" if measure.due.endswith(("底", "末", "日", "号")) else "")
        exact = tuple(word for word in (measure.owner, measure.due) if word)
        yield Fact(id=f"{where}.m{i}", text=f"{who}{when}{measure.do.rstrip('。')}", exact=exact)


def _measure_gaps(problem: Problem) -> Iterator[str]:
    if not problem.measures:
        yield f"解决“{problem.claim}”的举措、责任人和时限"
    for measure in problem.measures:
        if not measure.owner:
            yield f"“{measure.do}”的责任人"
        if not measure.due:
            yield f"“{measure.do}”的时限"


def _announcement(aspect: Aspect, problems: list[Problem]) -> str:
    """主要存在三个方面问题，表现为“三个还不够”："""
    if not aspect.manifestation or len(problems) == 1:
        return ""
    count = numeral(len(problems)) if len(problems) != 2 else "两"
    if all(aspect.manifestation in problem.claim for problem in problems):
        return f"主要存在{count}个方面问题，表现为“{count}个{aspect.manifestation}”："
    return f"主要存在{count}个方面问题："


_AIM = 25
"""Characters in which a measure says what it is to change."""
_MOST_ADDED = 130
"""Characters that are worth adding to the facts of a problem or cause."""


def _with_budgets(plan: Plan, kind: DocumentKind) -> Plan:
    """Share the characters that headings, facts and measures leave over among the slots."""
    shares = {part.role: part.share for part in kind.parts}
    settled = sum(_settled(slot) for slot in plan.slots() if not _open(slot))
    open_parts = [part.role for part in plan.parts if any(map(_open, part.slots()))]
    total = sum(shares[role] for role in open_parts)
    fixed = count_characters(plan.title + plan.closing) + sum(
        count_characters(section.number + section.heading + section.intro)
        for part in plan.parts
        for section in part.sections
    )
    fixed += sum(len(part.number + part.heading) for part in plan.parts)
    free = plan.length - fixed - settled

    def budget(slot: Slot, each: float) -> int:
        if not _open(slot):
            return _settled(slot)
        told = count_characters(slot.stated + slot.ending)
        # Room for what code writes and a sentence of the model's, but not for empty talk.
        return min(max(round(each * _weight(slot)), told + 30), told + _MOST_ADDED)

    def share_out(part: PartPlan) -> PartPlan:
        characters = free * shares[part.role] / total if part.role in open_parts else 0
        each = characters / (sum(_weight(slot) for slot in part.slots() if _open(slot)) or 1)
        sections = tuple(
            section.model_copy(
                update={
                    "slots": tuple(
                        slot.model_copy(update={"budget": budget(slot, each)})
                        for slot in section.slots
                    )
                }
            )
            for section in part.sections
        )
        return part.model_copy(update={"sections": sections})

    lead = plan.lead.model_copy(update={"budget": _settled(plan.lead)})
    return plan.model_copy(
        update={"lead": lead, "parts": tuple(share_out(part) for part in plan.parts)}
    )


def _open(slot: Slot) -> bool:
    """Whether its length is not settled by what the unit has told."""
    return slot.role in ("problem", "cause")


def _settled(slot: Slot) -> int:
    return count_characters(slot.stated + slot.ending) + (_AIM if slot.drawn else 0)


def _weight(slot: Slot) -> float:
    """A paragraph with more facts gets more room."""
    return 1 + 0.25 * max(len(slot.facts) - 1, 0) if slot.writable else 0.5
