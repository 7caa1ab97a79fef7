"""What an experienced colleague sees in a half-filled spec: how far it is, and where to ask again.

Works on plain data as it stands in the file, valid or not, so that it can be asked at any moment.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from assistant.kinds import DocumentKind
from assistant.spec import PLACEHOLDER, Location
from assistant.text.figures import find_figures

Data = Mapping[str, Any]
"""A spec as plain data (`spec_file.plain_data`)."""

_TIME = re.compile(
    r"\d{4}年|\d{1,2}月|[上下]半年|[一二三四]季度|年[初底内]|月[初底]|期间|以来|汛期|连续|至今|全年"
)
_PLACE = re.compile(
    r"[\u4e00-\u9fff]{1,8}(?:[市县区乡镇村]|街道|社区|水库|林场|学校|医院|小区|园区|河段|大桥|中心|支队)"
)
_TIMELESS = ("长期", "常态", "持续")


@dataclass(frozen=True)
class Remark:
    """Something to be asked again, where it stands."""

    location: Location
    message: str
    """In Chinese."""


@dataclass(frozen=True)
class Fullness:
    """How much of what a section needs is there."""

    filled: int
    wanted: int

    @property
    def share(self) -> float:
        """0 to 1; 1 where nothing is wanted."""
        return min(self.filled / self.wanted, 1.0) if self.wanted else 1.0

    def __add__(self, other: "Fullness") -> "Fullness":
        return Fullness(self.filled + other.filled, self.wanted + other.wanted)


@dataclass(frozen=True)
class IntakeSection:
    """A part of the spec that is filled in at one sitting."""

    id: str
    """`basics`, `lead`, `last_year`, `aspect:<name>`, `problems`, `case`, `matters`, `causes`."""
    title: str
    optional: bool = False


def sections(kind: DocumentKind) -> tuple[IntakeSection, ...]:
    """What is to be filled in for a kind, in the order in which one asks for it."""
    return tuple(_sections(kind))


def _sections(kind: DocumentKind) -> Iterator[IntakeSection]:
    yield IntakeSection("basics", "基本情况")
    yield IntakeSection("lead", "导语里的数")
    if part := kind.part("last_year"):
        yield IntakeSection("last_year", part.heading, optional=True)
    for aspect in kind.aspects:
        yield IntakeSection(f"aspect:{aspect.name}", aspect.name)
    if kind.genre == "report":
        yield IntakeSection("problems", "存在的问题")
    for role in ("case", "matters", "causes"):
        if part := kind.part(role):
            preset = role == "causes" and bool(kind.causes)
            yield IntakeSection(role, part.heading, optional=part.optional or preset)


def items_key(kind: DocumentKind) -> str:
    """What an aspect of the kind lists: `work` in a report, otherwise `problems`."""
    return "work" if kind.genre == "report" else "problems"


def aspect_index(data: Data, name: str) -> int | None:
    """Where an aspect stands in the spec; None where it is missing."""
    for i, aspect in enumerate(_list(data.get("aspects"))):
        if isinstance(aspect, dict) and aspect.get("name") == name:
            return i
    return None


def fullness(data: Data, kind: DocumentKind) -> dict[str, Fullness]:
    """How full each section is, by its id."""
    found = {
        "basics": _count(data.get("unit"), data.get("date")),
        "lead": _count(*(_dict(data.get("lead")).get(key) for key in kind.lead_numbers)),
    }
    for section in sections(kind):
        if section.id.startswith("aspect:"):
            index = aspect_index(data, section.title)
            aspect = {} if index is None else data["aspects"][index]
            items = _items(_list(aspect.get(items_key(kind))), kind, measured=True)
            found[section.id] = items
        elif section.id == "problems":
            found[section.id] = _items(_list(data.get("problems")), kind, measured=True, least=1)
        elif section.id not in found:
            found[section.id] = _optional(section.id, data)
    return found


def total(parts: Mapping[str, Fullness]) -> Fullness:
    """The whole spec's fullness."""
    return sum(parts.values(), Fullness(0, 0))


def _items(
    items: list[Any], kind: DocumentKind, *, measured: bool, least: int | None = None
) -> Fullness:
    """Claims, facts and measures with who and by when; as many items as the kind wants at least."""
    report = kind.genre == "report" and least is None
    wanted_items = kind.points_per_aspect[0] if least is None else least
    whole = Fullness(0, 0)
    for item in items:
        item = _dict(item)
        whole += _count(item.get("claim"), *(_list(item.get("facts")) or [None])[:1])
        if measured and not report:
            measures = [_dict(m) for m in _list(item.get("measures"))] or [{}]
            first = measures[0]
            whole += _count(first.get("do"), first.get("owner"), first.get("due"))
    each = 2 if report else 5
    return whole + Fullness(0, each * max(wanted_items - len(items), 0))


def _optional(section: str, data: Data) -> Fullness:
    """A part that may be left out counts once it is begun."""
    given = data.get(section)
    if not given:
        return Fullness(0, 0)
    if section == "last_year":
        return _count(_dict(given).get("problems"), _dict(given).get("resolved"))
    if section == "case":
        case = _dict(given)
        return _count(case.get("title"), case.get("reflection"), *(_list(case.get("facts"))[:1]))
    key = "topic" if section == "matters" else "claim"
    below = "facts" if section == "matters" else "from"
    whole = Fullness(0, 0)
    for item in map(_dict, _list(given)):
        whole += _count(item.get(key), *(_list(item.get(below)) or [None])[:1])
    return whole


def _count(*values: object) -> Fullness:
    return Fullness(sum(map(_given, values)), len(values))


def _given(value: object) -> bool:
    return value not in (None, "") and not str(value).startswith(PLACEHOLDER)


def remarks(data: Data, kind: DocumentKind) -> Iterator[Remark]:
    """What is vague, double, or not closed yet, each where it stands."""
    for where, item in _all_items(data):
        claim = str(item.get("claim") or "")
        if find_figures(claim, chinese=False) and _given(claim):
            message = "数字请写进事实里，这里用一句短语概括"
            yield Remark((*where, "claim"), message)
        yield from _fact_remarks(item, where)
        if "work" not in where:
            yield from _measure_remarks(item, where)
    yield from _repeated(data)
    for section in ("case", "last_year"):
        yield from _fact_remarks(_dict(data.get(section)), (section,))
    for i, matter in enumerate(_list(data.get("matters"))):
        yield from _fact_remarks(_dict(matter), ("matters", i))
    for aspect in kind.aspects:
        index = aspect_index(data, aspect.name)
        if index is None or not _list(data["aspects"][index].get(items_key(kind))):
            what = "做法" if kind.genre == "report" else "问题"
            where = ("aspects",) if index is None else ("aspects", index)
            yield Remark(where, f"“{aspect.name}”还没有写{what}")
    yield from _unexplained(data)


def vague(fact: str) -> bool:
    """Whether a fact names neither figure nor time nor place (不够具体)."""
    return not (find_figures(fact) or _TIME.search(fact) or _PLACE.search(fact))


def _fact_remarks(item: Data, where: Location) -> Iterator[Remark]:
    for i, fact in enumerate(_list(item.get("facts"))):
        if _given(fact) and vague(str(fact)):
            message = "不够具体：没有数字、时间或地点。哪件事？多少？什么时候？在哪里？"
            yield Remark((*where, "facts", i), message)
    if "facts" not in where and _given(item.get("claim")) and not _list(item.get("facts")):
        yield Remark((*where, "facts"), "还没有事实，初稿里会标【待补】。哪件事？多少？什么时候？")


def _measure_remarks(item: Data, where: Location) -> Iterator[Remark]:
    measures = _list(item.get("measures"))
    if _given(item.get("claim")) and not measures:
        yield Remark((*where, "measures"), "这个问题还没有整改措施。做什么？谁牵头？什么时候完成？")
    for i, measure in enumerate(map(_dict, measures)):
        place = (*where, "measures", i)
        if not _given(measure.get("do")):
            continue
        if not _given(measure.get("owner")):
            yield Remark((*place, "owner"), "谁负责？写科室或责任人")
        due = str(measure.get("due") or "")
        if not _given(due):
            yield Remark((*place, "due"), "什么时候完成？如 2024年3月底")
        elif not find_figures(due) and not any(word in due for word in _TIMELESS):
            yield Remark((*place, "due"), "时限不够具体，写明年月，如 2024年3月底")


def _repeated(data: Data) -> Iterator[Remark]:
    seen: dict[str, Location] = {}
    for where, item in _all_items(data):
        claim = str(item.get("claim") or "").rstrip("。；;，")
        if claim and _given(claim) and claim in seen:
            yield Remark((*where, "claim"), f"“{claim}”前面已经写过，同一个问题只写一次")
        seen.setdefault(claim, where)


def _unexplained(data: Data) -> Iterator[Remark]:
    causes = [_dict(cause) for cause in _list(data.get("causes"))]
    if not causes:
        return
    explained = {str(claim) for cause in causes for claim in _list(cause.get("from"))}
    for where, item in _all_items(data):
        claim = str(item.get("claim") or "")
        if "work" not in where and _given(claim) and claim not in explained:
            yield Remark((*where, "claim"), "还没有哪条原因对应这个问题")
    for i, cause in enumerate(causes):
        if _given(cause.get("claim")) and not _list(cause.get("from")):
            yield Remark(("causes", i, "from"), "这条原因导致了哪些问题？")


def problem_claims(data: Data) -> list[str]:
    """The claims of all problems, in the order of the spec."""
    found = (
        str(item.get("claim") or "") for where, item in _all_items(data) if "work" not in where
    )
    return [claim for claim in found if _given(claim)]


def _all_items(data: Data) -> Iterator[tuple[Location, Data]]:
    """Every problem and work item with its place."""
    for i, aspect in enumerate(map(_dict, _list(data.get("aspects")))):
        for key in ("problems", "work"):
            for j, item in enumerate(_list(aspect.get(key))):
                yield ("aspects", i, key, j), _dict(item)
    for j, item in enumerate(_list(data.get("problems"))):
        yield ("problems", j), _dict(item)


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
