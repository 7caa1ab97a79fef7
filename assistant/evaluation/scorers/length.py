"""Length against what was asked for, as a whole and part by part."""

from assistant.evaluation.passages import match_part
from assistant.evaluation.scorers.scorer import Score, scorer, unscored
from assistant.evaluation.scorers.subject import Subject
from assistant.plan import PartPlan
from assistant.text.sentences import count_characters


def s_l(required: int, produced: int) -> float:
    """LongWriter's S_l, 0 to 100: 100 at the length required, 0 at four times or a third of it."""
    if not produced:
        return 0.0
    if produced > required:
        return 100 * max(0.0, 1 - (produced / required - 1) / 3)
    return 100 * max(0.0, 1 - (required / produced - 1) / 2)


@scorer("length", "篇幅 S_l", best="high")
def length(subject: Subject) -> Score:
    """S_l of the whole, x characters required, y produced: y > x: 100·max(0, 1 − (y/x − 1)/3),
    otherwise 100·max(0, 1 − (x/y − 1)/2), 0 for y = 0. Range 0–100. Source: LongWriter,
    eval_length.py (field guide 5.1)."""
    required = subject.plan.length
    return Score(s_l(required, subject.length), (f"{subject.length}字，要求{required}字",))


@scorer("length_parts", "各部分篇幅", best="high")
def length_parts(subject: Subject) -> Score:
    """Mean S_l of the parts 一、 against their budgets; a part that is missing counts 0. Range
    0–100. Source: field guide 5.1."""
    values = _parts(subject)
    return Score(sum(values.values()) / len(values)) if values else unscored("没有分部分")


@scorer("length_least", "最差部分篇幅", best="high")
def length_least(subject: Subject) -> Score:
    """The least S_l of any part 一、. Range 0–100. Source: field guide 5.1, a total can hide
    errors."""
    values = _parts(subject)
    if not values:
        return unscored("没有分部分")
    worst = min(values, key=lambda heading: values[heading])
    return Score(values[worst], (worst,))


def _parts(subject: Subject) -> dict[str, float]:
    values: dict[str, float] = {}
    for part in subject.plan.parts:
        own = match_part(part, subject.document)
        produced = sum(count_characters(p.text) for p in own.all_paragraphs()) if own else 0
        values[part.number + part.heading] = s_l(_budget(part), produced)
    return values


def _budget(part: PartPlan) -> int:
    slots = sum(slot.budget for section in part.sections for slot in section.slots)
    return slots + sum(count_characters(section.intro) for section in part.sections)


@scorer("characters", "字数", best="none", unit="字")
def characters(subject: Subject) -> Score:
    """Characters without white space and marks. Range 0 and up."""
    return Score(subject.length)


SCORERS = (length, length_parts, length_least, characters)
