"""Wording: repetition, sentence length, formulations, punctuation and leftovers."""

from collections import Counter

from assistant.checks.findings import Severity
from assistant.evaluation.scorers.scorer import Score, percent, scorer, unscored
from assistant.evaluation.scorers.subject import Subject
from assistant.text.sentences import count_characters, han, ngrams, split_sentences

_LONG_SENTENCE = 120
_SAME_SENTENCE = 12
"""Chinese characters from which an equal sentence is no accident."""


def _rep(subject: Subject, n: int) -> Score:
    runs = ngrams(subject.body, n)
    if not runs:
        return unscored("文字太少")
    often = [run for run, count in Counter(runs).most_common(5) if count > 1]
    return Score(percent(len(runs) - len(set(runs)), len(runs)), tuple(f"“{r}”" for r in often))


@scorer("rep8", "重复 rep-8", best="low", unit="%")
def rep8(subject: Subject) -> Score:
    """100·(1 − |unique runs|/|runs|) of 8 Chinese characters. Range 0–100; real documents 1.0–2.2.
    Source: field guide 5.1, 5.2."""
    return _rep(subject, 8)


@scorer("rep13", "重复 rep-13", best="low", unit="%")
def rep13(subject: Subject) -> Score:
    """As rep8 with runs of 13. Real documents 0.3–1.4, fail > 3. Source: field guide 5.2."""
    return _rep(subject, 13)


@scorer("same_sentences", "重复句", best="low", unit="%")
def same_sentences(subject: Subject) -> Score:
    """100·sentences said before/sentences, of those with 12 Chinese characters or more. Range
    0–100. Source: field guide 5.1."""
    said = [s for s in map(han, split_sentences(subject.body)) if len(s) >= _SAME_SENTENCE]
    if not said:
        return unscored("没有完整的句子")
    again = [sentence for sentence, count in Counter(said).items() if count > 1]
    return Score(percent(len(said) - len(set(said)), len(said)), tuple(again[:5]))


@scorer("sentence", "平均句长", best="none", unit="字")
def sentence(subject: Subject) -> Score:
    """Mean characters of a sentence, headings left out. Real documents 45–50. Source: field guide
    5.1."""
    lengths = _sentence_lengths(subject)
    return Score(sum(lengths) / len(lengths)) if lengths else unscored("没有句子")


@scorer("long_sentences", "长句", best="low", unit="%")
def long_sentences(subject: Subject) -> Score:
    """100·sentences over 120 characters/sentences. Range 0–100. Source: field guide 5.1."""
    lengths = _sentence_lengths(subject)
    if not lengths:
        return unscored("没有句子")
    return Score(percent(sum(length > _LONG_SENTENCE for length in lengths), len(lengths)))


def _sentence_lengths(subject: Subject) -> list[int]:
    sentences = (s for paragraph in subject.document.paragraphs() for s in paragraph.sentences())
    return [count for s in sentences if (count := count_characters(s.text))]


def _per_thousand(subject: Subject, *codes: str) -> Score:
    if not subject.length:
        return unscored("没有文字")
    found = [f for f in subject.found(*codes) if f.severity is not Severity.HINT]
    notes = tuple(f"{finding.code} {finding.message}" for finding in found)
    return Score(1000 * len(found) / subject.length, notes)


@scorer("formulations", "表述差错", best="low", unit="‰")
def formulations(subject: Subject) -> Score:
    """Errors and warnings of the rules on fixed formulations (W…) per 1000 characters. Range 0 and
    up. Source: field guide 5.1."""
    return _per_thousand(subject, "W")


@scorer("text_errors", "文字标点差错", best="low", unit="‰")
def text_errors(subject: Subject) -> Score:
    """Errors and warnings of the rules on punctuation, typos, numerals and leftovers (T…) per 1000
    characters, visible marks among them. Range 0 and up. Source: field guide 4.3, 4.4."""
    return _per_thousand(subject, "T")


SCORERS = (rep8, rep13, same_sentences, sentence, long_sentences, formulations, text_errors)
