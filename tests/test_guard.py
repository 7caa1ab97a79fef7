"""The figure guard on a vocabulary small enough to read."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.llm.guard import FigureGuard, FigureRules, GuardTables, Logits
from assistant.llm.vocabulary import Vocabulary
from assistant.text.figures import find_figures

END, START = "<|im_end|>", "<|im_start|>"
WORDS = (
    *"0123456789",
    *".,，。",
    *"个户月底年万元件次余亩%％",
    *("17", "75", ".3", "１", "①", "²", "1.", "5个", " 1"),
    *("月底", "个月", "个百分点", "百分", "点", "万元", "件次", "小时", "日"),
    *("村", "有", "虽", "虽然", "需要", "〇", "一", "工作", "问题", "水"),
    *("a", "GDP", "é", "#", "**", "\n", ":", "(", "<tool>"),
)
VOCABULARY = Vocabulary(
    pieces=(*(word.encode() for word in WORDS), "亲".encode()[:2], b"", b""),
    controls=frozenset({len(WORDS) + 1, len(WORDS) + 2}),
    specials={START: len(WORDS) + 1, END: len(WORDS) + 2},
    ends=frozenset({len(WORDS) + 2}),
    pre_tokenizer="",
)
NAMES = (*WORDS, "亲…", START, END)
TABLES = GuardTables(VOCABULARY)


def rules(*sources: str, avoid: tuple[str, ...] = ()) -> FigureRules:
    return FigureRules(TABLES, sources, avoid)


def behind(said: str, *sources: str, avoid: tuple[str, ...] = ()) -> set[str]:
    """What may come behind `said`, a token a word."""
    guard = FigureGuard(rules(*sources, avoid=avoid))
    for word in said.split():
        assert word in allowed(guard), f"{word!r} is not allowed in {said!r}"
        guard.advance(NAMES.index(word))
    return allowed(guard)


def allowed(guard: FigureGuard) -> set[str]:
    logits: Logits = np.zeros(len(NAMES), dtype=np.float32)
    guard.apply(logits)
    return {NAMES[token] for token in np.flatnonzero(np.isfinite(logits))}


def digits(words: set[str]) -> set[str]:
    return {word for word in words if any(ch.isdigit() or ch == "①" for ch in word)}


def test_no_digit_without_figures() -> None:
    words = behind("村 有", "村里有水")
    assert not digits(words)
    assert {"水", "一", "〇", "亲…", END} <= words


def test_figure_begins_as_an_allowed_one() -> None:
    assert digits(behind("村 有", "17个村", "91.3%")) == {"1", "9", "17"}


def test_no_digit_but_ascii_even_beside_one() -> None:
    assert not {"１", "①", "²", "5个", " 1"} & behind("有", "15个村")


def test_unfinished_figure_must_go_on() -> None:
    assert behind("1", "17个村") == {"7"}
    assert behind("9 1", "91.3%") == {".", ".3"}
    assert behind("9 1 .", "91.3%") == {"3"}


def test_figure_is_followed_by_its_unit() -> None:
    assert behind("1 7", "17个村") == {"个"}
    assert behind("9 1 .3", "91.3%") == {"%"}


def test_unit_of_several_tokens_must_be_finished() -> None:
    assert behind("5", "5个百分点") == {"个", "个百分点"}
    assert behind("5 个", "5个百分点") == {"百分"}
    assert behind("5 个 百分", "5个百分点") == {"点"}
    assert "水" in behind("5 个 百分 点", "5个百分点")


@pytest.mark.parametrize(
    ("source", "said", "longer"),
    [
        ("17个村", "17 个", "月"),
        ("17件", "17 件", "次"),
        ("17万户", "17 万 户", "次"),
        ("17月", "17 月", "底"),
        ("编号17", "17", "%"),
        ("编号17", "17", "万元"),
        ("编号17", "17", "个月"),
    ],
)
def test_unit_does_not_become_another(source: str, said: str, longer: str) -> None:
    assert longer not in behind(said, source)


def test_longer_unit_in_several_tokens_is_stopped() -> None:
    assert "工作" in behind("5 个", "5个村")
    assert "日" not in behind("5 个 工作", "5个村")
    assert "日" in behind("5 个 工作 问题", "5个村")


def test_two_units_of_one_number() -> None:
    sources = ("5个村", "5个月", "5户")
    assert behind("5", *sources) == {"个", "个月", "户"}
    assert "月" in behind("5 个", *sources)


def test_figures_with_a_common_beginning() -> None:
    sources = ("17个村", "175户")
    assert behind("1 7", *sources) == {"5", "个"}
    assert behind("17 5", *sources) == {"户"}
    assert digits(behind("1 7 个", *sources)) == {"1", "17"}


def test_number_alone_is_not_joined_to_the_next() -> None:
    words = behind("1 7", "编号17", "3.5户", "750亩")
    assert not {"5", "75", ".", ",", ".3", "3"} & words
    assert {"水", "，", "。", END} <= words


def test_decimal_beside_its_whole_number() -> None:
    sources = ("9个", "9.3%")
    assert behind("9", *sources) == {".", ".3", "个"}


def test_thousands_separator() -> None:
    assert behind("1", "1,750户") == {","}
    assert behind("1 ,", "1,750户") == {"7", "75"}
    assert behind("1 , 75 0", "1,750户") == {"户"}


def test_unit_that_the_vocabulary_cannot_spell() -> None:
    without = tuple(word for word in WORDS if "亩" not in word)
    vocabulary = Vocabulary(
        pieces=tuple(word.encode() for word in without),
        controls=frozenset(),
        specials={},
        ends=frozenset(),
        pre_tokenizer="",
    )
    guard = FigureGuard(FigureRules(GuardTables(vocabulary), ("3万亩", "25户")))
    for word in ("3", "万"):
        guard.advance(without.index(word))
    logits: Logits = np.zeros(len(without), dtype=np.float32)
    guard.apply(logits)
    free = {without[token] for token in np.flatnonzero(np.isfinite(logits))}
    assert "有" in free
    assert not {"5", "7", "17"} & free


def test_avoided_words_and_what_the_sources_hold_of_them() -> None:
    assert not {"虽", "虽然", "需要"} & behind("有", "17个村", avoid=("虽", "需要"))
    assert {"虽", "虽然"} <= behind("有", "虽有17个村", avoid=("虽", "需要"))


def test_debris_unless_the_sources_hold_it() -> None:
    debris = {"a", "GDP", "é", "#", "**", "\n", ":", "(", "<tool>", START}
    assert not debris & behind("有", "17个村")
    assert debris & behind("有", "GDP增长17%") == {"GDP"}
    assert END in behind("有", "17个村")


def test_a_violation_does_not_lock_the_guard() -> None:
    guard = FigureGuard(rules("17个村"))
    guard.advance(NAMES.index("8"))
    assert {"村", "17"} <= allowed(guard)


NUMBERS = st.one_of(
    st.integers(0, 2000).map(str),
    st.decimals(0, 99, places=1).map(str),
    st.integers(1000, 99999).map("{:,}".format),
)
UNITS = st.sampled_from(
    [
        "",
        "个",
        "户",
        "月",
        "月底",
        "个月",
        "年",
        "万元",
        "万户",
        "余亩",
        "%",
        "个百分点",
        "件",
        "件次",
    ]
)
WALK = st.lists(st.integers(0, 10_000), min_size=1, max_size=60)


@given(given_figures=st.lists(st.tuples(NUMBERS, UNITS), min_size=1, max_size=6), walk=WALK)
def test_every_figure_of_a_random_walk_is_an_allowed_one(
    given_figures: list[tuple[str, str]], walk: list[int]
) -> None:
    guard = FigureGuard(rules(*(number + unit for number, unit in given_figures)))
    text, whole = "", ""
    for step in walk:
        # Half of the steps prefer what a figure is made of, or a walk would hardly meet one.
        tokens = sorted(NAMES.index(word) for word in allowed(guard) - {END})
        assert tokens, f"nothing may come behind {text!r}"
        figures = [t for t in tokens if NAMES[t][0] in "0123456789.,个月百件万"]
        chosen = figures if figures and step % 2 else tokens
        token = chosen[step // 2 % len(chosen)]
        guard.advance(token)
        text += NAMES[token]
        if guard.run == "":
            whole = text
    said = {(f.number, f.unit) for f in find_figures(whole, chinese=False)}
    assert said <= set(given_figures)
