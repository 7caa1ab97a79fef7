"""The numbering of official documents: 一、 （一） 一是."""

import re
import unicodedata
from decimal import Decimal

_DIGITS = "零一二三四五六七八九"


def numeral(number: int) -> str:
    """11 → 十一."""
    if 0 < number < 100:
        tens, ones = divmod(number, 10)
        ten = "" if not tens else "十" if tens == 1 else f"{_DIGITS[tens]}十"
        return ten + (_DIGITS[ones] if ones else "")
    import cn2an  # slow to load, and hardly anything counts beyond a hundred

    return str(cn2an.an2cn(number))


def counted(number: int) -> str:
    """A number before its measure word: 两, 三, 十二."""
    return "两" if number == 2 else numeral(number)


def part_number(number: int) -> str:
    """1 → 一、."""
    return f"{numeral(number)}、"


def section_number(number: int) -> str:
    """1 → （一）."""
    return f"（{numeral(number)}）"


def ordinal(number: int, *, of: int = 2) -> str:
    """1 → 一是; nothing where it is the only one `of` them."""
    return f"{numeral(number)}是" if of > 1 else ""


def number_of(written: str) -> int:
    """What is counted by 十二, 12, １２ or ⑫, below 100; 0 where it is no numeral."""
    if written.isdecimal():
        return int(written)
    tens, ten, ones = written.rpartition("十")
    return _digit(ones) + (10 * (_digit(tens) or 1) if ten else 0)


_BELOW_HUNDRED = re.compile("[一二两三四五六七八九]|[一二三四五六七八九]?十[一二三四五六七八九]?")


def numeral_value(numeral: str) -> Decimal:
    """The value of a Chinese numeral: 十二, 三千五百, 一百二十点五; ValueError for 百百."""
    if _BELOW_HUNDRED.fullmatch(numeral):
        return Decimal(number_of(numeral.replace("两", "二")))
    import cn2an  # slow to load, and hardly anything counts beyond a hundred

    try:
        return Decimal(str(cn2an.cn2an(numeral.replace("〇", "零"), "smart")))
    except KeyError as error:  # the library's own on 零亿零
        raise ValueError(f"{numeral} is no numeral") from error


def _digit(character: str) -> int:
    return int(unicodedata.numeric(character, 0)) if len(character) == 1 else 0
