"""The rules on wording, figures, names and copying: odd texts, fixes, the office's own data."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.checks.context import CheckContext
from assistant.checks.data import read_rule_data
from assistant.checks.engine import check, fix
from assistant.checks.registry import chosen_rules
from assistant.errors import InputError
from assistant.examples.store import shipped_examples
from assistant.text.near import NearIndex
from assistant.text.shares import find_shares

RULES = chosen_rules(("W", "N", "U", "C"))


ODD = st.text(
    "四个意识增强“”《》、，。；\n全面从严治党2023年13月0.5%万元余近下降倍其中占由到"
    "县市局党委习近平\ud800\u200b ",
    max_size=120,
)


@settings(deadline=None)
@given(ODD | st.text(max_size=60))
def test_odd_texts_are_no_trouble_and_places_hold(text: str) -> None:
    spec = shipped_examples()[0].spec
    for finding in check(CheckContext(text, spec=spec), RULES):
        assert finding.place
        assert text[finding.place.start : finding.place.end] == finding.excerpt


@settings(deadline=None)
@given(ODD)
def test_fixing_twice_changes_nothing_more(text: str) -> None:
    once = fix(CheckContext(text), RULES).text
    assert fix(CheckContext(once), RULES).text == once


def test_a_permuted_list_is_put_in_order_and_nothing_else() -> None:
    text = "整治官僚主义、形式主义、享乐主义和奢靡之风，习总书记指出：以人民为核心。"
    mended = fix(CheckContext(text), RULES).text
    assert mended == (
        "整治形式主义、官僚主义、享乐主义和奢靡之风，习近平总书记指出：以人民为中心。"
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("坚持以人民为中心的发展思想", []),
        ("坚持以人民为中心地发展思想", ["以人民为中心地发展思想"]),
        ("坚持以人民为中心的的发展思想", ["以人民为中心的的发展思想"]),
        ("坚持以人民为中心", []),
        ("以人民为中心的发展之路", []),
    ],
)
def test_damaged_wordings(text: str, found: list[str]) -> None:
    index = NearIndex({"以人民为中心的发展思想": ()})
    assert [text[slip.start : slip.end] for slip in index.damaged(text)] == found


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("不到三分之一", 0.0, 1 / 3),
        ("超过四成", 0.4, 1.0),
        ("六成以上", 0.6, 1.0),
        ("近一半", 0.41, 0.55),
        ("占百分之三十五", 0.345, 0.355),
        ("占12.5%", 0.124, 0.126),
        ("绝大多数", 0.65, 1.0),
    ],
)
def test_shares(text: str, low: float, high: float) -> None:
    (share,) = find_shares(text)
    assert share.low == pytest.approx(low, abs=0.001)
    assert share.high == pytest.approx(high, abs=0.001)


@pytest.mark.parametrize("text", ["成立领导小组", "三成效显著", "十分之重要", "七成熟的庄稼"])
def test_words_that_are_no_shares(text: str) -> None:
    assert list(find_shares(text)) == []


def test_an_office_adds_its_own_wordings_and_names(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(
        "formulations:\n"
        "  wrong: {微笑服务: {right: 规范服务, verified: false}}\n"
        "  names: {以人民为中心的发展思想: }\n"
        "calendar:\n"
        "  terms: {五星行动: {since: 2024-05, verified: false}}\n",
        encoding="utf-8",
    )
    data = read_rule_data(file)
    text = "推行微笑服务和五星行动。坚持以人民为中心地发展思想。"
    found = check(CheckContext(text, day=date(2024, 1, 1), data=data), chosen_rules(("W",)))
    assert [(finding.code, finding.excerpt) for finding in found] == [
        ("W106", "微笑服务"),
        ("W201", "五星行动"),
    ]


def test_an_office_s_wrong_pattern_is_told(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text("formulations:\n  wrong: {'(': {right: 甲, verified: false}}\n", "utf-8")
    with pytest.raises(InputError, match="formulations"):
        check(CheckContext("甲", data=read_rule_data(file)), chosen_rules(("W",)))
