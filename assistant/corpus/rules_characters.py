"""Rules on single characters: line ends, invisible ones, look-alikes, HTML entities."""

import html
import re
import unicodedata
from collections.abc import Iterator

from assistant.text.edits import Edit

_LINE_END = re.compile("\r\n?|[\u2028\u2029\x0b\x0c\x85]")
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffc"
    "\ue000-\uf8ff\ud800-\udfff\U000e0000-\U000e01ef\U000f0000-\U0010ffff]+"
)
_PICTURE = re.compile(  # emoji and ornaments; not ✓ and ☑, not ❶, not the ★ of a secrecy mark
    "(?:(?<!密)[★☆]|[\u2600-\u2604\u2607-\u260f\u2613-\u26ff\u2700-\u2712\u2717-\u2775\u2794-\u27bf"
    "\u2b00-\u2bff\U0001f000-\U0001faff])+"
)
_LOOK_ALIKE = re.compile("[\u2e80-\u2fdf\uf900-\ufaff０-９Ａ-Ｚａ-ｚ]")
_RADICALS = dict(
    zip(
        "⺟⺠⺩⺬⻁⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻬⻮⻰⻳",
        "母民王示虎西见角贝车长门青韦页风飞食马骨鬼鱼鸟卤麦黄齐齿龙龟",
        strict=True,
    )
)
"""Radicals that PDF files put in place of characters and Unicode does not decompose."""
_FULL_POINT = re.compile(r"(?<=\d)．(?=\d)")
_ENTITY = re.compile(r"&(?:[A-Za-z]{2,8}|#\d{1,6}|#[xX][0-9A-Fa-f]{1,5});")


def line_ends(text: str) -> Iterator[Edit]:
    """Line ends of other systems become plain ones."""
    for match in _LINE_END.finditer(text):
        yield Edit(*match.span(), "\n")


def unseen_characters(text: str) -> Iterator[Edit]:
    """Control, zero-width and private characters fall."""
    for match in _UNSEEN.finditer(text):
        yield Edit(*match.span(), "")


def pictures(text: str) -> Iterator[Edit]:
    """Emoji and ornaments fall."""
    for match in _PICTURE.finditer(text):
        yield Edit(*match.span(), "")


def look_alikes(text: str) -> Iterator[Edit]:
    """Radicals, compatibility characters and full-width letters and digits become usual ones."""
    for match in _LOOK_ALIKE.finditer(text):
        usual = _RADICALS.get(match[0]) or unicodedata.normalize("NFKC", match[0])
        if usual != match[0]:
            yield Edit(*match.span(), usual)


def full_points(text: str) -> Iterator[Edit]:
    """The full-width point inside a figure becomes a decimal point."""
    for match in _FULL_POINT.finditer(text):
        yield Edit(*match.span(), ".")


def entities(text: str) -> Iterator[Edit]:
    """HTML entities become the characters that they name."""
    for match in _ENTITY.finditer(text):
        character = html.unescape(match[0])
        if character != match[0]:
            yield Edit(*match.span(), character)
