"""All scorers, in the order of tables."""

from dataclasses import dataclass

from assistant.evaluation.scorers import (
    closure,
    copying,
    cost,
    emptiness,
    facts,
    length,
    likeness,
    rubric,
    structure,
    wording,
)
from assistant.evaluation.scorers.scorer import Scorer


@dataclass(frozen=True)
class Family:
    """Scorers of one side of a text."""

    title: str
    scorers: tuple[Scorer, ...]


FAMILIES = (
    Family("评分细则", rubric.SCORERS),
    Family("结构", structure.SCORERS),
    Family("事实", facts.SCORERS),
    Family("雷同", copying.SCORERS),
    Family("篇幅", length.SCORERS),
    Family("空与实", emptiness.SCORERS),
    Family("着落", closure.SCORERS),
    Family("文字", wording.SCORERS),
    Family("与原文相比", likeness.SCORERS),
    Family("开销", cost.SCORERS),
)
SCORERS = {scorer.id: scorer for family in FAMILIES for scorer in family.scorers}
KEY_SCORERS = (
    "rubric",
    "structure",
    "recall",
    "figures_wrong",
    "names_wrong",
    "copy13",
    "copy_longest",
    "leaks",
    "length",
    "closure",
    "seconds",
)
"""What a table shows that has no room for all."""
