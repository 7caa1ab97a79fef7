"""Formulations, meetings, campaigns and statutes outside their time."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from assistant.checks.rule import CheckContext, Hit, Sample, Severity, rule
from assistant.checks.rules.formulations_data import (
    Calendar,
    Statute,
    Statutes,
    exempt_spans,
    short_title,
    within,
)

_WRITTEN_LATER = timedelta(days=100)
"""How long behind the year in its title a document is still being written."""
_STALE_AFTER = timedelta(days=90)
_OVER_FOR = timedelta(days=400)
"""A campaign that ended longer ago is no longer spoken of as going on."""


def _latest(context: CheckContext) -> date | None:
    """The last day on which the document can have been written."""
    if context.date is None or context.day or context.spec:
        return context.date
    return context.date + _WRITTEN_LATER


_AHEAD = re.compile("(?:迎接|喜迎|即将|筹备|准备|将要?|拟|下一步)[^。，]{0,10}$")


@rule(
    "W201",
    "提前使用的提法",
    Severity.ERROR,
    why="材料写成时还没有的会议、教育、提法不可能写进去，多是套用了别的年度的材料。",
    good=(
        Sample("学习贯彻党的二十届三中全会精神。", day=date(2025, 1, 10)),
        Sample("以实际行动迎接党的二十大胜利召开。", day=date(2022, 8, 1)),
        "学习贯彻党的二十届四中全会精神。",
    ),
    bad=(
        Sample("学习贯彻党的二十届三中全会精神。", day=date(2023, 1, 10)),
        Sample("党纪学习教育中查出问题3个。", day=date(2023, 8, 30)),
        "某局领导班子2022年度民主生活会对照检查材料\n\n认真开展党纪学习教育。",
    ),
)
def not_before_its_time(context: CheckContext) -> Iterator[Hit]:
    """A term that did not exist when the document was written."""
    latest = _latest(context)
    if latest is None:
        return
    calendar = context.data.section("calendar", Calendar)
    exempt = exempt_spans(context.text)
    for match in calendar.pattern.finditer(context.text):
        term = calendar.terms[match[0]]
        ahead = _AHEAD.search(context.text[max(0, match.start() - 14) : match.start()])
        if latest < term.since and not ahead and not within(exempt, *match.span()):
            when = f"{term.since.year}年{term.since.month}月"
            yield Hit(
                *match.span(),
                f"“{match[0]}”{when}才有，材料写于{_told(context)}",
                "核对年份，删去或改成当时的内容",
            )


def _told(context: CheckContext) -> str:
    day = context.date
    return f"{day.year}年{day.month}月" if day else ""


_LOOKING_BACK = re.compile(
    r"(?:巩固|拓展|深化|运用|转化|延续|总结|继|20\d\d年(?:以来|度)?)[^。，]{0,12}$"
)
_LOOKED_BACK = re.compile("(?:[^。，]{0,6})(?:成果|以来|期间|后|经验|成效|整改|中)")


@rule(
    "W202",
    "过时的提法",
    Severity.WARNING,
    why="已经结束的教育、被新会议代替的旧提法，说明材料没有更新。",
    good=(
        Sample("巩固拓展党史学习教育成果。", day=date(2023, 8, 1)),
        Sample("深入学习党的十九大和党的二十大精神。", day=date(2023, 8, 1)),
        Sample("深入开展党史学习教育。", day=date(2021, 8, 1)),
    ),
    bad=(
        Sample("深入开展党史学习教育。", day=date(2025, 1, 10)),
        Sample("深入学习贯彻党的十九大精神。", day=date(2025, 1, 10)),
        Sample("协调推进全面建成小康社会、全面深化改革。", day=date(2023, 1, 10)),
    ),
)
def not_after_its_time(context: CheckContext) -> Iterator[Hit]:
    """A campaign long over as if it went on; only an old congress; a retired wording."""
    if context.date is None:
        return
    exempt = exempt_spans(context.text)
    for hit in (*_retired(context, context.date), *_stale(context, context.date)):
        if not within(exempt, hit.start, hit.end):
            yield hit


def _retired(context: CheckContext, day: date) -> Iterator[Hit]:
    retired = context.data.section("calendar", Calendar).retired
    spans: list[tuple[int, int]] = []
    for wording in sorted(retired, key=len, reverse=True):
        entry = retired[wording]
        if day < entry.until:
            continue
        for match in re.finditer(re.escape(wording), context.text):
            if any(start <= match.start() < end for start, end in spans):
                continue
            spans.append(match.span())
            yield Hit(*match.span(), f"“{wording}”已不再使用", f"应写作：{entry.right}")


def _stale(context: CheckContext, day: date) -> Iterator[Hit]:
    calendar = context.data.section("calendar", Calendar)
    told: set[str] = set()
    for match in calendar.pattern.finditer(context.text):
        name, term = match[0], calendar.terms[match[0]]
        later = calendar.terms.get(term.then)
        if later and name not in told and day > later.since + _STALE_AFTER:
            told.add(name)
            if term.then not in context.text:
                message = f"只提“{name}”，没有提“{term.then}”"
                yield Hit(*match.span(), message, "核对是否沿用了旧材料")
        elif term.until and day > term.until + _OVER_FOR:
            before = context.text[max(0, match.start() - 20) : match.start()]
            behind = context.text[match.end() : match.end() + 12]
            if not _LOOKING_BACK.search(before) and not _LOOKED_BACK.match(behind):
                message = f"“{name}”已于{term.until.year}年{term.until.month}月前结束或不再使用"
                yield Hit(*match.span(), message, "核对是否沿用了旧材料")


_TITLE = re.compile("《([^《》\n]{2,50})》")


@rule(
    "W203",
    "已废止的法规",
    Severity.ERROR,
    why="引用已经废止的党规国法，曾有单位因此被通报问责。",
    good=(
        Sample("对照《中国共产党廉洁自律准则》检查。", day=date(2024, 1, 10)),
        Sample("按照《信访条例》办理。", day=date(2021, 1, 10)),
        Sample("修订后的《中国共产党纪律处分条例》（2023年修订）。", day=date(2024, 8, 10)),
    ),
    bad=(
        Sample("对照《中国共产党党员领导干部廉洁从政若干准则》检查。", day=date(2024, 1, 10)),
        Sample("按照《信访条例》办理。", day=date(2023, 1, 10)),
        Sample("学习《中国共产党纪律处分条例》（2018年修订）。", day=date(2024, 8, 10)),
    ),
)
def statutes_in_force(context: CheckContext) -> Iterator[Hit]:
    """A statute repealed, or an edition replaced, before the document was written."""
    if context.date is None:
        return
    exempt = exempt_spans(context.text)
    for match, statute in _cited(context):
        if within(exempt, *match.span()):
            continue
        if statute.repealed and statute.repealed <= context.date:
            when = f"{statute.repealed.year}年{statute.repealed.month}月"
            message = f"《{match[1]}》自{when}起已废止"
            yield Hit(*match.span(), message, f"现行的是{statute.replaced_by}")
        else:
            yield from _old_edition(context, context.date, match, statute)


def _cited(context: CheckContext) -> Iterator[tuple[re.Match[str], Statute]]:
    statutes = context.data.section("statutes", Statutes).by_short_title
    for match in _TITLE.finditer(context.text):
        if statute := statutes.get(short_title(match[1])):
            yield match, statute


_EDITION_BEHIND = re.compile(r"[（(]?(20\d\d)年?(?:\d+月)?(?:新?修订|版|印发|颁布)")
_EDITION_BEFORE = re.compile(r"(20\d\d)年(?:\d+月)?(?:新?修订|版|印发|颁布)的?$")


def _old_edition(
    context: CheckContext, day: date, match: re.Match[str], statute: Statute
) -> Iterator[Hit]:
    current = max((edition for edition in statute.editions if edition <= day), default=None)
    named = _EDITION_BEHIND.match(context.text, match.end()) or _EDITION_BEFORE.search(
        context.text, max(0, match.start() - 16), match.start()
    )
    # A revision of December often comes into force with the new year.
    if current and named and int(named[1]) < current.year - 1:
        message = f"《{match[1]}》引用的是{named[1]}年的版本"
        remedy = f"现行的自{current.year}年{current.month}月起施行"
        yield Hit(min(match.start(), named.start()), max(match.end(), named.end()), message, remedy)


@rule(
    "W204",
    "尚未施行的法规",
    Severity.ERROR,
    why="材料写成时还没有的法规不可能被执行，多是套用了别的年度的材料。",
    good=(
        Sample("落实《信访工作条例》。", day=date(2023, 1, 10)),
        Sample("学习《中国共产党纪律处分条例》。", day=date(2019, 1, 10)),
    ),
    bad=(
        Sample("落实《信访工作条例》。", day=date(2021, 1, 10)),
        Sample("落实《党委（党组）落实全面从严治党主体责任规定》。", day=date(2019, 1, 10)),
    ),
)
def statutes_not_early(context: CheckContext) -> Iterator[Hit]:
    """A statute that did not exist yet."""
    latest = _latest(context)
    if latest is None:
        return
    exempt = exempt_spans(context.text)
    for match, statute in _cited(context):
        early = statute.in_force and latest < statute.in_force
        if statute.in_force and early and not within(exempt, *match.span()):
            when = f"{statute.in_force.year}年{statute.in_force.month}月"
            yield Hit(*match.span(), f"《{match[1]}》{when}才施行", "核对法规名称和年份")


RULES = (not_before_its_time, not_after_its_time, statutes_in_force, statutes_not_early)
