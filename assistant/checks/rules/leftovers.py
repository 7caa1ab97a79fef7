"""What does not belong in a finished document: blanks, advertisements, marks, a model's chatter."""

import re
from collections.abc import Iterator
from functools import lru_cache

from assistant.checks.data import DataSection
from assistant.checks.rule import CheckContext, Hit, Severity, rule
from assistant.text.markers import find_markers
from assistant.text.placeholders import find_placeholders
from assistant.text.scan import matches_at

_OPEN_PLACE = re.compile(
    r"【待(?:补|核|定|填)[^】\n]{0,80}】|（此处[^）\n]{1,40}）|请填写|待补充|\[[^\]\n]{0,12}待[^\]\n]{0,12}\]"
)


@rule(
    "T401",
    "未填的空",
    Severity.ERROR,
    why="定稿里不能留**、XX、【待补】这类没有填的地方。",
    good=("学习12次，研讨6次。", "某县国有林场违规采伐案。"),
    bad=("学习**次，研讨**次。", "推动XX局工作。", "【待补：谈心谈话人次】", "20XX年完成。"),
)
def placeholder(context: CheckContext) -> Iterator[Hit]:
    """Places that somebody has still to fill in."""
    text = context.text
    for match in (*find_placeholders(text), *_OPEN_PLACE.finditer(text)):
        if not _is_markdown(text, match):
            shown = f"“{match[0]}”" if match[0] else "括号里"
            yield Hit(*match.span(), f"{shown}没有填", "补上本单位的实际情况，或删去这句")


_RULE_LINE = re.compile(r"[ \t]*([*_])(?:[ \t]*\1){2,}[ \t]*")
_BULLET = re.compile(r"[ \t]*\*")


def _is_markdown(text: str, match: re.Match[str]) -> bool:
    """Whether stars or lines are Markdown: a bullet, a rule, or bold between two marks."""
    if not match[0].startswith(("*", "＊", "_")):
        return False
    start = text.rfind("\n", 0, match.start()) + 1
    if _BULLET.fullmatch(text[start : match.end()]) and text[match.end() : match.end() + 1] == " ":
        return True
    end = text.find("\n", match.end())
    return bool(_RULE_LINE.fullmatch(text[start : end if end >= 0 else len(text)])) or any(
        bold.start() <= match.start() and match.end() <= bold.end()
        for bold in re.compile(_BOLD).finditer(
            text, max(start, match.start() - 40), match.end() + 40
        )
    )


@rule(
    "T402",
    "广告",
    Severity.ERROR,
    why="网上下载的材料常夹带广告，必须删净。",
    good=("局机关公众号发布信息37条。", "欢迎群众监督。"),
    bad=("更多材料请关注公众号：某某文库。", "需要代写请联系客服微信。"),
    swallows=True,
)
def advert(context: CheckContext) -> Iterator[Hit]:
    """Advertisements and calls to add contacts."""
    for found in context.adverts:
        shown = context.text[found.start : found.end].strip()[:20]
        yield Hit(found.start, found.end, f"“{shown}”是广告", "整段删去")


_OWN_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


@rule(
    "T403",
    "网页标记",
    Severity.ERROR,
    why="付费、下载等网页标记是拷贝时带来的；只删标记，标记之间的正文要留下。",
    good=("（四）担当作为方面。", "（下半年）完成。"),
    bad=("（四）##paidbegin##担当作为方面。", "[hide]学得不深。[/hide]", "学得不深。</p>"),
)
def web_mark(context: CheckContext) -> Iterator[Hit]:
    """Paywall and download markers, HTML."""
    for match in find_markers(context.text):
        if not _OWN_COMMENT.fullmatch(match[0]):
            fix = "" if match[0].startswith("##") else None
            yield Hit(*match.span(), f"“{match[0][:30]}”是网页标记", "删去标记", fix)


_BOLD = (
    r"(?<![\u4e00-\u9fff*])\*\*(?=\S)"
    r"([^*\n]{2,30}(?:(?<=[。：:])|(?<![\s、，])(?=\*\*[^\u4e00-\u9fff])))\*\*(?!\*)"
)
_TWO_STARS = re.compile(r"\*\*")
_MARKDOWN = (
    r"(?m)^[ \t]*"
    r"(?:[-*+][ \t]+(?=[\u4e00-\u9fff“])|>[ \t]|```.*$|\|.*\|[ \t]*$|(?:---+|\*{3,})[ \t]*$)"
    r"|!?\[[^\]\n]{1,60}\]\((?:https?://|/|#)[^)\n]{0,200}\)|(?<=[\u4e00-\u9fff，。；])#{1,6}[ \t]"
)
_MARKDOWN_CANDIDATE = re.compile(r"^[ \t]*[-*+>`|]|!?\[|(?<=[^\s#])#", re.MULTILINE)


@rule(
    "T404",
    "Markdown 符号",
    Severity.WARNING,
    why="正文里不留Markdown的加粗、列表、表格符号。",
    good=("# 标题\n\n学得不深。", "一是学得不深。"),
    bad=("**学得不深。**班子成员满足于读过。", "- 学得不深，用得不够。", "> 学得不深。"),
)
def markdown(context: CheckContext) -> Iterator[Hit]:
    """Markdown marks in the text; headings of a .md file are no fault."""
    for match in matches_at(_TWO_STARS, _BOLD, context.text):
        yield Hit(*match.span(), "留有加粗符号**", "去掉符号", match[1])
    for match in matches_at(_MARKDOWN_CANDIDATE, _MARKDOWN, context.text):
        yield Hit(*match.span(), f"“{match[0].strip()[:20]}”是Markdown符号", "改成公文的写法")


class Leftovers(DataSection):
    """Phrases that betray where a text comes from."""

    model_debris: list[str]
    """Regular expressions of what a chat model says about itself or its answer."""


@lru_cache(maxsize=8)
def _either(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(patterns) or "(?!)", re.MULTILINE)


@rule(
    "T405",
    "机器应答痕迹",
    Severity.ERROR,
    why="“作为一个AI”“以下是”“希望以上内容”是聊天程序的应答，不是公文。",
    good=("以下问题整改不到位。", "作为党组书记，我负首要责任。"),
    bad=("作为一个AI，我无法提供。", "以下是一份对照检查材料：", "好的，下面为您撰写。"),
)
def model_debris(context: CheckContext) -> Iterator[Hit]:
    """What a chat model says beside the text it was asked for."""
    patterns = context.data.section("leftovers", Leftovers).model_debris
    for match in _either(tuple(patterns)).finditer(context.text):
        yield Hit(*match.span(), f"“{match[0]}”是聊天程序的应答", "删去")


_LENGTH_NOTE = re.compile(r"[（(]\s*(?:约|共|全文)?\s*\d{3,5}\s*字\s*[）)]")


@rule(
    "T406",
    "题目带字数",
    Severity.WARNING,
    why="题目后的字数是素材网站加的，公文题目不写字数。",
    good=("领导班子2023年度对照检查材料\n\n学得不深。", "人均报告（3000字以上）3篇。"),
    bad=(
        "领导班子2023年度对照检查材料（5350字）\n\n学得不深。",
        "半年汇报材料(约3000字)\n\n学得不深。",
    ),
)
def length_note(context: CheckContext) -> Iterator[Hit]:
    """A character count in the title."""
    span = context.document.title_span
    if span and (match := _LENGTH_NOTE.search(context.text, span.start, span.end)):
        yield Hit(*match.span(), f"题目里有“{match[0]}”", "删去", "")


_INVISIBLE = re.compile(r"[\u200b-\u200f\u2060\ufeff\u00ad]+")
_BROKEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd\ud800-\udfff\ue000-\uf8ff]+|锟斤拷|烫烫烫"
)


@rule(
    "T407",
    "不可见字符和乱码",
    Severity.ERROR,
    why="零宽字符、控制字符和乱码会使查找、排版出错。",
    good=("学得不深。", "\ufeff学得不深。"),
    bad=("学得\u200b不深。", "学得\ufffd不深。", "学得\x07不深。"),
)
def broken_characters(context: CheckContext) -> Iterator[Hit]:
    """Zero-width and control characters, mojibake."""
    for match in _INVISIBLE.finditer(context.text):
        if match[0] != "\ufeff" or match.start():
            yield Hit(*match.span(), "有看不见的字符", "删去", "")
    for match in _BROKEN.finditer(context.text):
        yield Hit(*match.span(), "有乱码或控制字符", "对照原稿补正")


RULES = (
    placeholder,
    advert,
    web_mark,
    markdown,
    model_debris,
    length_note,
    broken_characters,
)
