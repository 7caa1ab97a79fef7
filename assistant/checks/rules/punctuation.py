"""Punctuation, after GB/T 15834."""

import re
from collections.abc import Iterator

from assistant.checks.rule import CheckContext, Hit, Severity, rule
from assistant.text.edits import Edit
from assistant.text.scan import matches_at

_HAN = "\u4e00-\u9fff"
_FULL_WIDTH = dict(zip(",;:!?.()", "，；：！？。（）", strict=True))

_HALF_WIDTH = (
    rf"(?m)(?<=[{_HAN}”’》）])[,;:!?](?=[{_HAN}“‘《（\s]|$)"
    rf"|(?<=[0-9%％])[,;:!?](?=[{_HAN}“‘《（])"
    rf"|(?<=[{_HAN}”’》）])\.(?=[{_HAN}“‘《（]|[ \t]*$)"
)
_BETWEEN_NO_DIGITS = re.compile(r"(?<!\d)[,;:!?.]|[,;:!?](?!\d)")
_OPENING = re.compile(r"\(")
_BRACKETS = rf"\([^()\n]{{0,60}}[{_HAN}][^()\n]{{0,60}}\)"


@rule(
    "T101",
    "半角标点",
    Severity.WARNING,
    why="中文里用全角标点（GB/T 15834）。",
    good=("学得不深，用得不够。", "完成率91.3%，耗时10:30至11:00。", "1.政治定力方面。"),
    bad=("学得不深,用得不够。", "问题有三个:学习不深。", "（如图)三会一课(含党课)。", "学得不深."),
)
def half_width(context: CheckContext) -> Iterator[Hit]:
    """Half-width marks between Chinese characters."""
    text = context.text
    for match in matches_at(_BETWEEN_NO_DIGITS, _HALF_WIDTH, text):
        if not text.startswith("..", match.start()):
            yield _full_width(match.start(), match[0])
    for match in matches_at(_OPENING, _BRACKETS, text):
        yield _full_width(match.start(), "(")
        yield _full_width(match.end() - 1, ")")


def _full_width(start: int, mark: str) -> Hit:
    right = _FULL_WIDTH[mark]
    return Hit(start, start + 1, f"“{mark}”是半角标点", f"改为全角“{right}”", right)


_DOUBLED = re.compile(r"([，。、；：])\1+")
_CLASHING = re.compile(r"[，、；：](?:[。！？])|[。！？；：][，、；]|[，、][；：，、]|[；：][：。]")


@rule(
    "T102",
    "标点重叠",
    Severity.ERROR,
    why="两个点号不能连用，多半是删改时留下的。",
    good=("不断提高工作能力。", "难道没有责任吗？！", "研究不深……就下结论。"),
    bad=("不断提高工作能力，。", "学得不深，，用得不够。", "做法不多、。", "不敢碰硬。，"),
)
def clashing_marks(context: CheckContext) -> Iterator[Hit]:
    """Two stops in a row."""
    for match in _DOUBLED.finditer(context.text):
        mark = match[1]
        fix = mark if len(match[0]) == 2 else None
        yield Hit(*match.span(), f"“{match[0]}”标点重复", f"只留一个“{mark}”", fix)
    for match in _CLASHING.finditer(context.text):
        first, second = match[0][0], match[0][1]
        if first == second:
            continue
        fix = second if first in "，、" and second in "。！？；" else None
        yield Hit(*match.span(), f"“{match[0]}”两个标点相连", "只留一个", fix)


_PAUSE_BEFORE_ETC = re.compile(
    r"、(?=等(?:[，。；、）]|方面|工作|问题|情况|制度|活动|措施|内容|形式|方式|任务|部门|单位|领域|环节"
    r"|事项|文件|会议|要求|精神|教育|现象|行为|规定|岗位|项目|[\d两三四五六七八九十]))"
)


@rule(
    "T103",
    "“等”前顿号",
    Severity.WARNING,
    why="“等”前不用顿号（GB/T 15834）。",
    good=("学习、宣传等工作。", "学历、等级证书。"),
    bad=("学习、宣传、等工作。", "会议、文件、等方面。"),
)
def pause_before_etc(context: CheckContext) -> Iterator[Hit]:
    """A 顿号 directly before 等."""
    for match in _PAUSE_BEFORE_ETC.finditer(context.text):
        yield Hit(match.start(), match.end() + 1, "“等”前多了顿号", "去掉顿号", _deleted(match))


def _deleted(match: re.Match[str]) -> Edit:
    return Edit(match.start(), match.end(), "")


_PAIRS = {
    "“": "”",
    "‘": "’",
    "《": "》",
    "（": "）",
    "【": "】",
    "「": "」",
    "『": "』",
    "〔": "〕",
}
_OPENERS = {closer: opener for opener, closer in _PAIRS.items()}
_MARK = re.compile(f"[{''.join(_PAIRS)}{''.join(_OPENERS)}]|\n")
_ITEM = re.compile(r"[\s\d一二三四五六七八九十]{1,4}")


@rule(
    "T104",
    "引号括号不成对",
    Severity.ERROR,
    why="引号、括号、书名号要成对，方向不能反。",
    good=("增强“四个意识”。", "《中国共产党章程》（修订）规定。", "1）学习不深。"),
    bad=(
        "增强“四个意识。",
        "增强四个意识”。",
        "《中国共产党章程规定。",
        "（含党课。",
        "增强”四个意识”。",
    ),
)
def unpaired(context: CheckContext) -> Iterator[Hit]:
    """Quotation marks and brackets without their partner in the paragraph."""
    text = context.text
    open_marks: list[re.Match[str]] = []
    for match in _MARK.finditer(text):
        mark = match[0]
        if mark == "\n":
            yield from (_lonely(m) for m in open_marks)
            open_marks.clear()
        elif mark in _PAIRS:
            if any(m[0] == mark for m in open_marks) and mark in "“‘":
                while open_marks and (lonely := open_marks.pop()):
                    yield _lonely(lonely)
                    if lonely[0] == mark:
                        break
            open_marks.append(match)
        elif open_marks and open_marks[-1][0] == _OPENERS[mark]:
            open_marks.pop()
        elif any(m[0] == _OPENERS[mark] for m in open_marks):
            while open_marks[-1][0] != _OPENERS[mark]:
                yield _lonely(open_marks.pop())
            open_marks.pop()
        elif not (mark == "）" and _ITEM.fullmatch(_line_before(text, match.start()))):
            yield _lonely(match)
    yield from (_lonely(m) for m in open_marks)


def _line_before(text: str, offset: int) -> str:
    """The last few characters of the line in front of `offset`."""
    start = max(offset - 6, 0)
    return text[start:offset].rpartition("\n")[2] if start or offset < 6 else text[:offset]


def _lonely(match: re.Match[str]) -> Hit:
    partner = _PAIRS.get(match[0]) or _OPENERS[match[0]]
    return Hit(*match.span(), f"“{match[0]}”没有配对的“{partner}”", "补上另一半，或去掉这一半")


_STRAIGHT_MARK = re.compile('"')
_STRAIGHT = rf"\"(?=[^\"\n]{{0,60}}[{_HAN}])([^\"\n]{{1,60}})\""


@rule(
    "T105",
    "直引号",
    Severity.WARNING,
    why="中文用弯引号“”（GB/T 15834）。",
    good=("增强“四个意识”。", '屏幕尺寸为15"。'),
    bad=('增强"四个意识"。', '做到"两个维护"、坚定"四个自信"。'),
)
def straight_quotes(context: CheckContext) -> Iterator[Hit]:
    """Straight quotation marks around Chinese."""
    for match in matches_at(_STRAIGHT_MARK, _STRAIGHT, context.text):
        yield Hit(*match.span(), "用了直引号", "改为“”", f"“{match[1]}”")


_BLANK_BEHIND_WORDS = re.compile(r"(?<=[^\s#])[ \t\u3000\xa0]")
_BLANK = rf"(?<=[{_HAN}，。；、：])[ \t\u3000\xa0]{{1,4}}(?=[{_HAN}])"
_ORDINAL_BEFORE = re.compile(r"(?:^|\n)[#\s]*[一二三四五六七八九十]{1,3}、?$")


@rule(
    "T106",
    "多余空格",
    Severity.WARNING,
    why="汉字之间不留空格，多半是拷贝时带来的。",
    good=("学得不深，用得不够。", "　　学得不深。", "张三  李四"),
    bad=("学得不 深，用得不够。", "没有形成清单， 科室照旧安排。"),
)
def stray_blanks(context: CheckContext) -> Iterator[Hit]:
    """Blanks within a sentence."""
    text = context.text
    for match in matches_at(_BLANK_BEHIND_WORDS, _BLANK, text):
        line_start = text.rfind("\n", 0, match.start()) + 1
        line_end = text.find("\n", match.end())
        line = text[line_start : line_end if line_end >= 0 else len(text)]
        is_sentence = any(mark in line for mark in "，。；")
        if is_sentence and not _ORDINAL_BEFORE.search(text[line_start : match.start()][-8:]):
            yield Hit(*match.span(), "句中有空格", "去掉空格", "")


_ITEM_MARK = re.compile(
    r"^[#\s]*(?:(?P<bracket>（[一二三四五六七八九十]{1,3}）)(?P<after>[、，.．])"
    r"|(?P<han>[一二三四五六七八九十]{1,3})(?P<dot>[.．，])(?=[\u4e00-\u9fff])"
    r"|(?P<digit>\d{1,2})(?P<pause>、)(?=[\u4e00-\u9fff]))",
    re.MULTILINE,
)


@rule(
    "T107",
    "序号后标点",
    Severity.WARNING,
    why="“一”后用顿号，“（一）”后不加标点，“1”后用下圆点（GB/T 9704、GB/T 15834）。",
    good=("一、存在的问题", "（一）理论学习方面", "1.学习不深。", "三、四月份进度慢。"),
    bad=("一.存在的问题", "（一）、理论学习方面", "1、学习不深。"),
)
def ordinal_marks(context: CheckContext) -> Iterator[Hit]:
    """The mark behind a heading's number."""
    for match in _ITEM_MARK.finditer(context.text):
        group = next(name for name in ("after", "dot", "pause") if match[name])
        new = {"after": "", "dot": "、", "pause": "."}[group]
        start = match.start("bracket" if match["bracket"] else "han" if match["han"] else "digit")
        written = context.text[start : match.end()]
        right = written[:-1] + new
        yield Hit(
            start,
            match.end(),
            f"序号写作“{written}”",
            f"写作“{right}”",
            Edit(match.end() - 1, match.end(), new),
        )


_QUOTED_ITEMS = re.compile(r"([”》])、(?=[“《])")


@rule(
    "T108",
    "引号间顿号",
    Severity.HINT,
    why="并列的引号或书名号之间通常不用顿号（GB/T 15834）。",
    good=("落实“三会一课”“三重一大”。", "增强“四个意识”、坚定“四个自信”。"),
    bad=("落实“三会一课”、“三重一大”。", "学习《党章》、《准则》。"),
)
def pause_between_quotes(context: CheckContext) -> Iterator[Hit]:
    """A 顿号 between adjacent quoted items."""
    for match in _QUOTED_ITEMS.finditer(context.text):
        edit = Edit(match.start() + 1, match.end(), "")
        message = "并列的引号或书名号之间不用顿号"
        yield Hit(match.start(), match.end() + 1, message, "去掉顿号", edit)


@rule(
    "T109",
    "分句标点不一",
    Severity.HINT,
    why="一是、二是之间或都用分号，或都用句号，不混用。",
    good=("一是学得浅；二是用得少；三是想得少。", "一是学得浅。二是用得少。三是想得少。"),
    bad=("一是学得浅；二是用得少。三是想得少。", "一是学得浅。二是用得少；三是想得少。"),
)
def mixed_stops(context: CheckContext) -> Iterator[Hit]:
    """Points of one paragraph that are divided now by ； now by 。"""
    text = context.text
    for paragraph in context.document.paragraphs():
        stops = [(p, text[: p.span.start][-1:]) for p in paragraph.points[1:]]
        first = next((stop for _, stop in stops if stop in "；。"), "")
        for point, stop in stops:
            if stop and stop in "；。" and stop != first:
                at = point.span.start - 1
                yield Hit(at, at + 1, f"前面用“{first}”，这里用“{stop}”", "同一段里用同一种")
                break


_LEAST_TEXT = 30
_TEXT_END = re.compile(r"[。！？：；…”’）】》.!?:;]$|\|$|-->$")


@rule(
    "T110",
    "段末无标点",
    Severity.WARNING,
    why="段落以句号等标点结束，没有标点多半是话没写完。",
    good=(
        "局党组把读文件当学理论，传达之后没有讨论怎样落实，也没有分解任务。",
        "领导班子2024年度民主生活会对照检查材料\n\n学得不深。",
    ),
    bad=(
        "局党组把读文件当学理论，传达之后没有讨论怎样落实，也没有分解任务",
        "领导班子学习情况\n\n局党组把读文件当学理论，传达之后没有讨论怎样落实，也没有分解任务，",
    ),
)
def unfinished(context: CheckContext) -> Iterator[Hit]:
    """A paragraph of running text that ends without a stop."""
    for paragraph in context.document.paragraphs():
        text = paragraph.text.rstrip()
        is_text = len(text) >= _LEAST_TEXT and any(mark in text for mark in "，。；")
        if is_text and not _TEXT_END.search(text):
            end = paragraph.span.start + len(text)
            yield Hit(end - 8, end, f"段落以“{text[-6:]}”结束，没有标点", "补全句子和标点")


RULES = (
    half_width,
    clashing_marks,
    pause_before_etc,
    unpaired,
    straight_quotes,
    stray_blanks,
    ordinal_marks,
    pause_between_quotes,
    mixed_stops,
    unfinished,
)
