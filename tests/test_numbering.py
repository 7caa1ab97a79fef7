"""一、 （一） 一是."""

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.text.numbering import (
    number_of,
    numeral,
    numeral_value,
    ordinal,
    part_number,
    section_number,
)


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (1, "一"),
        (2, "二"),
        (9, "九"),
        (10, "十"),
        (11, "十一"),
        (19, "十九"),
        (20, "二十"),
        (21, "二十一"),
        (99, "九十九"),
        (100, "一百"),
        (105, "一百零五"),
        (110, "一百一十"),
        (112, "一百一十二"),
    ],
)
def test_numerals(number: int, written: str) -> None:
    assert numeral(number) == written


def test_marks() -> None:
    assert (part_number(3), section_number(12), ordinal(2)) == ("三、", "（十二）", "二是")


@given(st.integers(min_value=1, max_value=9999))
def test_a_numeral_reads_back(number: int) -> None:
    assert cn2an.cn2an(numeral(number), "smart") == number


@given(st.integers(min_value=1, max_value=99))
def test_what_is_written_is_what_is_counted(number: int) -> None:
    assert number_of(numeral(number)) == number_of(str(number)) == number


@pytest.mark.parametrize(
    ("written", "number"), [("⑫", 12), ("１２", 12), ("", 0), ("一二", 0), ("甲", 0)]
)
def test_other_numerals(written: str, number: int) -> None:
    assert number_of(written) == number


@given(st.integers(min_value=1, max_value=9999))
def test_a_numeral_has_its_value(number: int) -> None:
    assert numeral_value(numeral(number)) == number


@pytest.mark.parametrize(("written", "value"), [("两", 2), ("两百", 200), ("三点五", 3.5)])
def test_other_values(written: str, value: float) -> None:
    assert float(numeral_value(written)) == value


@pytest.mark.parametrize("written", ["百百", "〇亿〇"])
def test_no_value(written: str) -> None:
    with pytest.raises(ValueError, match=f"{written}|格式"):
        numeral_value(written)
