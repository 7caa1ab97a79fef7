"""Rules on blanks, lines and pages."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from assistant.document.headings import read_heading
from assistant.document.tree import Span
from assistant.text.edits import Edit

_BLANK = "[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]"
CJK = "\u2e80-\u2fdf\u3001-\u303f\u3400-\u9fff\uf900-\ufaff\uff01-\uffee‘’“”…—·×"
"""Chinese characters and the marks among them, for use inside a character class."""

_NUMERAL = "一二三四五六七八九十"
_ITEM = re.compile(
    rf"[ \t\u3000]*(?:[{_NUMERAL}]{{1,3}}(?:[、.．]|是)|[（(][{_NUMERAL}\d]{{1,3}}[）)]"
    rf"|\d{{1,2}}[.．、](?!\d)|第[{_NUMERAL}]{{1,3}}[，、：部章节条]|[①-⑳❶-❿]|#|附件|[（(]?此页无正文)"
)
"""What begins a heading or an item."""

_BREAK = re.compile(
    r"(?<=[。！？：；])[ \t\u00a0]*(?:\u3000{2,}|[ \u00a0]{4,})[ \t\u3000\u00a0]*(?=\S)"
    r"|(?<=\S)(?:\u3000{2,}|[ \u00a0]{4,})"
    rf"(?=[{_NUMERAL}]{{1,3}}、|[（(][{_NUMERAL}]{{1,3}}[）)])"
)
_INNER = re.compile(rf"(?<=\S){_BLANK}+(?=\S)")
_MARKDOWN_HEAD = re.compile(r"#{1,6}$")
_NEAR_CJK = re.compile(f"[{CJK}]")
_EDGE = re.compile(rf"^{_BLANK}+|{_BLANK}+$", re.MULTILINE)
_EMPTY_LINES = re.compile(r"\A\n+|\n{2,}\Z|\n{3,}")
_BULLET = re.compile(
    rf"^{_BLANK}*(?:[•●■◆▲►▶◇▪◦♦❖➢➤‧∙·※→⇒]+{_BLANK}*|[-*+>○□]{_BLANK}+)(?=[^\s*\-])", re.MULTILINE
)
_ORNAMENT = re.compile(
    r"^(?=.*\S)(?!.*[×○□])(?:[^\w\n*＊]|_{3}|[*＊]{3,}|[*＊] )+\*?$\n?", re.MULTILINE
)
_SYMBOL_RUN = re.compile(
    r"(?<!^)([#=~^|\\/<>$&@`{}\[\]+])\1{2,}|^([=~^|\\/<>$&@`{}\[\]+])\2{2,}|(?<=\w)([=^|\\`])\3+",
    re.MULTILINE,
)
_EMPHASIS = re.compile(r"^(#{0,6} ?)(\*\*|__)([^*_\n]+)\2([。：:]?)$", re.MULTILINE)


def paragraph_breaks(text: str) -> Iterator[Edit]:
    """An indent in the middle of a line was the beginning of a paragraph."""
    for match in _BREAK.finditer(text):
        yield Edit(*match.span(), "\n")


def bullets(text: str) -> Iterator[Edit]:
    """Bullets at the beginning of a line fall."""
    for match in _BULLET.finditer(text):
        yield Edit(*match.span(), "")


def emphasis(text: str) -> Iterator[Edit]:
    """Markdown's bold marks around a whole line fall."""
    for match in _EMPHASIS.finditer(text):
        yield Edit(*match.span(2), "")
        yield Edit(match.end(3), match.end(3) + 2, "")


def inner_blanks(text: str) -> Iterator[Edit]:
    """Blanks beside a Chinese character fall, others shrink to one; a tab parts table cells."""
    for match in _INNER.finditer(text):
        start, end = match.span()
        line = text.rfind("\n", 0, start) + 1
        if _MARKDOWN_HEAD.fullmatch(text, line, start):
            new = " "
        elif "\t" in match[0]:
            new = "\t"
        else:
            chinese = _NEAR_CJK.match(text[start - 1]) or _NEAR_CJK.match(text[end])
            new = "" if chinese else " "
        if new != match[0]:
            yield Edit(start, end, new)


def edge_blanks(text: str) -> Iterator[Edit]:
    """Indents and blanks at the end of a line fall."""
    for match in _EDGE.finditer(text):
        yield Edit(*match.span(), "")


def empty_lines(text: str) -> Iterator[Edit]:
    """At most one empty line stands between paragraphs, none at either end."""
    for match in _EMPTY_LINES.finditer(text):
        at_start, at_end = match.start() == 0, match.end() == len(text)
        yield Edit(*match.span(), "" if at_start else "\n" if at_end else "\n\n")


def ornaments(text: str) -> Iterator[Edit]:
    """Lines of nothing but marks, and runs of one symbol, fall."""
    for match in _ORNAMENT.finditer(text):
        yield Edit(*match.span(), "")


def symbol_runs(text: str) -> Iterator[Edit]:
    """Runs of one ASCII symbol inside a text fall."""
    for match in _SYMBOL_RUN.finditer(text):
        yield Edit(*match.span(), "")


# --- pages ---

_NUMBER = r"[\d０-９一二三四五六七八九十百]{1,4}"
_DASH = r"[-—–－―_·•.~～]"
_PAGE_LINE = re.compile(
    rf"^{_BLANK}*(?:{_DASH}+{_BLANK}*\d{{1,4}}{_BLANK}*{_DASH}+"
    rf"|第{_BLANK}*{_NUMBER}{_BLANK}*页{_BLANK}*(?:[,，/|、（(]?{_BLANK}*[共总]{_BLANK}*{_NUMBER}{_BLANK}*页?[)）]?)?"
    rf"|共{_BLANK}*{_NUMBER}{_BLANK}*页{_BLANK}*[,，/|、]?{_BLANK}*第{_BLANK}*{_NUMBER}{_BLANK}*页"
    rf"|[Pp](?:age|AGE)?\.?{_BLANK}*\d{{1,4}}(?:{_BLANK}*(?:of|/){_BLANK}*\d{{1,4}})?"
    rf"|\d{{1,3}}{_BLANK}*/{_BLANK}*\d{{1,3}}){_BLANK}*$",
    re.MULTILINE,
)
_LONE_NUMBER = re.compile(rf"^{_BLANK}*(\d{{1,3}}){_BLANK}*$", re.MULTILINE)
_PAGE_INSIDE = re.compile(
    r"(?<!\d)(?<!\d\s)[-—–－―]\s+\d{1,3}\s+[-—–－―](?!\s?\d)|[（(]?第\s*\d{1,3}\s*页\s*[,，/、]?\s*共\s*\d{1,3}\s*页[）)]?"
)
_END_MARK = "。！？：；!?:;”』）】》.…"
_SENTENCE_MARK = re.compile("[，。；]")
_FEWEST_REPEATS = 3
_RUNNING_HEAD = re.compile(r"[^\n\t：:。！？；]{5,60}")


def page_numbers(text: str) -> Iterator[Edit]:
    """Page numbers fall, and a sentence that a page end broke is whole again."""
    found = [m.span() for m in _PAGE_LINE.finditer(text)]
    lone = list(_LONE_NUMBER.finditer(text))
    counted = [int(m[1]) for m in lone]
    if len(lone) > 1 and all(b == a + 1 for a, b in pairwise(counted)):
        found += [m.span() for m in lone]
    found += [m.span() for m in _PAGE_INSIDE.finditer(text)]
    yield from _without(text, sorted(set(found)))


def running_heads(text: str) -> Iterator[Edit]:
    """Lines that stand again and again as page headers or footers fall; the title stays."""
    lines = [line.strip() for line in text.split("\n")]
    heads = {
        line
        for line, count in Counter(lines).items()
        if count >= _FEWEST_REPEATS and _RUNNING_HEAD.fullmatch(line) and not _ITEM.match(line)
    }
    if not heads:
        return
    first = next((line for line in lines if line), "")
    spans = []
    start, is_title = 0, True
    for raw in text.split("\n"):
        if raw.strip() in heads:
            if not (is_title and raw.strip() == first):
                spans.append((start, start + len(raw)))
            is_title = False
        start += len(raw) + 1
    yield from _without(text, spans)


def _without(text: str, spans: list[tuple[int, int]]) -> Iterator[Edit]:
    """Edits that take whole lines out; halves of a sentence around them are joined."""
    behind = 0
    for start, end in spans:
        if start < behind:
            continue
        if (start and text[start - 1] != "\n") or (end < len(text) and text[end] != "\n"):
            yield Edit(start, end, "")  # inside a line
            behind = end
            continue
        first = len(text[:start].rstrip())
        last = end + len(text[end:]) - len(text[end:].lstrip("\n \t\f"))
        above = text[text.rfind("\n", 0, first) + 1 : first]
        below = text[end:last].rpartition("\n")[2] + text[last : last + 40]
        broken = (
            first > behind
            and (_SENTENCE_MARK.search(above) or _behind_comma(text, first - len(above)))
            and above[-1] not in _END_MARK
            and not _is_heading(above)
            and below[:1].strip()
            and not _ITEM.match(below)
        )
        if broken:
            yield Edit(first, last, "")
            behind = last
        else:
            stop = min(end + 1, len(text))
            yield Edit(start, stop, "")
            behind = stop


def _is_heading(line: str) -> bool:
    found = read_heading(line, Span(0, len(line)))
    return bool(found and found.heading and found.rest >= len(line))


def _behind_comma(text: str, line_start: int) -> bool:
    """Whether the line above ends in the middle of a sentence."""
    return text[:line_start].rstrip()[-1:] in tuple("，、")


# --- broken lines ---

_NARROWEST = 24
"""Cells of the narrowest page; a Chinese character takes two."""
_WIDEST = 140
_SLACK = 5
"""Cells by which a full line may be shorter than the page."""
_FULL_SHARE = 0.3
"""Share of lines that run on at the page's edge in a text that is wrapped."""
_FEWEST_LINES = 4
_OPEN_END = "，、（(“《【,"
_CLOSING_START = "，。、；：！？）”》】,;"


@dataclass(frozen=True)
class _Page:
    """How a text is wrapped."""

    width: int
    """In cells; 0 where it is not wrapped."""
    indented: bool
    """Whether its paragraphs begin with an indent."""


def broken_lines(text: str) -> Iterator[Edit]:
    """Lines that break a sentence are joined.

    A line runs on if it ends with an open mark, if the next begins with a closing one, or if it
    is full in a text that was wrapped at a page's width.
    """
    lines = text.split("\n")
    page = _page(lines)
    start = 0
    for i, line in enumerate(lines[:-1]):
        end = start + len(line)
        gap = 1 if not lines[i + 1].strip() and i + 2 < len(lines) else 0
        below = lines[i + 1 + gap]
        if line.strip() and below.strip() and _runs_on(line, below, page, empty_line=bool(gap)):
            above_end = start + len(line.rstrip())
            below_start = end + 1 + (len(lines[i + 1]) + 1) * gap
            below_start += len(below) - len(below.lstrip())
            latin = text[above_end - 1].isascii() and text[above_end - 1].isalpha()
            blank = " " if latin and below.lstrip()[0].isascii() else ""
            yield Edit(above_end, below_start, blank)
        start = end + 1


def _page(lines: list[str]) -> _Page:
    filled = [line for line in lines if line.strip()]
    if len(filled) < _FEWEST_LINES:
        return _Page(0, False)
    widths = sorted(map(_width, filled))
    width = widths[-1 - len(widths) // 20]
    running = sum(
        _width(line) >= width - _SLACK and line.rstrip()[-1] not in _END_MARK for line in filled
    )
    wrapped = width >= _NARROWEST and widths[-1] <= _WIDEST and running >= _FULL_SHARE * len(filled)
    indented = any(line[:1] in " \t\u3000" for line in filled)
    return _Page(width if wrapped else 0, indented)


def _runs_on(above: str, below: str, page: _Page, *, empty_line: bool) -> bool:
    if "\t" in above.strip() or "\t" in below.strip() or _ITEM.match(below):
        return False
    last, first = above.rstrip()[-1], below.lstrip()[0]
    if first in _CLOSING_START or last in _OPEN_END:
        return True
    if (
        above.lstrip().startswith("#")
        or empty_line
        or not page.width
        or _width(above.rstrip()) < page.width - _SLACK
    ):
        return False
    if page.indented and below[:1] in " \t\u3000":
        return False
    return page.indented or last not in _END_MARK


def _width(line: str) -> int:
    return len(line.encode("gb18030", errors="replace"))  # two bytes a Chinese character


# --- copies ---

_COPY = re.compile(r"^(.{12,})((?:\n+\1)+)$", re.MULTILINE)


def repeated_lines(text: str) -> Iterator[Edit]:
    """Of equal paragraphs in a row one stays."""
    for match in _COPY.finditer(text):
        yield Edit(*match.span(2), "")
