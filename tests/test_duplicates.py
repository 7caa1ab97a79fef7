"""Twins are found however they were written over; different documents are none."""

import itertools
import random
import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.corpus.duplicates import TWINS, TwinIndex, signature, twin_groups
from assistant.examples.store import shipped_examples
from assistant.markdown import render

TEXTS = {example.slug: render(example.draft) for example in shipped_examples()}


def shortened(text: str, chance: random.Random) -> str:
    lines = [line for line in text.splitlines() if line]
    return "\n".join(chance.sample(lines, len(lines) * 7 // 10))


def retyped(text: str, chance: random.Random) -> str:
    return "".join("某" if chance.random() < 0.03 else ch for ch in text)


def renamed(text: str, _chance: random.Random) -> str:
    return re.sub("局党组|支部班子|党组", "院党委", re.sub(r"\d", "7", text))


def laid_out(text: str, _chance: random.Random) -> str:
    return "\n　　".join(re.sub(r"[#\s，。]", "", line) for line in text.splitlines())


DAMAGES: list[Callable[[str, random.Random], str]] = [shortened, retyped, renamed, laid_out]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda d: d.__name__)
def test_a_document_written_over_is_a_twin(damage: Callable[[str, random.Random], str]) -> None:
    index = TwinIndex()
    for slug, text in TEXTS.items():
        index.add(slug, signature(text))
    for slug, text in TEXTS.items():
        assert index.twins(signature(damage(text, random.Random(slug)))) == [slug]


def test_different_documents_are_far_from_twins() -> None:
    signatures = [signature(text) for text in TEXTS.values()]
    likest = max(one.likeness(other) for one, other in itertools.combinations(signatures, 2))
    assert likest < TWINS / 2
    assert index_groups(TEXTS) == [(slug,) for slug in TEXTS]


def index_groups(texts: dict[str, str]) -> list[tuple[str, ...]]:
    return twin_groups({name: signature(text) for name, text in texts.items()})


def test_layout_alone_makes_no_difference() -> None:
    text = next(iter(TEXTS.values()))
    assert signature(text) == signature(laid_out(text, random.Random(1)))


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 4), st.integers())
def test_no_split_along_groups_parts_twins(copies: int, seed: int) -> None:
    """Three documents, each with a chain of copies made one from the other, in any order."""
    chance = random.Random(seed)
    family: dict[str, str] = {}
    texts: dict[str, str] = {}
    for slug in chance.sample(sorted(TEXTS), 3):
        text = TEXTS[slug]
        for i in range(copies):
            family[f"{slug}.{i}"], texts[f"{slug}.{i}"] = slug, text
            text = retyped(text, chance)
    groups = index_groups(dict(chance.sample(sorted(texts.items()), len(texts))))
    assert sorted(name for group in groups for name in group) == sorted(texts)
    assert len(groups) == 3
    assert all(len({family[name] for name in group}) == 1 for group in groups)


@pytest.mark.parametrize("text", ["", "abc 123", "短", "很短的一句话"])
def test_short_texts(text: str) -> None:
    index = TwinIndex()
    index.add("short", signature(text))
    assert index.twins(signature(text)) == ["short"]
    assert index.twins(signature(next(iter(TEXTS.values())))) == []
