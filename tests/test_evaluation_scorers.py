"""Scorers on whole documents: good ones, empty ones, and defects that move what they should."""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import cast

import numpy as np
import pytest
from evaluation_logs import EXAMPLES, REPORT, SELF_EXAMINATION, invented_case, worked_case
from tiny import tiny_spec

from assistant.checks.data import RuleData
from assistant.checks.rules.formulations_data import Formulations
from assistant.evaluation.log import ExampleText
from assistant.evaluation.perplexity import ForcedText, perplexity
from assistant.evaluation.scorers.catalogue import FAMILIES, SCORERS
from assistant.evaluation.scorers.length import s_l
from assistant.evaluation.scorers.rubric import DIMENSIONS
from assistant.evaluation.scorers.scorer import Score
from assistant.evaluation.scorers.subject import Subject, printed
from assistant.evaluation.scoring import score_subject
from assistant.llm.engine import Engine
from assistant.llm.request import Request
from assistant.markdown import render

COST = {s.id for f in FAMILIES if f.title == "开销" for s in f.scorers}


@cache
def example_texts(withheld: str) -> tuple[ExampleText, ...]:
    return tuple(
        ExampleText(id=e.slug, spec=e.spec, text=render(e.draft))
        for e in EXAMPLES.values()
        if e.slug != withheld
    )


def subject(text: str, slug: str = SELF_EXAMINATION) -> Subject:
    """A text scored as if it had been written for a worked example's spec."""
    return Subject(worked_case(EXAMPLES[slug]), printed(text), example_texts(slug))


def own_text(slug: str = SELF_EXAMINATION) -> str:
    return render(EXAMPLES[slug].draft)


def value(name: str, text: str, slug: str = SELF_EXAMINATION) -> float | None:
    return SCORERS[name].score(subject(text, slug)).value


def short(text: str) -> Subject:
    """A text beside the smallest spec and no examples."""
    return Subject(invented_case(tiny_spec()), printed(text))


@cache
def own_scores(slug: str = SELF_EXAMINATION) -> dict[str, Score]:
    return score_subject(subject(own_text(slug), slug))


BEST = {
    "structure": 100,
    "headings": 100,
    "order": 1,
    "counts": 100,
    "numbering": 0,
    "open_marks": 0,
    "recall": 100,
    "figures_wrong": 0,
    "figure_precision": 100,
    "names_wrong": 0,
    "derived": 0,
    "voice": 0,
    "leaks": 0,
    "closure": 100,
    "measures_idle": 0,
    "same_sentences": 0,
    "formulations": 0,
    "text_errors": 0,
    "chrf": 100,
    "rouge_l": 100,
    "hard_fails": 0,
    "rubric_structure": 10,
    "rubric_measures": 15,
    "rubric_wording": 5,
}


@pytest.mark.parametrize("slug", [SELF_EXAMINATION, REPORT])
def test_a_good_document_has_the_best_scores(slug: str) -> None:
    scores = own_scores(slug)
    assert {name: scores[name].value for name in BEST} == BEST
    assert (scores["rubric"].value or 0) > 85
    assert (scores["length"].value or 0) > 90
    assert (scores["copy13"].value or 0) < 1
    assert (scores["copy_longest"].value or 0) < 20


def test_what_does_not_apply_is_not_scored_rather_than_zero() -> None:
    report = own_scores(REPORT)
    for name in ("rubric_causes", "rubric_matters", "rubric_last_year", "praise_first"):
        assert report[name].value is None
        assert report[name].notes
    for name in COST | {"perplexity"}:
        assert report[name].value is None
    alone = SCORERS["copy13"].score(replace(subject(own_text()), others=()))
    assert alone.value is None


def test_an_empty_text_is_worst_or_not_scored_and_never_breaks() -> None:
    scores = score_subject(subject(""))
    assert not [s.notes for s in scores.values() if s.notes and s.notes[0].startswith("评分出错")]
    worst = {"headings": 0, "recall": 0, "claims": 0, "length": 0, "length_least": 0, "counts": 0}
    worst |= {"closure": 0, "grounded": 0, "rubric": 0, "characters": 0}
    assert {name: scores[name].value for name in worst} == worst
    for name in ("figure_precision", "rep8", "sentence", "chrf", "order", "text_errors"):
        assert scores[name].value is None


def test_every_scorer_tells_formula_and_range() -> None:
    for scorer in SCORERS.values():
        assert "." in scorer.formula
        assert re.search(r"Range|Mean characters|As rep8", scorer.formula), scorer.id
    assert sum(weight for weight, _ in DIMENSIONS) == 100
    assert len(DIMENSIONS) == 8


@pytest.mark.parametrize(
    ("required", "produced", "expected"),
    [(1000, 1000, 100), (1000, 0, 0), (1000, 2000, 100 * 2 / 3), (1000, 4000, 0), (1000, 5000, 0),
     (1000, 500, 50), (1000, 800, 87.5), (1000, 333, 0)],
)  # fmt: skip
def test_s_l(required: int, produced: int, expected: float) -> None:
    assert s_l(required, produced) == pytest.approx(expected)


def test_copied_formulations_and_own_facts_do_not_count() -> None:
    said = "2022年12次集中学习中有5次没有安排研讨"
    wordings = RuleData().section("formulations", Formulations).wordings
    formula = max(wordings, key=len)
    other = ExampleText(id="same", spec=tiny_spec(), text=f"{said}。{formula}。")
    scored = replace(short(f"{formula}。{said}。"), others=(other,))
    assert SCORERS["copy13"].score(scored).value == 0


def test_what_every_document_says_is_no_leak() -> None:
    text = own_text().replace("。", "。严格执行中央八项规定精神情况。2024年1月召开。", 1)
    assert value("leaks", text) == 0


def test_reading_is_the_same_in_markdown_and_plain() -> None:
    markdown = own_text()
    bold = re.sub(r"^#+ (.*)$", r"**\1**", markdown, flags=re.MULTILINE)
    listed = re.sub(r"^([一二三四五六七八九]+是)", r"- \1", markdown, flags=re.MULTILINE)
    numbered = re.sub(r"^([一二三四五六七八九]+是)", r"1. \1", markdown, flags=re.MULTILINE)
    plain = re.sub(r"^#+ ", "", markdown, flags=re.MULTILINE)
    for other in (bold, listed, numbered, plain):
        assert printed(other) == printed(markdown)


Change = Callable[[str], str]


def fact_of(role: str) -> str:
    plan = EXAMPLES[SELF_EXAMINATION].plan
    text = own_text()
    facts = (f.text for s in plan.slots() if s.role == role for f in s.facts)
    return next(fact for fact in facts if text.count(fact) == 1 and re.search(r"\d", fact))


def untold(role: str) -> Change:
    """Without a fact of that role, and without the mark behind it."""
    fact = fact_of(role)
    place = own_text().index(fact) + len(fact)
    return put(fact + own_text()[place], "")


def nobody_by_no_date(text: str) -> str:
    """The first measure without owner and deadline."""
    block = block_of("measures.1.1")
    return put(block, re.sub(r"，由\w+牵头，|\d{4}年\d+月底前", "", block))(text)


def block_of(slot_id: str) -> str:
    slot = next(s for s in EXAMPLES[SELF_EXAMINATION].plan.slots() if s.id == slot_id)
    return next(b for b in own_text().split("\n\n") if b.startswith(slot.ordinal + slot.opening))


def without(*blocks: str) -> Change:
    def change(text: str) -> str:
        kept = [block for block in text.split("\n\n") if block not in blocks]
        assert len(kept) == len(text.split("\n\n")) - len(blocks)
        return "\n\n".join(kept)

    return change


def put(old: str, new: str) -> Change:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


def behind(slot_id: str, sentence: str) -> Change:
    """A sentence at the end of a paragraph."""
    block = block_of(slot_id)
    return put(block, block + sentence)


def heading(section: int) -> str:
    planned = EXAMPLES[SELF_EXAMINATION].plan.parts[1].sections[section]
    return f"### {planned.number}{planned.heading}"


def swapped_headings(text: str) -> str:
    first, second = heading(0), heading(1)
    return text.replace(first, "@", 1).replace(second, first, 1).replace("@", second, 1)


def taken_over(text: str) -> str:
    """A paragraph of another worked example in place of one's own."""
    other = next(p for p in EXAMPLES["zijing-shichang-2023-theme"].draft.points() if p.ordinal)
    return text.replace(block_of("problems.1.1"), block_of("problems.1.1") + other.body, 1)


FOREIGN_FACT = next(
    fact.text
    for slot in EXAMPLES["zijing-shichang-2023-theme"].plan.slots()
    if slot.role == "problem"
    for fact in slot.facts
    if len(re.findall(r"\d{2,}", fact.text)) > 1
)

# What moves whenever words are added or taken away; and what is made up of other scores.
LENGTHS = {"length", "length_parts", "length_least", "characters", "sentence", "rubric_length"}
LIKENESS = {"chrf", "rouge_l"}
SLIGHT = LENGTHS | LIKENESS | {"rep8", "rep13", "empty_talk", "copy13", "rubric", "long_sentences"}

DEFECTS: dict[str, tuple[Change, set[str], set[str]]] = {
    # what is planted, what it must lower, what else it may move
    "missing heading": (
        put(heading(0) + "\n\n", ""),
        {"structure", "headings", "rubric_structure"},
        {"counts", "numbering", "order", "rubric_problems", "grounded", "closure", "praise_first"},
    ),
    "reworded heading": (
        put(heading(1), heading(1)[:8] + "其他方面"),
        {"structure", "headings", "rubric_structure"},
        {"order", "recall"},
    ),
    "swapped headings": (
        swapped_headings,
        {"structure", "headings", "order", "numbering", "rubric_structure"},
        {"counts"},
    ),
    "missing point": (
        without(block_of("problems.1.2")),
        {"structure", "counts", "numbering", "recall", "claims", "grounded", "rubric_problems"},
        {"specificity", "measures_idle", "figure_precision", "closure"},
    ),
    "invented figure": (
        behind("problems.1.1", "另有9876户没有走访到。"),
        {"figures_wrong", "figure_precision", "hard_fails"},
        {"specificity"},
    ),
    "invented place": (
        behind("problems.1.1", "鹤山村没有人去过。"),
        {"names_wrong", "name_precision", "hard_fails"},
        set(),
    ),
    "changed figure": (
        put(fact_of("problem"), re.sub(r"\d+(?=[件次个名])", "9876", fact_of("problem"))),
        {"figures_wrong", "figure_precision", "recall", "hard_fails"},
        {"specificity", "grounded", "rubric_problems", "derived"},
    ),
    "invented share": (
        behind("problems.1.1", "大多数科室都是如此。"),
        {"derived"},
        set(),
    ),
    "missing measure": (
        without(block_of("measures.1.1")),
        {"structure", "counts", "numbering", "recall", "closure", "rubric_measures"},
        set(),
    ),
    "another's paragraph": (
        taken_over,
        {"copy13", "copy_longest", "hard_fails"},
        {"leaks", "figures_wrong", "figure_precision", "names_wrong", "name_precision", "voice",
         "derived", "specificity", "text_errors", "rubric_wording"},
    ),
    "another's fact": (
        behind("problems.1.1", FOREIGN_FACT + "。"),
        {"leaks", "figures_wrong", "figure_precision", "hard_fails"},
        {"names_wrong", "name_precision", "voice", "copy_longest", "specificity", "derived"},
    ),
    "damaged formulation": (
        behind("problems.1.1", "没有做到增强“四个自信”、坚定“四个意识”。"),
        {"formulations", "rubric_wording"},
        {"names_wrong", "name_precision"},
    ),
    "clashing marks": (
        behind("problems.1.1", "班子心里没有数，。"),
        {"text_errors", "rubric_wording"},
        set(),
    ),
    "praise first": (
        behind("problems.1.1", "虽然学习抓得比较紧，但是联系实际不够。"),
        {"praise_first", "rubric_problems"},
        set(),
    ),
    "excuse": (
        behind("causes.1", "由于业务工作繁重，静不下心来学。"),
        {"rubric_causes"},
        set(),
    ),
    "said twice": (
        behind("problems.1.1", block_of("problems.1.1").partition("。")[2]),
        {"same_sentences", "rep13"},
        {"grounded"},
    ),
    "slogans": (
        behind("measures.1.1", "值得注意的是，推动各项工作再上新台阶，谱写新篇章。"),
        {"empty_talk"},
        set(),
    ),
    "commonplaces": (
        behind("problems.1.1", "工作标准不高，创新意识不足。"),
        {"specificity", "empty_talk"},
        set(),
    ),
    "another level": (
        behind("problems.1.1", "我镇干部也没有去过。"),
        {"voice", "hard_fails"},
        set(),
    ),
    "idle measure": (
        nobody_by_no_date,
        {"measures_idle", "closure", "recall", "rubric_measures"},
        set(),
    ),
    "matter left out": (
        untold("matter"),
        {"recall", "rubric_matters"},
        set(),
    ),
    "last year's work left out": (
        untold("last_year"),
        {"recall", "rubric_last_year"},
        set(),
    ),
    "endless sentence": (
        behind("causes.1", "字" * 5000 + "。"),
        {"length", "length_parts", "length_least", "rubric_length", "long_sentences", "rep8",
         "rep13"},
        {"chrf", "rouge_l"},
    ),
    "visible mark": (
        behind("problems.1.1", "【待补：具体事例】"),
        {"open_marks", "hard_fails"},
        {"text_errors", "rubric_wording"},
    ),
}  # fmt: skip


def worse(before: Score, after: Score, best: str) -> bool:
    assert before.value is not None
    assert after.value is not None
    return after.value < before.value if best == "high" else after.value > before.value


@pytest.mark.slow
@pytest.mark.parametrize("name", DEFECTS)
def test_a_planted_defect_moves_what_it_should(name: str) -> None:
    change, lowered, allowed = DEFECTS[name]
    if lowered & {scorer.id for _, scorer in DIMENSIONS}:
        lowered = lowered | {"rubric"}
    before, after = own_scores(), score_subject(subject(change(own_text())))
    for scorer in lowered:
        assert worse(before[scorer], after[scorer], SCORERS[scorer].best), scorer
    moved = {s for s in SCORERS if after[s].value != before[s].value}
    assert moved - lowered - allowed - SLIGHT == set()
    for scorer in SLIGHT - LENGTHS - lowered - allowed:
        old, new = before[scorer].value, after[scorer].value
        assert old is not None
        assert new is not None
        assert abs(new - old) < 6, scorer


class UniformEngine:
    """Finds every one of four tokens equally probable; a character is a token."""

    def tokenize(self, text: str) -> list[int]:
        return ["甲乙丙丁".index(character) for character in text]

    def submit(self, request: Request) -> "UniformEngine":
        assert request.constraint
        constraint = request.constraint()
        for _ in range(request.max_tokens):
            logits = np.zeros(4, dtype=np.float32)
            constraint.apply(logits)
            (possible,) = np.flatnonzero(np.isfinite(logits))
            constraint.advance(int(possible))
        return self

    def result(self) -> None:
        return None


@pytest.mark.parametrize("length", [2, 256, 257, 700])
def test_perplexity_of_the_uniform_is_the_number_of_tokens(length: int) -> None:
    engine = cast(Engine, UniformEngine())
    assert perplexity(engine, ("甲乙丁丙乙" * 140)[:length]) == pytest.approx(4)
    assert perplexity(engine, "甲") is None


def test_surprise_by_hand() -> None:
    forced = ForcedText([1])
    logits = np.log(np.array([0.5, 0.125, 0.375], dtype=np.float32))
    forced.apply(logits)
    assert forced.surprise == pytest.approx(np.log(8))
    assert list(np.isfinite(logits)) == [False, True, False]


def test_every_scorer_is_moved_by_some_defect() -> None:
    """But those of cost, and those in which neither way is better."""
    moved = set().union(*(lowered for _, lowered, _ in DEFECTS.values())) | {"rubric"}
    assert {s for s, own in SCORERS.items() if own.best != "none"} - COST - moved == set()
