"""Sentences and lengths of Chinese text."""

import functools
import re

_SENTENCE = re.compile(r"[^。！？\n]*[。！？][”』）]?|[^。！？\n]+")
_HAN = re.compile(r"[\u4e00-\u9fff]+")


def split_sentences(text: str) -> list[str]:
    """The sentences of `text` with their marks; joined they are the text."""
    return [match[0] for match in _SENTENCE.finditer(text)]


def count_characters(text: str) -> int:
    """字数: characters without white space."""
    return len(re.sub(r"\s", "", text))


def han(text: str) -> str:
    """Only the Chinese characters of `text`."""
    return "".join(_HAN.findall(text))


def ngrams(text: str, n: int) -> list[str]:
    """All runs of `n` Chinese characters in `text`."""
    only = han(text)
    return [only[i : i + n] for i in range(len(only) - n + 1)]


@functools.lru_cache(maxsize=4096)
def pairs(text: str) -> frozenset[str]:
    """The pairs of neighbouring Chinese characters in `text`."""
    return frozenset(ngrams(text, 2))


def overlap(part: str, whole: str) -> float:
    """Share of the character pairs of `part` that stand in `whole`, 0 to 1."""
    wanted = pairs(part)
    return len(wanted & pairs(whole)) / len(wanted) if wanted else 0.0
