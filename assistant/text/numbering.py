"""The numbering of official documents: 一、 （一） 一是."""

import unicodedata

import cn2an


def numeral(number: int) -> str:
    """11 → 十一."""
    text = str(cn2an.an2cn(number))
    return text.removeprefix("一") if 10 <= number < 20 else text


def part_number(number: int) -> str:
    """1 → 一、."""
    return f"{numeral(number)}、"


def section_number(number: int) -> str:
    """1 → （一）."""
    return f"（{numeral(number)}）"


def ordinal(number: int) -> str:
    """1 → 一是."""
    return f"{numeral(number)}是"


def number_of(written: str) -> int:
    """What is counted by 十二, 12, １２ or ⑫, below 100; 0 where it is no numeral."""
    if written.isdecimal():
        return int(written)
    tens, ten, ones = written.rpartition("十")
    return _digit(ones) + (10 * (_digit(tens) or 1) if ten else 0)


def _digit(character: str) -> int:
    return int(unicodedata.numeric(character, 0)) if len(character) == 1 else 0
