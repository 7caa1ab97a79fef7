"""Which problem a measure answers, and which problems a cause explains."""

import math
from collections import Counter
from collections.abc import Sequence

from rapidfuzz import fuzz, process

from assistant.corpus.reverse_measures import read_measures
from assistant.corpus.reverse_parts import LIKE_ASPECT, Item, best_aspect, items, text_of
from assistant.document.tree import Section
from assistant.kinds import DocumentKind
from assistant.spec import AspectSpec, Measure
from assistant.text.sentences import ngrams, overlap

_SAME_CLAIM = 70
"""Likeness, 0 to 100, from which two wordings name the same problem."""
_TOLD_OUTSIDE_CLAIM = 0.5
_EXPLAINS = 0.1
"""Least weight of what problem and cause share."""

Answers = dict[str, list[Measure]]
"""The measures for each problem, by its claim."""


def answers(
    sections: Sequence[Section],
    aspects: Sequence[AspectSpec],
    claims: Sequence[str],
    kind: DocumentKind,
) -> Answers:
    """The measures of a part, each with the problem that it answers.

    A problem is named (针对…的问题), or else is the likest of the aspect that the heading
    answers, or else the likest of all; of equally unlike ones the first without a measure.
    """
    found: Answers = {claim: [] for claim in claims}
    for section in sections:
        for inner in section.sections or [section]:
            nearby = _claims_answered(inner, aspects, kind) or list(claims)
            for listed in _measure_items(inner):
                read = read_measures(listed.claim, listed.body)
                claim = _named(read.problem, claims) or _likest(listed, nearby, found)
                found[claim].extend(read.measures)
    return found


def _measure_items(section: Section) -> list[Item]:
    if section.heading and not any(p.points for p in section.all_paragraphs()):
        return [Item(section.heading, text_of(section))]
    return items(section)


def _claims_answered(
    section: Section, aspects: Sequence[AspectSpec], kind: DocumentKind
) -> list[str]:
    aspect, likeness = best_aspect(section.heading, kind.aspects)
    if likeness < LIKE_ASPECT:
        return []
    return [p.claim for told in aspects if told.name == aspect.name for p in told.problems]


def _named(problem: str, claims: Sequence[str]) -> str:
    """The claim that the words of a measure name; empty when none is meant."""
    match = problem and process.extractOne(
        problem, claims, scorer=fuzz.ratio, score_cutoff=_SAME_CLAIM
    )
    return str(match[0]) if match else ""


def _likest(listed: Item, claims: Sequence[str], found: Answers) -> str:
    text = listed.claim + listed.body
    return max(claims, key=lambda claim: (overlap(claim, text), -len(found[claim])))


def explained(problems: Sequence[Item], causes: Sequence[Item]) -> list[list[str]]:
    """For each cause the claims of the problems that it explains; each problem has one at most.

    That is the cause with which a problem shares most pairs of characters, those that many
    problems or several causes hold counting little.
    """
    claims = [set(ngrams(problem.claim, 2)) for problem in problems]
    texts = [set(ngrams(problem.claim + problem.body, 2)) for problem in problems]
    reasons = [set(ngrams(cause.claim + cause.body, 2)) for cause in causes]
    among_problems = Counter(pair for text in texts for pair in text)
    among_causes = Counter(pair for reason in reasons for pair in reason)
    found: list[list[str]] = [[] for _ in causes]
    for problem, claim, text in zip(problems, claims, texts, strict=True):
        scores = [
            sum(
                (1.0 if pair in claim else _TOLD_OUTSIDE_CLAIM)
                * math.log(len(problems) / among_problems[pair])
                / among_causes[pair]
                for pair in sorted(text & reason)
            )
            / math.sqrt(len(reason) + 1)
            for reason in reasons
        ]
        if scores and max(scores) >= _EXPLAINS:
            found[scores.index(max(scores))].append(problem.claim)
    return found
