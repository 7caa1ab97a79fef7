"""A closed vocabulary: what its words and given texts explain, and what they do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.drafting.prompts import read_lexicon, read_role
from assistant.plan import SlotRole
from assistant.text.lexicon import Lexicon, parts

LEXICON = Lexicon(["班子", "重视", "重视不够", "不够", "的", "了", "没有", "过问"])
GIVEN = parts(["汛期停水超过24小时的村有17个"])


@pytest.mark.parametrize(
    ("text", "gaps"),
    [
        ("班子重视不够。", []),
        ("班子没有过问停水的村。", []),
        ("班子没有过问村。", ["村"]),  # one character of a given text explains nothing
        ("汛期停水了，班子没有过问。", []),
        ("班子成立了专班。", ["成立", "专班"]),
        ("17个，24小时", []),
        ("abc，。", []),
        ("", []),
    ],
)
def test_what_neither_words_nor_given_texts_explain(text: str, gaps: list[str]) -> None:
    assert LEXICON.uncovered(text, GIVEN) == gaps


@given(st.lists(st.sampled_from(sorted(LEXICON.words)), max_size=12))
def test_text_made_of_words_is_explained(words: list[str]) -> None:
    assert LEXICON.uncovered("".join(words), frozenset()) == []


@given(st.text("班子重视不够的了没有过问汛期停水", max_size=12))
def test_gaps_are_pieces_of_the_text_in_order(text: str) -> None:
    place = 0
    for gap in LEXICON.uncovered(text, GIVEN):
        place = text.index(gap, place) + len(gap)


@pytest.mark.parametrize("piece", ["重视", "视不", "班子没有", "的了", "停水", "了停水"])
def test_pieces_that_may_be_spelled(piece: str) -> None:
    assert LEXICON.may_spell(piece, GIVEN)


@pytest.mark.parametrize("piece", ["成立", "子重", "专班", "停班"])
def test_pieces_that_may_not_be_spelled(piece: str) -> None:
    assert not LEXICON.may_spell(piece, GIVEN)


@pytest.mark.parametrize("role", ["problem", "cause"])
def test_vocabulary_of_a_role_tells_no_event(role: SlotRole) -> None:
    lexicon = read_lexicon(read_role(role).vocabulary)
    assert lexicon
    events = "成立领导小组 召开会议 下发通知 组织培训 发函 虚报冒领 罚款 立案 某村 印发方案"
    for event in events.split():
        assert lexicon.uncovered(event, frozenset()), event
    assert lexicon.uncovered("班子思想松劲，把要求停留在嘴上，没有真正抓到底。", frozenset()) == []
