"""Makes the plan from what a kind prescribes and what the unit told."""

from collections.abc import Callable, Iterator
from typing import Literal

from assistant.budgets import planned_characters, with_budgets
from assistant.kinds import Aspect, DocumentKind, Part, PartRole
from assistant.plan import Fact, PartPlan, Plan, SectionPlan, Slot
from assistant.spec import AspectSpec, Cause, Measure, Problem, UnitSpec
from assistant.text.numbering import counted, ordinal, part_number, section_number

_TOO_LONG = 1.05
"""Times the length asked for beyond which a plan must do with less."""


def make_plan(spec: UnitSpec, kind: DocumentKind) -> Plan:
    """The plan of a spec that is valid for its kind.

    What a report says of each field of work in fixed wording gives way where facts fill the length.
    """
    plan = _Planner(spec, kind, commitments=True).plan()
    if planned_characters(plan) > _TOO_LONG * plan.length:
        return _Planner(spec, kind, commitments=False).plan()
    return plan


class _Planner:
    def __init__(self, spec: UnitSpec, kind: DocumentKind, *, commitments: bool) -> None:
        """`commitments`: whether a field of work opens with what the kind says of it."""
        self.spec = spec
        self.kind = kind
        self.speaker = spec.speaker or kind.speaker
        self.commitments = commitments

    def plan(self) -> Plan:
        plan = Plan(
            kind=self.kind.id,
            unit=self.spec.unit,
            title=self.fill(self.kind.title),
            length=self.spec.length or self.kind.length,
            lead=self.lead(),
            parts=self.parts(),
            closing=self.fill(self.kind.closing),
        )
        return with_budgets(plan, self.kind)

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
        return (SectionPlan(intro=self.fill(part.intro), slots=slots),) if slots else ()

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
                intro = self.fill(aspect.intro) if self.commitments else ""
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
                ordinal=ordinal(i, of=len(problems)),
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
                ordinal=ordinal(i, of=len(told.work)),
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
                ordinal=ordinal(i, of=len(problems)),
                claim=problem.claim,
                opening=f"针对{problem.claim.removesuffix('的问题')}的问题，",
                facts=tuple(_measure_facts(f"{where}.{i}", problem.measures)),
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
                ordinal=ordinal(i, of=len(self.spec.matters)),
                claim=matter.topic,
                opening=f"{matter.topic}。",
                facts=_facts(f"matters.{i}", matter.facts),
                gaps=() if matter.facts else (f"“{matter.topic}”的情况",),
            )
            for i, matter in enumerate(self.spec.matters, 1)
        )

    def _causes(self) -> tuple[Slot, ...]:
        by_aspect = {told.name: [p.claim for p in told.problems] for told in self.spec.aspects}
        causes = self.spec.causes or [
            Cause.model_validate(
                {
                    "claim": cause.claim,
                    "from": [c for name in cause.aspects for c in by_aspect[name]],
                }
            )
            for cause in self.kind.causes
        ]
        return tuple(
            Slot(
                id=f"causes.{i}",
                role="cause",
                ordinal=ordinal(i, of=len(causes)),
                claim=cause.claim,
                opening=f"{cause.claim}。",
                facts=_facts(f"causes.{i}", cause.facts),
                context=tuple(cause.from_),
                gaps=() if cause.from_ else (f"“{cause.claim}”导致了哪些问题",),
            )
            for i, cause in enumerate(causes, 1)
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
    count = counted(len(problems))
    if all(aspect.manifestation in problem.claim for problem in problems):
        return f"主要存在{count}个方面问题，表现为“{count}个{aspect.manifestation}”："
    return f"主要存在{count}个方面问题："
