"""A draft that is not true to its plan cannot be built."""

from collections.abc import Callable

import pytest
from pydantic import ValidationError
from unit_specs import stated_points

from assistant.draft import Draft, Point, Sentence, assemble
from assistant.plan import Plan

Points = dict[str, Point]
PROBLEM, BARE, MEASURE = "problems.1.1", "problems.1.2", "measures.1.1"


def with_sentences(point: Point, *sentences: Sentence) -> Point:
    """The point with other sentences."""
    return point.model_copy(update={"sentences": sentences})


def swap(points: Points) -> None:
    points["problems.1.1"], points["problems.2.1"] = points["problems.2.1"], points["problems.1.1"]


def swap_within_a_section(points: Points) -> None:
    points[PROBLEM], points[BARE] = points[BARE], points[PROBLEM]


def change_the_ordinal(points: Points) -> None:
    points[PROBLEM] = points[PROBLEM].model_copy(update={"ordinal": "二是"})


def drop_the_gap(points: Points) -> None:
    points[BARE] = points[BARE].model_copy(update={"gaps": ()})


def change_the_opening(points: Points) -> None:
    first, *rest = points[PROBLEM].sentences
    changed = first.model_copy(update={"text": "上级部署落实得很快。"})
    points[PROBLEM] = with_sentences(points[PROBLEM], changed, *rest)


def drop_the_ending(points: Points) -> None:
    points["lead"] = with_sentences(points["lead"], *points["lead"].sentences[:-1])


def cite_a_fact_of_another_slot(points: Points) -> None:
    stray = Sentence(text="下乡走过场。", facts=("problems.2.1.f1",))
    points[PROBLEM] = with_sentences(points[PROBLEM], *points[PROBLEM].sentences, stray)


def cite_a_fact_that_nobody_told(points: Points) -> None:
    stray = Sentence(text="此事属实。", facts=("problems.1.1.f9",))
    points[PROBLEM] = with_sentences(points[PROBLEM], *points[PROBLEM].sentences, stray)


def forget_a_fact(points: Points) -> None:
    kept = (s.model_copy(update={"facts": ()}) for s in points[PROBLEM].sentences)
    points[PROBLEM] = with_sentences(points[PROBLEM], *kept)


def use_a_fact_and_call_it_unused(points: Points) -> None:
    points[PROBLEM] = points[PROBLEM].model_copy(update={"unused": ("problems.1.1.f1",)})


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (swap, "instead of problems.1.1 一是"),
        (swap_within_a_section, "instead of problems.1.1 一是"),
        (change_the_ordinal, "二是 instead of problems.1.1 一是"),
        (drop_the_gap, "instead of problems.1.2"),
        (change_the_opening, "does not begin and end as planned"),
        (drop_the_ending, "point lead does not begin and end as planned"),
        (cite_a_fact_of_another_slot, "does not account for each of its facts"),
        (cite_a_fact_that_nobody_told, "does not account for each of its facts"),
        (forget_a_fact, "does not account for each of its facts"),
        (use_a_fact_and_call_it_unused, "does not account for each of its facts"),
    ],
)
def test_points_that_are_not_the_plans(
    plan: Plan, spoil: Callable[[Points], None], why: str
) -> None:
    points = stated_points(plan)
    spoil(points)
    with pytest.raises(ValidationError, match=why):
        assemble(plan, points)


def test_a_slot_that_was_not_written(plan: Plan) -> None:
    points = stated_points(plan)
    del points[MEASURE]
    with pytest.raises(KeyError, match=MEASURE):
        assemble(plan, points)


def without_last_point(draft: Draft) -> dict[str, object]:
    part = draft.parts[1]
    section = part.sections[0]
    shorter = section.model_copy(update={"points": section.points[:-1]})
    sections = (shorter, *part.sections[1:])
    return {"parts": replaced(draft, 1, sections=sections)}


def with_heading(draft: Draft) -> dict[str, object]:
    return {"parts": replaced(draft, 1, heading="主要成绩")}


def with_number(draft: Draft) -> dict[str, object]:
    return {"parts": replaced(draft, 1, number="三、")}


def with_section_heading(draft: Draft) -> dict[str, object]:
    first, *rest = draft.parts[1].sections
    changed = first.model_copy(update={"heading": "学习方面"})
    return {"parts": replaced(draft, 1, sections=(changed, *rest))}


def with_announcement(draft: Draft) -> dict[str, object]:
    first, *rest = draft.parts[1].sections
    changed = first.model_copy(update={"intro": "主要存在三个方面问题："})
    return {"parts": replaced(draft, 1, sections=(changed, *rest))}


def without_section(draft: Draft) -> dict[str, object]:
    return {"parts": replaced(draft, 1, sections=draft.parts[1].sections[:-1])}


def with_sections_swapped(draft: Draft) -> dict[str, object]:
    return {"parts": replaced(draft, 1, sections=draft.parts[1].sections[::-1])}


def without_part(draft: Draft) -> dict[str, object]:
    return {"parts": draft.parts[:-1]}


def with_other_title(_: Draft) -> dict[str, object]:
    return {"title": "对照检查材料（4500字）"}


def with_other_closing(_: Draft) -> dict[str, object]:
    return {"closing": "我们一定再上新台阶。"}


def replaced(draft: Draft, index: int, **changes: object) -> tuple[object, ...]:
    """The parts, one of them changed."""
    parts = list(draft.parts)
    parts[index] = parts[index].model_copy(update=changes)
    return tuple(parts)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (without_last_point, "1 points in .* instead of 2"),
        (with_heading, "part 二、主要成绩 instead of 二、存在的主要问题"),
        (with_number, "part 三、存在的主要问题 instead of 二、"),
        (with_section_heading, "section （一）学习方面 instead of"),
        (with_announcement, "section （一）"),
        (without_section, "3 sections in 存在的主要问题 instead of 4"),
        (with_sections_swapped, "section （四）"),
        (without_part, "3 parts instead of 4"),
        (with_other_title, "title or closing"),
        (with_other_closing, "title or closing"),
    ],
)
def test_a_tree_that_is_not_the_plans(
    draft: Draft, change: Callable[[Draft], dict[str, object]], why: str
) -> None:
    fields = {name: getattr(draft, name) for name in Draft.model_fields}
    assert Draft(**fields) == draft
    with pytest.raises(ValidationError, match=why):
        Draft(**fields | change(draft))


def test_a_draft_reads_back_from_its_json(draft: Draft) -> None:
    assert Draft.model_validate_json(draft.model_dump_json()) == draft


def test_marks_stand_in_the_printed_text_and_not_in_the_body(plan: Plan) -> None:
    points = stated_points(plan)
    first, *rest = points[PROBLEM].sentences
    doubted = first.model_copy(update={"doubt": "数字没有依据"})
    points[PROBLEM] = with_sentences(points[PROBLEM], doubted, *rest)
    printed = {point.slot: point for point in assemble(plan, points).points()}
    assert printed[PROBLEM].text.startswith("一是上级部署落实不够快。【待核】比如，2024年3月")
    assert "【" not in printed[PROBLEM].body
    gap = "【待补：能说明“请示报告不够及时”的具体事实：何事、何时、多少】"
    assert printed[BARE].text == f"二是请示报告不够及时。{gap}"


def test_characters_are_those_of_the_printed_text(draft: Draft) -> None:
    assert draft.characters == len("".join("".join(draft.paragraphs()).split()))
    assert next(draft.paragraphs()) == draft.title
