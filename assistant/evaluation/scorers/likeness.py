"""Likeness to the held-out document, and plausibility under the model."""

from rapidfuzz.distance import LCSseq
from sacrebleu.metrics.chrf import CHRF

from assistant.evaluation.scorers.scorer import Score, scorer, unscored
from assistant.evaluation.scorers.subject import Subject, printed
from assistant.text.sentences import han

_CHRF = CHRF(char_order=6, word_order=0, beta=2)


@scorer("chrf", "chrF", best="none")
def chrf(subject: Subject) -> Score:
    """chrF2 against the held-out document: F2 of the mean precision and recall of runs of 1 to 6
    characters. Range 0–100. High may mean copied facts; texts are no worse for being other than
    the original. Source: sacrebleu (field guide 5.1)."""
    if not subject.length:
        return unscored("没有文字")
    return Score(_CHRF.sentence_score(subject.body, [printed(subject.case.reference)]).score)


@scorer("rouge_l", "ROUGE-L", best="none")
def rouge_l(subject: Subject) -> Score:
    """Character ROUGE-L F1 against the held-out document: 100·2·LCS/(|a| + |b|), Chinese characters
    alone. Range 0–100. Source: field guide 5.1."""
    mine, theirs = han(subject.body), han(subject.case.reference)
    if not mine or not theirs:
        return unscored("没有文字")
    return Score(200 * LCSseq.similarity(mine, theirs) / (len(mine) + len(theirs)))


@scorer("perplexity", "困惑度", best="none")
def perplexity(subject: Subject) -> Score:
    """exp of the mean negative log-likelihood of the text's tokens under the local model, in
    windows. Range 1 and up; measured where asked for. Low is fluent, and also trite."""
    if subject.perplexity is None:
        return unscored("没有测量")
    return Score(subject.perplexity)


SCORERS = (chrf, rouge_l, perplexity)
