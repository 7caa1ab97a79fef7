"""The figure guard: at the logits, a digit is possible only within a figure that the unit gave.

A figure is followed by its own unit and no other, so that 17个 becomes neither 17% nor 17个月.
Where a lexicon is given, only its words and parts of the unit's facts can be spelled.
Latin letters, control tokens and Markdown are impossible too, unless the unit's facts hold them.
"""

import re
import threading
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
        self._joined = "\0".join(self.texts)
        self._starts = np.cumsum([0, *(len(text) + 1 for text in self.texts[:-1])])
        self._spelling: dict[str, list[int]] = {}
        self.by_first: dict[str, list[int]] = {}
        for token, text in enumerate(self.texts):
            if text:
                self.by_first.setdefault(text[0], []).append(token)
        characters = set(self._joined)
        figures = {ch for ch in characters if unicodedata.category(ch).startswith("N")} - _HAN_ZERO
        numeric = self._holding(_any_of(figures))
        self.figure_tokens = {
            token: self.texts[token] for token in numeric if set(self.texts[token]) <= _FIGURE_MARKS
        }
        for mark in ".,":
            self.figure_tokens |= {
                t: mark for t in self.by_first.get(mark, []) if self.texts[t] == mark
            }
        self.numeric = _tokens(numeric)
        self.controls = _tokens(sorted(vocabulary.controls - vocabulary.ends))
        self.joints = _tokens(self.by_first.get(".", []) + self.by_first.get(",", []))
        """Tokens that could join two figures into one."""
        self._debris_marks = {ch for ch in characters if ch in _DEBRIS or _is_latin(ch)}
        self._debris = np.setdiff1d(self._holding(_any_of(self._debris_marks)), numeric)
        self._foreign: dict[tuple[frozenset[str], str], Tokens] = {}
        self._han = {t: "".join(_HAN.findall(self.texts[t])) for t in self._holding(_HAN)}
        self._by_part: dict[str, list[int]] = {}
        """Tokens by the pairs of Han characters that stand in them, and by all of them."""
        for token, word in self._han.items():
            for part in {word, *(word[i : i + 2] for i in range(len(word) - 1))}:
                self._by_part.setdefault(part, []).append(token)
        self._outside: dict[Lexicon, Tokens] = {}
        self._looking = threading.Lock()

    def _holding(self, pattern: re.Pattern[str]) -> list[int]:
        """Tokens in which the pattern is found, in order."""
        places = [found.start() for found in pattern.finditer(self._joined)]
        tokens = np.searchsorted(self._starts, places, side="right") - 1
        return np.unique(tokens).tolist()  # type: ignore[no-any-return]

    def spelling(self, word: str) -> list[int]:
        """Tokens in which `word` stands."""
        if word not in self._spelling:
            self._spelling[word] = self._holding(re.compile(re.escape(word)))
        return self._spelling[word]

    def debris(self, allowed: Iterable[str]) -> Tokens:
        """Tokens that hold a Latin letter or mark which `allowed` does not."""
        foreign = self._debris_marks.difference(allowed)
        if len(foreign) == len(self._debris_marks):
            return self._debris
        return _tokens([t for t in self._debris if not foreign.isdisjoint(self.texts[t])])

    def unspeakable(self, lexicon: Lexicon, sources: Iterable[str]) -> Tokens:
        """Tokens that stand in no text made of the lexicon's words and parts of the sources."""
        with self._looking:  # the first paragraphs begin at the same time; one of them looks
            if lexicon not in self._outside:
                nothing: frozenset[str] = frozenset()
                self._outside[lexicon] = _tokens(
                    [t for t, word in self._han.items() if not lexicon.may_spell(word, nothing)]
                )
        own = parts(sources)
        near = {token for part in own for token in self._by_part.get(part, [])}
        spoken = [token for token in near if lexicon.may_spell(self._han[token], own)]
        return np.setdiff1d(self._outside[lexicon], _tokens(spoken))

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


def _any_of(characters: Iterable[str]) -> re.Pattern[str]:
    """Finds the first of the characters in a token, and goes on behind the token."""
    return re.compile(f"[{re.escape(''.join(sorted(characters)))}][^\0]*")


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
