"""What the unit told us: the spec, a `unit.yaml` that a person writes."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)
from pydantic_core import PydanticCustomError

from assistant.kinds import DocumentKind, PartRole, nearest

Location = tuple[str | int, ...]
"""Keys and indexes that lead to a place in the spec."""


class _Written(BaseModel):
    """Something a person writes: unknown keys are typos, never ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    @model_validator(mode="before")
    @classmethod
    def _empty_is_absent(cls, data: object) -> object:
        """A key with nothing behind it counts as left out; an unknown key never does."""
        if not isinstance(data, Mapping):
            return data
        known = {field.alias or name for name, field in cls.model_fields.items()}
        return {key: item for key, item in data.items() if item is not None or key not in known}


def _phrase(text: str) -> str:
    # Code goes on behind it, so a full stop of the writer's would stand in mid-sentence.
    return text.rstrip("。；;，")


def _written_day(value: object) -> object:
    # Bare digits would be read as seconds since 1970.
    if isinstance(value, str) and "-" not in value:
        raise PydanticCustomError("date_parsing", "not a date")
    return value


def _without_empty(value: object) -> object:
    if not isinstance(value, Mapping):
        return value
    return {key: number for key, number in value.items() if number is not None}


Claim = Annotated[str, Field(min_length=1), AfterValidator(_phrase)]
"""A thing in one phrase, without a full stop."""
Day = Annotated[date, BeforeValidator(_written_day)]


class Measure(_Written):
    """What is to be done about a problem."""

    do: str = Field(min_length=1)
    owner: str = ""
    """The section or person responsible."""
    due: str = ""
    """The deadline in words, such as 2024年9月底."""


class Problem(_Written):
    """A problem that the unit admits."""

    claim: Claim
    """The problem in one phrase, without a figure."""
    facts: list[str] = []
    """What shows it: one fact each, with figure, time or place."""
    measures: list[Measure] = []


class WorkItem(_Written):
    """Something done, in a report."""

    claim: Claim
    facts: list[str] = []


class AspectSpec(_Written):
    """The unit's situation in one aspect of the kind."""

    name: str
    heading: str = ""
    """Replaces the kind's heading where the unit's notice words it otherwise."""
    problems: list[Problem] = []
    work: list[WorkItem] = []
    """Reports only."""


class LastYear(_Written):
    """How the problems of the last meeting were mended."""

    problems: int = Field(ge=0)
    resolved: int = Field(ge=0)
    open: list[str] = []
    """What remains to be done."""
    facts: list[str] = []


class Case(_Written):
    """The case studied as a warning, and what the unit sees in itself."""

    title: str = Field(min_length=1)
    facts: list[str] = []
    reflection: str = ""


class Matter(_Written):
    """A matter to be explained (需要说明的事项)."""

    topic: Claim
    facts: list[str] = []


class Cause(_Written):
    """A root cause and the problems that it explains."""

    claim: Claim
    facts: list[str] = []
    """What the unit thought and did at the time, in its own words."""
    from_: list[Claim] = Field(default=[], alias="from")
    """Claims of the problems."""


class UnitSpec(_Written):
    """Everything the unit tells about one document."""

    kind: str
    unit: str = Field(min_length=2, max_length=40)
    speaker: str = ""
    """How the text names its author; the kind's default when empty."""
    date: Day
    """The day of the document."""
    length: int | None = Field(default=None, ge=800, le=20000)
    """Target characters; the kind's default when absent."""
    lead: Annotated[dict[str, int], BeforeValidator(_without_empty)] = {}
    """The kind's numbers for the lead paragraph."""
    last_year: LastYear | None = None
    aspects: list[AspectSpec]
    problems: list[Problem] = []
    """Reports only: problems are listed once, not by aspect."""
    case: Case | None = None
    matters: list[Matter] = []
    causes: list[Cause] = []


@dataclass(frozen=True)
class SpecIssue:
    """One thing wrong with a spec: where, and in Chinese what and what to do."""

    location: Location
    message: str


PLACEHOLDER = "请填写"
"""How every text begins that the template leaves to be filled in."""

FULL_WIDTH_FIGURE = re.compile(r"[０-９][０-９．，％]*|[．，][０-９]+|(?<=[0-9])．(?=[0-9])|％")

_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")


def issues_against(spec: UnitSpec, kind: DocumentKind) -> Iterator[SpecIssue]:
    """What keeps `spec` from being a spec of `kind`."""
    yield from _lead_issues(spec, kind)
    yield from _aspect_issues(spec, kind)
    yield from _part_issues(spec, kind)
    yield from _claim_issues(spec)
    for location, text in texts(spec):
        if text.startswith(PLACEHOLDER):
            yield SpecIssue(location, f"“{text}”还没有填，请换成本单位的情况；没有的整条删去")
        if _CONTROL.search(text):
            yield SpecIssue(location, "请写成一行，不要换行")
        if found := FULL_WIDTH_FIGURE.search(text):
            yield SpecIssue(location, f"“{found[0]}”是全角数字，请改用半角数字（如 37、91.3%）")


def _lead_issues(spec: UnitSpec, kind: DocumentKind) -> Iterator[SpecIssue]:
    for key, number in spec.lead.items():
        if key not in kind.lead_numbers:
            names = "、".join(kind.lead_numbers)
            yield SpecIssue(
                ("lead", key),
                f"导语没有“{key}”这个数。{nearest(key, list(kind.lead_numbers))}可填：{names}",
            )
        elif number < 0:
            yield SpecIssue(("lead", key), f"“{number}”不能是负数")


def _aspect_issues(spec: UnitSpec, kind: DocumentKind) -> Iterator[SpecIssue]:
    names = [aspect.name for aspect in kind.aspects]
    seen: set[str] = set()
    foreign = "work" if kind.genre == "self_examination" else "problems"
    for i, aspect in enumerate(spec.aspects):
        where = ("aspects", i)
        if aspect.name not in names:
            yield SpecIssue(
                (*where, "name"),
                f"“{kind.name}”没有“{aspect.name}”这个方面。{nearest(aspect.name, names)}",
            )
        elif aspect.name in seen:
            yield SpecIssue((*where, "name"), f"方面“{aspect.name}”写了两次")
        seen.add(aspect.name)
        if getattr(aspect, foreign):
            yield SpecIssue(
                (*where, foreign),
                "对照检查材料不写成绩，请去掉 work"
                if foreign == "work"
                else "汇报的问题请写在最外层的 problems 里，不写在方面里",
            )
        elif not (aspect.problems or aspect.work):
            expected = "问题（problems）" if foreign == "work" else "做法（work）"
            yield SpecIssue(where, f"方面“{aspect.name}”下没有内容，至少要有一条{expected}")
    for name in names:
        if name not in seen:
            yield SpecIssue(("aspects",), f"缺少方面“{name}”")


def _part_issues(spec: UnitSpec, kind: DocumentKind) -> Iterator[SpecIssue]:
    given: dict[PartRole, object] = {
        "last_year": spec.last_year,
        "case": spec.case,
        "matters": spec.matters,
        "causes": spec.causes,
    }
    for role, value in given.items():
        if value and kind.part(role) is None:
            yield SpecIssue((role,), f"“{kind.name}”没有这一部分，请去掉 {role}")
    for part in kind.parts:
        if not part.optional and part.role in given and not given[part.role]:
            if part.role == "causes" and kind.causes:
                continue
            yield SpecIssue((), f"缺少 {part.role}（{part.heading}）")
    if kind.genre == "self_examination" and spec.problems:
        yield SpecIssue(("problems",), "对照检查材料的问题请写在各方面（aspects）里")
    if kind.genre == "report" and not spec.problems:
        yield SpecIssue((), "缺少 problems（存在的问题），至少写一条")
    last = spec.last_year
    if last and last.resolved > last.problems:
        yield SpecIssue(
            ("last_year", "resolved"), f"已整改 {last.resolved} 个，多于问题总数 {last.problems} 个"
        )


def _claim_issues(spec: UnitSpec) -> Iterator[SpecIssue]:
    seen: dict[str, Location] = {}
    for location, claim in _claims(spec):
        if claim in seen and not claim.startswith(PLACEHOLDER):
            yield SpecIssue(location, f"“{claim}”出现了两次，同一个问题只写一次")
        seen[claim] = location
    problems = [problem.claim for _, problem in problems_of(spec)]
    for i, cause in enumerate(spec.causes):
        for j, claim in enumerate(cause.from_):
            if claim not in problems:
                yield SpecIssue(
                    ("causes", i, "from", j), f"没有“{claim}”这个问题。{nearest(claim, problems)}"
                )


def problems_of(spec: UnitSpec) -> Iterator[tuple[Location, Problem]]:
    """Every problem with its place, in the order written."""
    for i, aspect in enumerate(spec.aspects):
        for j, problem in enumerate(aspect.problems):
            yield ("aspects", i, "problems", j), problem
    for j, problem in enumerate(spec.problems):
        yield ("problems", j), problem


def _claims(spec: UnitSpec) -> Iterator[tuple[Location, str]]:
    for i, aspect in enumerate(spec.aspects):
        for j, item in enumerate(aspect.work):
            yield ("aspects", i, "work", j, "claim"), item.claim
    for location, problem in problems_of(spec):
        yield (*location, "claim"), problem.claim


def texts(spec: UnitSpec) -> Iterator[tuple[Location, str]]:
    """Every text in the spec with its place."""

    def walk(value: object, where: Location) -> Iterator[tuple[Location, str]]:
        if isinstance(value, str):
            yield where, value
        elif isinstance(value, dict):
            for key, item in value.items():
                yield from walk(item, (*where, key))
        elif isinstance(value, list):
            for index, item in enumerate(value):
                yield from walk(item, (*where, index))

    yield from walk(spec.model_dump(by_alias=True), ())


def advice(spec: UnitSpec, kind: DocumentKind) -> Iterator[str]:
    """What an experienced colleague would point out; nothing here keeps a spec from being used."""
    if spec.date < kind.valid_from or (kind.valid_to and spec.date > kind.valid_to):
        end = f"至 {kind.valid_to}" if kind.valid_to else "以后"
        yield f"“{kind.name}”用于 {kind.valid_from} {end}，规格的日期是 {spec.date}，请核对文种"
    least, most = kind.points_per_aspect
    for aspect in spec.aspects:
        count = len(aspect.problems) + len(aspect.work)
        if not least <= count <= most:
            yield f"“{aspect.name}”写了 {count} 条，一般 {least}—{most} 条"
    if kind.part("case") and spec.case is None:
        yield "没有填写典型案例（case），通知要求剖析典型案例的请补上"
    explained = {claim for cause in spec.causes for claim in cause.from_}
    if spec.causes:
        for _, problem in problems_of(spec):
            if problem.claim not in explained:
                yield f"问题“{problem.claim}”没有对应的原因"
