"""Rules on punctuation: full-width marks in Chinese sentences, none doubled, none clashing."""

import re
from collections.abc import Iterator

from assistant.corpus.rules_layout import CJK
from assistant.text.edits import Edit

_FULL = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！"}
_C = f"[{CJK}]"
_MARK = re.compile(rf"(?<={_C})[,;:?!]|(?<=\S)[,;:?!](?={_C})")
_STOP = re.compile(
    r"(?<=[\u4e00-\u9fff”）》%％])(?<!^[一二三四五六七八九十])\.(?=$|\n|[“”《（\d\u4e00-\u9fff])(?!\.)",
    re.MULTILINE,
)
_DOTS = re.compile(r"\.{3,}|。{3,}|…{3,}|(?<!…)…(?!…)")
_DASHES = re.compile(rf"(?<={_C})-{{2,}}(?={_C})")
_PARENTHESES = re.compile(r"(?<!\])[（(]([^（）()\n]{0,120})[）)]")
_DOUBLE = re.compile(r'"([^"\n]*)"')
_SINGLE = re.compile(r"(?<![A-Za-z])'([^'\n]{0,40}[\u4e00-\u9fff][^'\n]{0,40})'")
_ANGLES = re.compile(r"(<<?)([^<>\n]{0,60}[\u4e00-\u9fff][^<>\n]{0,60})(>>?)")
_CJK_CHARACTER = re.compile(_C)
_HAN = re.compile(r"[\u4e00-\u9fff]")


def half_width_marks(text: str) -> Iterator[Edit]:
    """Marks beside Chinese characters are full-width; those of figures, times and names stay."""
    for match in _MARK.finditer(text):
        yield Edit(*match.span(), _FULL[match[0]])


def half_width_stops(text: str) -> Iterator[Edit]:
    """A full stop behind a Chinese sentence is 。, not a point."""
    for match in _STOP.finditer(text):
        yield Edit(*match.span(), "。")


def dots_and_dashes(text: str) -> Iterator[Edit]:
    """An omission is …… and a dash ——."""
    found = [(m.span(), "……") for m in _DOTS.finditer(text)]
    found += [(m.span(), "——") for m in _DASHES.finditer(text)]
    for span, new in sorted(found):
        yield Edit(*span, new)


def half_width_pairs(text: str) -> Iterator[Edit]:
    """Brackets and quotation marks around or beside Chinese characters are full-width."""
    edits: list[Edit] = []
    for match in _PARENTHESES.finditer(text):
        beside = text[match.start() - 1 : match.start()]
        if _HAN.search(match[1]) or _CJK_CHARACTER.match(beside) or _HAN.match(text, match.end()):
            edits += _pair(match.start(), match.end(), "（", "）")
    start = 0
    for line in text.split("\n"):
        if line.count('"') % 2 == 0:
            for match in _DOUBLE.finditer(line):
                if _HAN.search(match[1]):
                    edits += _pair(start + match.start(), start + match.end(), "“", "”")
        start += len(line) + 1
    for match in _SINGLE.finditer(text):
        edits += _pair(match.start(), match.end(), "‘", "’")
    for match in _ANGLES.finditer(text):
        if len(match[1]) == len(match[3]):
            edits.append(Edit(*match.span(1), "《"))
            edits.append(Edit(*match.span(3), "》"))
    yield from sorted(edit for edit in edits if text[edit.start : edit.end] != edit.new)


def _pair(start: int, end: int, left: str, right: str) -> list[Edit]:
    return [Edit(start, start + 1, left), Edit(end - 1, end, right)]


_STRENGTH = "、，；："
_CLASH = re.compile(
    "[，。、；：！？]{2,}|^[，。、；：！？]+|(?<=[（《])[，。、；：]+|[，、；：](?=[）》])",
    re.MULTILINE,
)
_DANGLING = re.compile(r"(?<=[\u4e00-\u9fff”）\d%])[，、](?=\s*\Z|\n)")


def clashing_marks(text: str) -> Iterator[Edit]:
    """Of marks that clash the strongest stays, of doubled ones one; none opens a line."""
    for match in _CLASH.finditer(text):
        before = text[match.start() - 1 : match.start()]
        behind = text[match.end() : match.end() + 1]
        is_misplaced = before in ("", "\n", *"（《") or behind in tuple("）》")
        new = "" if is_misplaced else _strongest(match[0])
        if new != match[0]:
            yield Edit(*match.span(), new)


def _strongest(marks: str) -> str:
    """，。 → 。, ，； → ；, ！！ → ！; ？！ stays."""
    if calls := dict.fromkeys(mark for mark in marks if mark in "！？"):
        return "".join(calls)
    return "。" if "。" in marks else max(marks, key=_STRENGTH.index)


def dangling_commas(text: str) -> Iterator[Edit]:
    """A paragraph that ends with a comma, as one does whose advertisement fell, gets a stop."""
    for match in _DANGLING.finditer(text):
        yield Edit(*match.span(), "。")
