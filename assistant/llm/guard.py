"""The figure guard: at the logits, a digit is possible only within a figure that the unit gave.

A figure is followed by its own unit, so that 17个 cannot become 17%. Latin letters, control
tokens and Markdown are impossible too, unless the unit's facts hold them.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from assistant.llm.vocabulary import Vocabulary
from assistant.text.figures import find_figures

Logits = NDArray[np.float32]
Tokens = NDArray[np.int64]

_FIGURE_MARKS = frozenset("0123456789.,")
_DEBRIS = frozenset("#*_`|<>{}[]\\^~=$@&+\n\r\t/:;!?()\"'")


class GuardTables:
    """What the guard must know of a vocabulary; built once per model."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.texts = vocabulary.texts
        self.figure_tokens: dict[int, str] = {}
        self.by_first: dict[str, list[int]] = {}
        numeric: list[int] = []
        latin: dict[str, list[int]] = {}
        for token, text in enumerate(self.texts):
            if not text or token in vocabulary.controls:
                continue
            self.by_first.setdefault(text[0], []).append(token)
            if any(unicodedata.category(ch).startswith("N") and ch not in _HAN_ZERO for ch in text):
                numeric.append(token)
                if set(text) <= _FIGURE_MARKS:
                    self.figure_tokens[token] = text
            elif debris := {ch for ch in text if ch in _DEBRIS or _is_latin(ch)}:
                latin.setdefault("".join(sorted(debris)), []).append(token)
            elif text in (".", ","):
                self.figure_tokens[token] = text
        self.numeric = np.array(numeric)
        self.controls = np.array(sorted(vocabulary.controls - vocabulary.ends))
        self._debris = latin
        self._words: dict[str, list[int]] = {}

    def spelling(self, word: str) -> list[int]:
        """Tokens in which `word` stands."""
        if word not in self._words:
            self._words[word] = [t for t, text in enumerate(self.texts) if word in text]
        return self._words[word]

    def debris(self, allowed: Iterable[str]) -> Tokens:
        """Tokens that hold a Latin letter or mark which `allowed` does not."""
        given = set(allowed)
        return np.array(
            [
                t
                for marks, tokens in self._debris.items()
                if not set(marks) <= given
                for t in tokens
            ],
            dtype=np.int64,
        )


_HAN_ZERO = frozenset("〇")


def _is_latin(ch: str) -> bool:
    if ch.isascii():
        return ch.isalpha()
    return "LATIN" in unicodedata.name(ch, "")


@dataclass
class FigureRules:
    """The figures that one paragraph may hold; shared by all its candidates."""

    tables: GuardTables
    sources: tuple[str, ...]
    """Texts whose figures may be used: facts, claim, opening."""
    avoid: tuple[str, ...] = ()
    """Words that no token may spell, unless a source holds them."""
    units: dict[str, set[str]] = field(init=False)
    """Units by number, "" where the number stands alone."""
    banned: Tokens = field(init=False)
    _next: dict[tuple[str, str | None], Tokens | None] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.units = {}
        for source in self.sources:
            for figure in find_figures(source, chinese=False):
                self.units.setdefault(figure.number, set()).add(figure.unit)
        given = "".join(self.sources)
        words = [self.tables.spelling(word) for word in self.avoid if word not in given]
        avoided = np.array([token for tokens in words for token in tokens], dtype=np.int64)
        self.banned = np.concatenate([self.tables.controls, self.tables.debris(given), avoided])

    def continuations(self, run: str) -> Tokens:
        """Tokens that lead from the digits `run` on towards an allowed number."""
        key = (run, None)
        if key not in self._next:
            self._next[key] = np.array(
                [
                    token
                    for token, text in self.tables.figure_tokens.items()
                    if any(number.startswith(run + text) for number in self.units)
                    and (run or text[0].isdigit())
                ],
                dtype=np.int64,
            )
        found = self._next[key]
        assert found is not None
        return found

    def unit_tokens(self, rest: str) -> Tokens | None:
        """Tokens that spell the beginning of the unit `rest`, or None if none does."""
        key = ("", rest)
        if key not in self._next:
            texts = self.tables.texts
            tokens = [
                token
                for token in self.tables.by_first.get(rest[0], [])
                if texts[token].startswith(rest) or rest.startswith(texts[token])
            ]
            self._next[key] = np.array(tokens, dtype=np.int64) if tokens else None
        return self._next[key]


class FigureGuard:
    """The guard of one candidate: where in a figure it stands."""

    def __init__(self, rules: FigureRules) -> None:
        self.rules = rules
        self.run = ""
        self.units: set[str] = set()
        """Rests of units one of which must come next."""

    def apply(self, logits: Logits) -> None:
        """Make every token impossible that the figures do not allow here."""
        rules = self.rules
        logits[rules.banned] = -np.inf
        if self.run:
            onward = rules.continuations(self.run)
            if self.run not in rules.units:
                _only(logits, onward)
                return
            forced = self._unit_choices(rules.units[self.run])
            if forced is None:
                _except(logits, rules.tables.numeric, onward)
            else:
                _only(logits, np.concatenate([onward, forced]))
        elif self.units:
            forced = self._unit_choices(self.units)
            if forced is not None:
                _only(logits, forced)
        else:
            _except(logits, rules.tables.numeric, rules.continuations(""))

    def advance(self, token: int) -> None:
        """Take note of the token drawn."""
        text = self.rules.tables.texts[token]
        if text and set(text) <= _FIGURE_MARKS:
            longer = self.run + text
            onward = any(number.startswith(longer) for number in self.rules.units)
            if onward and longer[0].isdigit():
                self.run = longer
                return
        pending = self.units or (self.rules.units.get(self.run, set()) if self.run else set())
        self.units = {
            unit[len(text) :] for unit in pending if text and unit.startswith(text) and unit != text
        }
        if any(text.startswith(unit) for unit in pending):
            self.units = set()
        self.run = ""

    def _unit_choices(self, units: set[str]) -> Tokens | None:
        """Tokens that begin one of `units`; None when anything may follow."""
        if "" in units:
            return None
        choices = [self.rules.unit_tokens(unit) for unit in sorted(units)]
        found = [tokens for tokens in choices if tokens is not None]
        return np.concatenate(found) if len(found) == len(choices) and found else None


def _only(logits: Logits, tokens: Tokens) -> None:
    kept = logits[tokens].copy()
    logits[:] = -np.inf
    logits[tokens] = kept


def _except(logits: Logits, banned: Tokens, spared: Tokens) -> None:
    kept = logits[spared].copy()
    logits[banned] = -np.inf
    logits[spared] = kept
