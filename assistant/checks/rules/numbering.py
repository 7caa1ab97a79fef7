"""Numbering: continuous, of the right form, and as many items as announced."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from assistant.checks.rule import CheckContext, Hit, Severity, rule
from assistant.document.tree import Document, Paragraph, Point, Section
from assistant.text.numbering import number_of, numeral

_HAN = "一二三四五六七八九十"


def _number(written: str) -> int:
    digits = re.search(rf"[{_HAN}]+|\d+|[①-⑳㈠-㈩]", written)
    return number_of(digits[0]) if digits else 0


@rule(
    "S301",
    "标题序号不连续",
    Severity.ERROR,
    why="同一级标题的序号从一开始，不跳号、不重号。",
    good=("一、问题\n（一）学习\n（二）作风\n二、原因\n（一）思想", "一、问题\n二、原因\n三、措施"),
    bad=(
        "一、问题\n三、措施",
        "一、问题\n（一）学习\n（一）作风",
        "一、问题\n（二）学习\n（三）作风",
    ),
)
def heading_numbers(context: CheckContext) -> Iterator[Hit]:
    """Headings of one level that do not count on."""
    for level, below_unnumbered in _levels(context.document):
        numbered = [section for section in level if section.number and _number(section.number)]
        last = 0
        for section in numbered:
            number = _number(section.number)
            if number != last + 1 and (last or not below_unnumbered):
                start = section.span.start
                yield Hit(
                    start,
                    start + len(section.number),
                    _break(section.number, number, last),
                    f"应为第{numeral(last + 1)}",
                )
            last = number


def _break(written: str, number: int, last: int) -> str:
    if not last:
        return f"“{written}”之前没有第一"
    return f"“{written}”重号" if number == last else f"“{written}”接在第{numeral(last)}之后，不连续"


def _levels(document: Document) -> Iterator[tuple[Sequence[Section], bool]]:
    """Sections that stand side by side, those of one depth together.

    Under a heading without a number the count may go on from before it.
    """
    groups = [(document.sections, False)]
    groups += [(section.sections, not section.number) for section in document.walk()]
    for group, below_unnumbered in groups:
        for level in sorted({section.level for section in group}):
            yield [section for section in group if section.level == level], below_unnumbered


@rule(
    "S302",
    "序号形式不一",
    Severity.WARNING,
    why="层次序数依次为一、（一）1.（1）；同一级用同一种形式。",
    good=("一、问题\n（一）学习\n（二）作风", "一、问题\n1.学习\n2.作风"),
    bad=("一、问题\n1.学习\n2、作风\n3.纪律", "一、问题\n（一）学习\n二)作风\n"),
)
def heading_forms(context: CheckContext) -> Iterator[Hit]:
    """A heading numbered in another form than those beside it."""
    groups = [context.document.sections, *(s.sections for s in context.document.walk())]
    for group in groups:
        forms = [(section, _form(section.number)) for section in group if section.number]
        if len(forms) < 2:
            continue
        usual = Counter(form for _, form in forms).most_common(1)[0][0]
        for section, form in forms:
            if form != usual:
                start = section.span.start
                yield Hit(
                    start,
                    start + len(section.number),
                    f"序号“{section.number}”与同级的“{usual}”形式不一",
                    "统一序号形式",
                )


def _form(number: str) -> str:
    plain = re.sub(r"\s", "", number).replace("(", "（").replace(")", "）")
    return re.sub(r"\d+", "1", re.sub(rf"[{_HAN}]+", "一", plain)).replace("．", ".")


@rule(
    "S303",
    "一是二是不连续",
    Severity.ERROR,
    why="一是、二是、三是要依次写，不跳、不重。",
    good=(
        "一是学得浅。二是用得少。三是想得少。",
        "一是学得浅。\n二是用得少。\n一是党性不强。\n二是宗旨不牢。",
    ),
    bad=(
        "一是学得浅。三是想得少。",
        "一是学得浅。二是用得少。二是想得少。",
        "问题：\n二是用得少。\n三是想得少。",
    ),
)
def point_numbers(context: CheckContext) -> Iterator[Hit]:
    """Points that do not count on."""
    for group in _point_groups(context.document):
        last = 0
        for point in group:
            if point.number != last + 1 and not (point.number == 1 and last > 1):
                yield Hit(
                    point.span.start,
                    point.span.start + len(point.ordinal),
                    _break(point.ordinal, point.number, last),
                    f"应为“{_ordinal(point.ordinal, last + 1)}”",
                )
            last = point.number


def _ordinal(written: str, number: int) -> str:
    return re.sub(rf"[{_HAN}]+", numeral(number), re.sub(r"\d+", str(number), written))


def _point_groups(document: Document) -> Iterator[list[Point]]:
    """Points under one heading."""
    groups: list[Sequence[Paragraph]] = [document.lead, *(s.paragraphs for s in document.walk())]
    for paragraphs in groups:
        if points := [point for paragraph in paragraphs for point in paragraph.points]:
            yield points


@rule(
    "S304",
    "只有一是",
    Severity.WARNING,
    why="只有一条时不用“一是”。",
    good=("一、问题\n一是学得浅。\n二是用得少。", "一、问题\n学得浅。"),
    bad=(
        "一、问题\n一是学得浅，用得少。",
        "一、问题\n一是学得浅。\n二、原因\n一是想得少。\n二是做得少。",
    ),
)
def lone_point(context: CheckContext) -> Iterator[Hit]:
    """一是 with no 二是 behind it."""
    for group in _point_groups(context.document):
        if len(group) == 1 and group[0].number == 1:
            point = group[0]
            end = point.span.start + len(point.ordinal)
            yield Hit(
                point.span.start,
                end,
                f"只有“{point.ordinal}”，没有下一条",
                "去掉序号，或补上第二条",
            )


_SMALL = "两二三四五六七八九十"
_DECLARED = re.compile(
    rf"(?P<told>(?<![第之些几前后上哪这那一二三四五六七八九十百])(?<![^以]下)(?P<count>[{_SMALL}]|十[一二三]?)(?:个|大|点|条|项)"
    r"(?:方面)?(?:主要|突出)?的?(?P<what>方面|问题|不足|差距|原因|措施|做法|表现|体会|打算|还?不[够足强实严深紧牢到位好]{1,2}))"
)
_ANNOUNCES = re.compile(r"(?:存在|表现|主要|以下|如下|下面|从|有|在|即)[^。；]{0,24}$")
_WAYS = re.compile(r"还不[够足强实严深紧牢好]{1,2}|不够好")


@rule(
    "S305",
    "数目与分条不符",
    Severity.ERROR,
    why="说了“三个方面”，后面就要有三条。",
    good=(
        "主要存在三个方面问题：一是学得浅；二是用得少；三是想得少。",
        "一、问题\n存在以下两个方面问题：\n（一）学习\n（二）作风",
        "坚持四个方面一起抓。",
    ),
    bad=(
        "主要存在三个方面问题：一是学得浅；二是用得少。",
        "存在以下两个方面问题，表现为“两个还不够”：一是学得浅；二是用得少；三是想得少。",
        "一、问题\n我支部存在以下三个方面的问题：\n（一）学习\n（二）作风",
    ),
)
def declared_count(context: CheckContext) -> Iterator[Hit]:
    """More or fewer items than announced."""
    document = context.document
    yield from _undeclared(document.lead, document.sections)
    for section in document.walk():
        yield from _undeclared(section.paragraphs, section.sections)


def _undeclared(paragraphs: Sequence[Paragraph], sections: Sequence[Section]) -> Iterator[Hit]:
    for i, paragraph in enumerate(paragraphs):
        announcing = paragraph.before_points
        if not paragraph.points and not announcing.rstrip().endswith(("：", ":", "。")):
            continue
        items = [*paragraph.points]
        if not items:  # the items follow, a paragraph each
            for following in paragraphs[i + 1 :]:
                if not following.points or (following.points[0].number == 1 and items):
                    break
                items += following.points
        count = len(items) or len(sections)
        if count < 2:
            continue
        for match in _DECLARED.finditer(announcing):
            before = announcing[: match.start()]
            sentence_rest = announcing[match.end() :]
            told = number_of("二" if match["count"] == "两" else match["count"])
            is_announced = _ANNOUNCES.search(before) or (
                sentence_rest[:1] in ("：", ":", "”") or _WAYS.search(match["what"])
            )
            if told == count or not is_announced or "。" in sentence_rest.rstrip("。"):
                continue
            start = paragraph.span.start + match.start()
            yield Hit(
                start,
                start + len(match[0]),
                f"说的是“{match[0]}”，后面有{numeral(count)}条",
                "改数目，或补上、合并条目",
            )


RULES = (heading_numbers, heading_forms, point_numbers, lone_point, declared_count)
