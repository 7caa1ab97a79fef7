"""Figures: none is missed, and two that say the same are known as the same."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.text.figures import Figure, find_figures, same_figure, unsupported

NUMERALS = "零一二三四五六七八九十百千万亿两〇点"
MIXED = st.text(NUMERALS + "0123456789.,余多个次人元月%百分之几第和，。", max_size=24)
FIGURES = (
    st.tuples(
        st.sampled_from(["2", "2.0", "12", "1,200", "两", "十二", "一百二十"]),
        st.sampled_from(["", "余", "万", "百"]),
        st.sampled_from(
            ["", "个", "次", "人次", "月", "月底", "月份", "%", "％", "个百分点", "元"]
        ),
    )
    .map(lambda parts: find_figures("".join(map(str, parts))))
    .filter(bool)
    .map(lambda figures: figures[0])
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("查摆问题9个", [("9", "个", 9)]),
        ("办结1,234.5万元", [("1,234.5", "万元", 12_345_000)]),
        ("近200余人次", [("200", "余人次", 200)]),
        ("占91.3%，同比提高4个百分点", [("91.3", "%", "91.3"), ("4", "个百分点", 4)]),
        ("到2024年3月底", [("2024", "年", 2024), ("3", "月底", 3)]),
        ("6至9月", [("6", "", 6), ("9", "月", 9)]),
        ("超出15个工作日", [("15", "个工作日", 15)]),
        ("拨打12345热线", [("12345", "", 12345)]),
        ("走访两次", [("两", "次", 2)]),
        ("一百二十户", [("一百二十", "户", 120)]),
        ("两万三千元", [("两万三千", "元", 23_000)]),
        ("十余次", [("十", "余次", 10)]),
        ("百分之三十五点二", [("三十五点二", "%", "35.2")]),
        ("五分之一", [("五分之一", "分之", "0.2")]),
        ("只办了3次，却报了五次", [("3", "次", 3), ("五", "次", 5)]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_figures_found(text: str, found: list[tuple[str, str, int | str]]) -> None:
    wanted = [(number, unit, Decimal(value)) for number, unit, value in found]
    assert [(f.number, f.unit, f.value) for f in find_figures(text)] == wanted


@pytest.mark.parametrize(
    "text",
    [
        "落实三会一课制度",
        "三重一大事项集体决策",
        "对照六个方面",
        "第一议题和第二批",
        "一是学习不深",
        "万人空巷",
        "一些同志一再拖延",
        "千方百计",
        "“四风”问题",
    ],
)
def test_words_that_are_no_figures(text: str) -> None:
    assert find_figures(text) == []


def test_chinese_numerals_may_be_left_aside() -> None:
    assert [f.text for f in find_figures("3次会上两次提到", chinese=False)] == ["3次"]


@given(st.text() | MIXED)
def test_every_arabic_digit_lies_in_a_figure(text: str) -> None:
    covered = {place for figure in find_figures(text) for place in range(figure.start, figure.end)}
    assert [i for i, ch in enumerate(text) if ch in "0123456789" and i not in covered] == []


@given(MIXED)
def test_a_figure_tells_where_it_stands(text: str) -> None:
    figures = find_figures(text)
    assert all(text[f.start : f.end] == f.text and f.number in f.text for f in figures)
    starts = [figure.start for figure in figures]
    assert starts == sorted(starts)


@given(FIGURES, FIGURES)
def test_sameness_is_symmetric(a: Figure, b: Figure) -> None:
    assert same_figure(a, b) == same_figure(b, a)


@given(FIGURES)
def test_a_figure_is_the_same_as_itself(figure: Figure) -> None:
    assert same_figure(figure, figure)


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("3次", "三次", True),
        ("3次", "3", True),
        ("35.2%", "百分之三十五点二", True),
        ("35.2%", "35.2％", True),
        ("3.5万元", "35000元", True),
        ("1,200户", "1200户", True),
        ("200余户", "200户", True),
        ("3月底", "3月", True),
        ("3次", "3人", False),
        ("3次", "4次", False),
        ("4%", "4个百分点", False),
        ("3万元", "3元", False),
        ("2个月", "2月", False),
    ],
)
def test_sameness(a: str, b: str, same: bool) -> None:
    (one,), (other,) = find_figures(a), find_figures(b)
    assert same_figure(one, other) is same


@pytest.mark.parametrize(
    ("text", "sources", "left"),
    [
        ("37次中21次当天往返", ["下乡37次，其中21次当天往返"], []),
        ("37次中有近30次", ["下乡37次，其中21次当天往返"], ["30次"]),
        ("全年走访三十七户", ["下乡37次"], ["三十七户"]),
        ("走访三十七次", ["下乡37次"], []),
        ("学习5次", [], ["5次"]),
        ("落实三会一课", [], []),
    ],
)
def test_figures_without_a_source(text: str, sources: list[str], left: list[str]) -> None:
    assert [figure.text for figure in unsupported(text, sources)] == left
