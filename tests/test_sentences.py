"""Sentences split without loss, and lengths as a clerk counts them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.text.sentences import count_characters, han, ngrams, overlap, split_sentences

PROSE = st.text("学习不够深入37。！？；，：“”』）（ \t", max_size=40)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("", []),
        ("没有句号", ["没有句号"]),
        ("学得慢。落得慢。", ["学得慢。", "落得慢。"]),
        ("他说“学过了。”其实没有。", ["他说“学过了。”", "其实没有。"]),
        ("（见附件。）另附清单。", ["（见附件。）", "另附清单。"]),
        ("学了吗？没有！再学；再问。", ["学了吗？", "没有！", "再学；再问。"]),
        ("学得慢。还没完", ["学得慢。", "还没完"]),
    ],
)
def test_sentences(text: str, sentences: list[str]) -> None:
    assert split_sentences(text) == sentences


@given(PROSE | st.text().map(lambda text: text.replace("\n", "")))
def test_sentences_join_back(text: str) -> None:
    sentences = split_sentences(text)
    assert "".join(sentences) == text
    assert all(sentences)


@pytest.mark.parametrize(
    ("text", "characters"),
    [("", 0), ("学习 37\n次。", 6), ("　一、\t存在的问题", 7), ("（一）", 3)],
)
def test_characters_are_counted_without_white_space(text: str, characters: int) -> None:
    assert count_characters(text) == characters


def test_runs_pass_over_what_is_not_chinese() -> None:
    assert han("2024年3月，学习a次。") == "年月学习次"
    assert ngrams("学3习，不深", 3) == ["学习不", "习不深"]
    assert ngrams("学习", 3) == []


@pytest.mark.parametrize(
    ("part", "whole", "share"),
    [
        ("学习不深", "学习不深不透", 1.0),
        ("学习不深", "学习深", 1 / 3),
        ("学习不深", "工作拖拉", 0.0),
        ("学", "学习", 0.0),
        ("37", "37", 0.0),
    ],
)
def test_overlap(part: str, whole: str, share: float) -> None:
    assert overlap(part, whole) == pytest.approx(share)


@given(PROSE, PROSE)
def test_overlap_is_a_share(part: str, whole: str) -> None:
    assert 0 <= overlap(part, whole) <= 1
    assert overlap(part, part + whole) in (0, 1)
