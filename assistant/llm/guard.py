"""The figure guard: at the logits, a digit is possible only within a figure that the unit gave.

A figure is followed by its own unit and no other, so that 17个 becomes neither 17% nor 17个月.
Where a lexicon is given, only its words and parts of the unit's facts can be spelled.
Latin letters, control tokens and Markdown are impossible too, unless the unit's facts hold them.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from assistant.llm.vocabulary import Vocabulary
from assistant.text.figures import UNITS, find_figures
from assistant.text.lexicon import Lexicon, parts

Logits = NDArray[np.float32]
Tokens = NDArray[np.int64]

_FIGURE_MARKS = frozenset("0123456789.,")
_DEBRIS = frozenset(" \u3000#*_`|<>{}[]\\^~=$@&+\n\r\t/:;!?()\"'")


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
        self.numeric = _tokens(numeric)
        self.controls = _tokens(sorted(vocabulary.controls - vocabulary.ends))
        self.joints = _tokens(self.by_first.get(".", []) + self.by_first.get(",", []))
        """Tokens that could join two figures into one."""
        self._debris = latin
        self._words: dict[str, list[int]] = {}
        self._foreign: dict[tuple[frozenset[str], str], Tokens] = {}
        self._han = [t for t, text in enumerate(self.texts) if text and _HAN.search(text)]
        self._outside: dict[Lexicon, list[int]] = {}

    def spelling(self, word: str) -> list[int]:
        """Tokens in which `word` stands."""
        if word not in self._words:
            self._words[word] = [t for t, text in enumerate(self.texts) if word in text]
        return self._words[word]

    def debris(self, allowed: Iterable[str]) -> Tokens:
        """Tokens that hold a Latin letter or mark which `allowed` does not."""
        given = set(allowed)
        return _tokens(
            [t for marks, tokens in self._debris.items() if not set(marks) <= given for t in tokens]
        )

    def unspeakable(self, lexicon: Lexicon, sources: Iterable[str]) -> Tokens:
        """Tokens that stand in no text made of the lexicon's words and parts of the sources."""
        nothing: frozenset[str] = frozenset()
        if lexicon not in self._outside:
            self._outside[lexicon] = [
                t for t in self._han if not lexicon.may_spell(self._han_of(t), nothing)
            ]
        own = parts(sources)
        return _tokens(
            [
                t
                for t in self._outside[lexicon]
                if not (_touches(word := self._han_of(t), own) and lexicon.may_spell(word, own))
            ]
        )

    def _han_of(self, token: int) -> str:
        return "".join(_HAN.findall(self.texts[token]))

    def foreign_units(self, units: frozenset[str], tail: str) -> Tokens:
        """Tokens that behind a digit and `tail` spell a unit which is none of `units`."""
        key = (units, tail)
        if key not in self._foreign:
            starts = [t for ch in _UNIT_CHARACTERS for t in self.by_first.get(ch, [])]
            self._foreign[key] = _tokens(
                [token for token in starts if _unit_of(tail + self.texts[token]) not in units]
            )
        return self._foreign[key]


_HAN = re.compile(r"[\u4e00-\u9fff]+")
_HAN_ZERO = frozenset("〇")
_SCALE_CHARACTERS = "余多万亿千百"
_UNIT_CHARACTERS = sorted(set("".join(UNITS)) | set(_SCALE_CHARACTERS))


def _touches(word: str, own: frozenset[str]) -> bool:
    """Whether a part of `own` stands in `word`: quickly told, and mostly false."""
    return word in own or any(word[i : i + 2] in own for i in range(len(word) - 1))


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
    lexicon: Lexicon | None = None
    """Words of which the text must consist, beside parts of `own`."""
    own: tuple[str, ...] = ()
    units: dict[str, frozenset[str]] = field(init=False)
    """Units by number, "" where the number stands alone."""
    banned: Tokens = field(init=False)
    _next: dict[tuple[str, str], Tokens] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        units: dict[str, set[str]] = {}
        for source in self.sources:
            for figure in find_figures(source, chinese=False):
                units.setdefault(figure.number, set()).add(figure.unit)
        self.units = {number: frozenset(given) for number, given in units.items()}
        given = "".join(self.sources)
        words = [self.tables.spelling(word) for word in self.avoid if word not in given]
        avoided = _tokens([token for tokens in words for token in tokens])
        outside = self.tables.unspeakable(self.lexicon, self.own) if self.lexicon else avoided
        self.banned = np.concatenate(
            [self.tables.controls, self.tables.debris(given), avoided, outside]
        )

    def continuations(self, run: str) -> Tokens:
        """Tokens that lead from the digits `run` on towards an allowed number."""
        key = (run, "")
        if key not in self._next:
            self._next[key] = _tokens(
                [
                    token
                    for token, text in self.tables.figure_tokens.items()
                    if (run or text[0].isdigit()) and self.leads_on(run + text)
                ]
            )
        return self._next[key]

    def leads_on(self, run: str) -> bool:
        """Whether an allowed number begins with `run`."""
        return any(number.startswith(run) for number in self.units)

    def unit_tokens(self, run: str, tail: str) -> Tokens:
        """Tokens that behind the number `run` and `tail` go on with one of its units."""
        key = (run, f"unit {tail}")
        if key not in self._next:
            texts, units = self.tables.texts, self.units[run]
            rests = [u[len(tail) :] for u in units if u.startswith(tail) and u != tail]
            near = {t for rest in rests for t in self.tables.by_first.get(rest[0], [])}
            self._next[key] = _tokens(
                [
                    token
                    for token in sorted(near)
                    if any(rest.startswith(texts[token]) for rest in rests)
                    or _unit_of(tail + texts[token]) in units
                ]
            )
        return self._next[key]


class FigureGuard:
    """The guard of one candidate: where in a figure it stands."""

    def __init__(self, rules: FigureRules) -> None:
        self.rules = rules
        self.run = ""
        """Digits of the figure under way."""
        self.tail = ""
        """What stands behind them, as long as it may still become a unit."""

    def apply(self, logits: Logits) -> None:
        """Make every token impossible that the figures do not allow here."""
        rules, tables = self.rules, self.rules.tables
        logits[rules.banned] = -np.inf
        # A number goes on or gets its unit; behind a unit another figure may begin.
        onward = rules.continuations("" if self.tail else self.run)
        units = rules.units.get(self.run)
        if not self.run:
            _except(logits, tables.numeric, onward)
        elif units is None:
            _only(logits, onward)
        elif _unit_of(self.tail) in units:
            _except(logits, np.concatenate([tables.numeric, tables.joints]), onward)
            logits[tables.foreign_units(units, self.tail)] = -np.inf
        elif len(unit := rules.unit_tokens(self.run, self.tail)):
            _only(logits, unit if self.tail else np.concatenate([onward, unit]))
        else:  # the vocabulary cannot spell the unit in whole characters
            _except(logits, tables.numeric, onward)

    def advance(self, token: int) -> None:
        """Take note of the token drawn."""
        text = self.rules.tables.texts[token]
        if self.run and not self.tail and text and self.rules.leads_on(self.run + text):
            self.run += text
        elif text[:1].isdigit() and self.rules.leads_on(text):
            self.run, self.tail = text, ""
        elif self.run and text and _may_grow(self.tail + text):
            self.tail += text
        else:
            self.run = self.tail = ""


def _unit_of(tail: str) -> str:
    """The unit that a figure has when `tail` stands behind its digits."""
    return find_figures(f"1{tail}", chinese=False)[0].unit


def _may_grow(tail: str) -> bool:
    """Whether what follows can still change the unit that `tail` begins with."""
    rest = tail.lstrip(_SCALE_CHARACTERS)
    return any(unit.startswith(rest) and unit != rest for unit in UNITS)


def _only(logits: Logits, tokens: Tokens) -> None:
    kept = logits[tokens].copy()
    logits[:] = -np.inf
    logits[tokens] = kept


def _except(logits: Logits, banned: Tokens, spared: Tokens) -> None:
    kept = logits[spared].copy()
    logits[banned] = -np.inf
    logits[spared] = kept


def _tokens(tokens: list[int]) -> Tokens:
    return np.array(tokens, dtype=np.int64)
