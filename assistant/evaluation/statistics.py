"""Means with intervals over cases, and differences that are, or are not, beyond noise."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from assistant.evaluation.scorers.catalogue import SCORERS
from assistant.evaluation.scoring import ScoredText

_RESAMPLES = 10_000
_SEED = 20_240_101
_LEAST_CASES = 5
"""Cases under which an interval says too little to speak of a difference."""
_CONFIDENCE = 0.95


class Interval(NamedTuple):
    """Where a mean lies with 95 per cent confidence."""

    low: float
    high: float


@dataclass(frozen=True)
class Estimate:
    """A scorer's mean over cases."""

    mean: float
    interval: Interval
    cases: int
    """Cases that could be scored."""
    unscored: int


@dataclass(frozen=True)
class Difference:
    """A scorer's mean difference between two systems over the cases that both have."""

    mean: float
    """Second less first."""
    interval: Interval
    cases: int

    @property
    def beyond_noise(self) -> bool:
        """Whether the interval leaves zero out, over cases enough."""
        low, high = self.interval
        return self.cases >= _LEAST_CASES and (low > 0 or high < 0)


ByCase = Mapping[str, float]
"""A value for each case, the mean over its seeds."""


def by_case(texts: Sequence[ScoredText], system: str, scorer: str) -> dict[str, float]:
    """The scorer's value for each case that it could score."""
    values: dict[str, list[float]] = {}
    for text in texts:
        score = text.scores.get(scorer)
        if text.system == system and score is not None and score.value is not None:
            values.setdefault(text.case, []).append(score.value)
    return {case: sum(own) / len(own) for case, own in values.items()}


def estimate(texts: Sequence[ScoredText], system: str, scorer: str) -> Estimate | None:
    """The scorer's mean for a system; nothing where no case could be scored."""
    cases = {text.case for text in texts if text.system == system}
    values = by_case(texts, system, scorer)
    if not values:
        return None
    own = list(values.values())
    return Estimate(sum(own) / len(own), bootstrap(own), len(own), unscored=len(cases) - len(own))


def difference(first: ByCase, second: ByCase) -> Difference | None:
    """The paired difference, second less first; nothing where they share no case."""
    paired = [second[case] - first[case] for case in first if case in second]
    if not paired:
        return None
    return Difference(sum(paired) / len(paired), bootstrap(paired), len(paired))


def bootstrap(values: Sequence[float]) -> Interval:
    """Percentile interval of the mean over resampled cases; the same values give the same."""
    sample = np.asarray(values, dtype=float)
    drawn = np.random.default_rng(_SEED).integers(len(sample), size=(_RESAMPLES, len(sample)))
    means = sample[drawn].mean(axis=1)
    tail = (1 - _CONFIDENCE) / 2
    low, high = np.quantile(means, [tail, 1 - tail])
    return Interval(round(float(low), 6), round(float(high), 6))


def wilson(won: float, of: int) -> Interval:
    """Wilson's interval of a share; half a win counts half."""
    z = 1.959964
    share = won / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * (share * (1 - share) / of + z * z / (4 * of * of)) ** 0.5
    return Interval(round(max(0.0, middle - half), 6), round(min(1.0, middle + half), 6))


def better(scorer: str, difference: Difference) -> bool | None:
    """Whether the second is better; nothing where neither way is, or it is within noise."""
    best = SCORERS[scorer].best
    if best == "none" or not difference.beyond_noise:
        return None
    return (difference.mean > 0) == (best == "high")
