"""Searching a text for what seldom occurs."""

import re

from hypothesis import given
from hypothesis import strategies as st

from assistant.text.scan import Beginnings, next_is

LETTERS = "甲乙丙-]^丁"
WORDS = st.lists(st.text(LETTERS, min_size=1, max_size=4), min_size=1, max_size=6)
TEXT = st.text(LETTERS, max_size=30)


@given(st.lists(st.text(LETTERS, max_size=4), max_size=6), TEXT)
def test_every_place_is_found_where_a_word_begins(words: list[str], text: str) -> None:
    known = {word[:2] for word in words if len(word) >= 2}
    places = [i for i in range(len(text)) if text[i : i + 2] in known]
    assert list(Beginnings(words, 2).places(text)) == places


@given(WORDS, TEXT)
def test_a_look_at_the_next_character_changes_no_match(words: list[str], text: str) -> None:
    either = "|".join(map(re.escape, words))
    plain, guarded = re.compile(either), re.compile(f"{next_is(words)}(?:{either})")
    assert [m.span() for m in guarded.finditer(text)] == [m.span() for m in plain.finditer(text)]
