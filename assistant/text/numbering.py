"""The numbering of official documents: 一、 （一） 一是."""

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
