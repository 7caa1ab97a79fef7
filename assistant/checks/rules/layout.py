"""Layout of a Word document against GB/T 9704-2012 (L)."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from assistant.checks.rule import CheckContext, Hit, Sample, Severity, rule
from assistant.document.tree import Span
from assistant.reading.layout import Look, WordLayout
from assistant.style import MM, NAMED_SIZES, PAPER, STANDARD, Face

_TOLERANCE = 1.0
"""Millimetres by which a margin may differ (GB/T 9704)."""
_FAMILIES = {
    "方正小标宋简体": ("小标宋",),
    "仿宋_GB2312": ("仿宋", "FangSong"),
    "楷体_GB2312": ("楷体", "KaiTi", "Kaiti"),
    "黑体": ("黑体", "SimHei"),
}
"""What a font's name holds when it is of the face that the standard names."""

_TEXT = (
    "某局对照检查材料\n导语在此，现报告如下。\n一、存在的问题\n（一）学习方面\n学得不深，用得不够。"
)
_BODY = Look("仿宋_GB2312", 16, 28.95)
_LAYOUT = WordLayout(
    *PAPER,
    top=37,
    bottom=35,
    left=28,
    right=26,
    page_numbers=True,
    looks=(
        Look("方正小标宋简体", 22, 28.95, centred=True),
        _BODY,
        replace(_BODY, font="黑体"),
        replace(_BODY, font="楷体"),
        _BODY,
    ),
)
_GOOD = (
    Sample(_TEXT, layout=_LAYOUT, note="按 GB/T 9704 排版的 Word 文件"),
    Sample(_TEXT, note="不是 Word 文件，不查版式"),
)


def _bad(note: str, **changes: object) -> Sample:
    return Sample(_TEXT, layout=replace(_LAYOUT, **changes), note=note)  # type: ignore[arg-type]


def _relooked(note: str, **looks: Look) -> Sample:
    """The good layout with other looks, by line: line0=…"""
    changed = [looks.get(f"line{i}", look) for i, look in enumerate(_LAYOUT.looks)]
    return Sample(_TEXT, layout=replace(_LAYOUT, looks=tuple(changed)), note=note)


@rule(
    "L101",
    "纸张与页边距",
    Severity.WARNING,
    why="A4 纸，上 37、下 35、左 28、右 26 毫米，版心 156×225 毫米。",
    good=_GOOD,
    bad=(
        _bad("上边距 25.4 毫米", top=25.4),
        _bad("左右边距 31.8 毫米", left=31.8, right=31.8),
        _bad("16 开纸", width=184.0, height=260.0),
    ),
)
def page(context: CheckContext) -> Iterator[Hit]:
    layout = context.layout
    if layout is None:
        return
    sizes = zip((layout.width, layout.height), PAPER, strict=True)
    if any(abs(given - wanted) > _TOLERANCE for given, wanted in sizes):
        size = f"{layout.width:.0f}×{layout.height:.0f}"
        yield _whole(context, f"纸张是 {size} 毫米，不是 A4", "在“页面设置”里改为 A4。")
    margins = STANDARD.page
    wrong = [
        f"{name} {given:.1f}（应为 {wanted:.0f}）"
        for name, given, wanted in (
            ("上", layout.top, margins.top),
            ("下", layout.bottom, margins.bottom),
            ("左", layout.left, margins.left),
            ("右", layout.right, margins.right),
        )
        if abs(given - wanted) > _TOLERANCE
    ]
    if wrong:
        yield _whole(context, f"页边距不合国标：{'、'.join(wrong)}毫米", "在“页面设置”里改。")


@rule(
    "L102",
    "标题版式",
    Severity.WARNING,
    why="标题用二号小标宋体，居中。",
    good=_GOOD,
    bad=(
        _relooked("标题是三号黑体", line0=Look("黑体", 16, 28.95, centred=True)),
        _relooked("标题没有居中", line0=Look("方正小标宋简体", 22, 28.95)),
    ),
)
def title(context: CheckContext) -> Iterator[Hit]:
    span = context.document.title_span
    look = _look(context, span) if span else None
    if span is None or look is None:
        return
    if not _is_face(look, STANDARD.title):
        yield Hit(span.start, span.end, f"标题是{_named(look)}", "标题用二号小标宋体。")
    if not look.centred:
        yield Hit(span.start, span.end, "标题没有居中", "标题居中排布。")


@rule(
    "L103",
    "层次标题版式",
    Severity.WARNING,
    why="“一、”用三号黑体，“（一）”用三号楷体。",
    good=_GOOD,
    bad=(
        _relooked("“一、”是仿宋体", line2=_BODY),
        _relooked("“（一）”是小三号楷体", line3=Look("楷体", 15, 28.95)),
    ),
)
def headings(context: CheckContext) -> Iterator[Hit]:
    for section in context.document.walk():
        look = _look(context, section.span)
        if look is None or section.level > 2:
            continue
        run_in = (
            section.paragraphs
            and context.text.find("\n", section.span.end, section.paragraphs[0].span.start) < 0
        )
        face = STANDARD.headings[section.level - 1]
        if not run_in and not _is_face(look, face):
            remedy = f"这一级标题用三号{'黑' if section.level == 1 else '楷'}体。"
            yield Hit(section.span.start, section.span.end, f"标题是{_named(look)}", remedy)


@rule(
    "L104",
    "正文字体字号",
    Severity.WARNING,
    why="正文用三号仿宋体，全文一致。",
    good=_GOOD,
    bad=(
        _relooked("正文是四号宋体", line4=Look("宋体", 14, 28.95)),
        _relooked("字体留给了主题", line1=Look("", 16, 28.95)),
    ),
)
def body(context: CheckContext) -> Iterator[Hit]:
    wrong: dict[str, list[Span]] = {}
    for span, look in _body(context):
        if not _is_face(look, STANDARD.body):
            wrong.setdefault(_named(look), []).append(span)
    for name, spans in wrong.items():
        more = f"，这样的共 {len(spans)} 段" if len(spans) > 1 else ""
        yield Hit(spans[0].start, spans[0].end, f"正文是{name}{more}", "正文用三号仿宋体。")


@rule(
    "L105",
    "行距",
    Severity.WARNING,
    why="每页 22 行：固定行距 28 至 28.95 磅；29 磅只排得下 21 行。",
    good=_GOOD,
    bad=(
        _relooked("行距 30 磅", **{f"line{i}": replace(_BODY, pitch=30) for i in (1, 4)}),
        _relooked("单倍行距", **{f"line{i}": replace(_BODY, pitch=0) for i in (1, 4)}),
    ),
)
def pitch(context: CheckContext) -> Iterator[Hit]:
    weights: Counter[float] = Counter()
    for span, look in _body(context):
        weights[look.pitch] += span.end - span.start
    if not weights:
        return
    usual = weights.most_common(1)[0][0]
    height = (PAPER[1] - STANDARD.page.top - STANDARD.page.bottom) * MM
    fit = int(height / usual) if usual else 0
    if fit != STANDARD.lines_per_page:
        what = f"行距 {usual:g} 磅，一页排 {fit} 行" if usual else "没有设固定行距"
        yield _whole(context, f"{what}，不是 22 行", "正文设固定行距 28.95 磅。")


@rule(
    "L106",
    "页码",
    Severity.WARNING,
    why="每页要有页码：四号宋体，左右各一条一字线，单页居右、双页居左。",
    good=_GOOD,
    bad=(
        _bad("没有页码", page_numbers=False),
        Sample("导语。", layout=replace(_LAYOUT, page_numbers=False), note="没有页码的短文"),
    ),
)
def page_numbers(context: CheckContext) -> Iterator[Hit]:
    if context.layout is not None and not context.layout.page_numbers:
        yield _whole(context, "没有页码", "插入页码，样式为“— 1 —”。")


RULES = (page, title, headings, body, pitch, page_numbers)


def _whole(context: CheckContext, message: str, remedy: str) -> Hit:
    """A finding about the whole document stands at its first line."""
    end = context.text.find("\n")
    return Hit(0, len(context.text) if end < 0 else end, message, remedy)


def _look(context: CheckContext, span: Span) -> Look | None:
    if context.layout is None:
        return None
    line = context.place(span.start, span.end).line - 1
    return context.layout.looks[line] if line < len(context.layout.looks) else None


def _body(context: CheckContext) -> Iterator[tuple[Span, Look]]:
    """Running text with its look; what follows a heading in its line looks as it may."""
    for paragraph in context.document.paragraphs():
        look = _look(context, paragraph.span)
        begins_line = context.place(paragraph.span.start, paragraph.span.end).column == 1
        if look is not None and begins_line:
            yield paragraph.span, look


def _is_face(look: Look, face: Face) -> bool:
    names = _FAMILIES[face.font]
    return any(name in look.font for name in names) and abs(look.size - face.size) < 0.3


def _named(look: Look) -> str:
    sizes = {points: name for name, points in NAMED_SIZES.items()}
    size = sizes.get(look.size, f"{look.size:g} 磅")
    return f"{size}{look.font}" if look.font else f"{size}的默认字体"
