"""Scores of finished texts: perfect for the shipped documents, and every fault shows."""

import re
from dataclasses import asdict

import pytest

from assistant.evaluation.scores import Scores, score
from assistant.examples.store import WorkedExample, shipped_examples
from assistant.markdown import render

EXAMPLES = {example.slug: example for example in shipped_examples()}


@pytest.fixture
def example() -> WorkedExample:
    """A self-examination in which every aspect stands once under the problems and once more."""
    return EXAMPLES["luyuan-linye-2024"]


@pytest.fixture
def text(example: WorkedExample) -> str:
    return render(example.draft)


def changes(example: WorkedExample, text: str) -> dict[str, object]:
    """What the scores of a changed text differ in from the document's own."""
    own = asdict(score(render(example.draft), example.plan))
    return {
        name: value
        for name, value in asdict(score(text, example.plan)).items()
        if value != own[name] and name != "characters"
    }


def without(text: str, *blocks: str) -> str:
    """The text without the paragraphs that begin so."""
    kept = [block for block in text.split("\n\n") if not block.startswith(blocks)]
    assert len(kept) < len(text.split("\n\n"))
    return "\n\n".join(kept)


@pytest.mark.parametrize("slug", EXAMPLES)
def test_shipped_documents_are_perfect(slug: str) -> None:
    example = EXAMPLES[slug]
    found = score(render(example.draft), example.plan)
    assert found.headings_right == found.headings > 5
    assert found.problems_present == found.problems > 0
    assert found.facts_used == found.facts > 0
    assert found.measures_present == found.measures > 0
    assert found.unsupported == ()
    assert found.characters == example.draft.characters
    assert found.length == example.plan.length


def test_plain_text_scores_as_markdown_does(example: WorkedExample, text: str) -> None:
    plain = "\n".join(example.draft.paragraphs())
    bold = re.sub(r"^#+ (.*)$", r"**\1**", text, flags=re.MULTILINE)
    listed = re.sub(r"^([一二三四五六七八九]+是)", r"- \1", text, flags=re.MULTILINE)
    assert listed != text
    for other in (plain, bold, listed):
        assert changes(example, other) == {}


def test_nothing_at_all(example: WorkedExample) -> None:
    nothing = score("", example.plan)
    assert nothing == Scores(
        headings=nothing.headings,
        headings_right=0,
        problems=nothing.problems,
        problems_present=0,
        facts=nothing.facts,
        facts_used=0,
        measures=nothing.measures,
        measures_present=0,
        unsupported=(),
        characters=0,
        length=example.plan.length,
    )


def test_missing_heading_is_one_heading(example: WorkedExample, text: str) -> None:
    right = score(text, example.plan).headings_right
    section = example.plan.parts[1].sections[0]
    heading = f"### {section.number}{section.heading}\n\n"
    assert heading in text
    assert changes(example, text.replace(heading, "", 1)) == {"headings_right": right - 1}


def test_reworded_heading(example: WorkedExample, text: str) -> None:
    right = score(text, example.plan).headings_right
    section = example.plan.parts[1].sections[1]
    changed = text.replace(f"{section.number}{section.heading}", f"{section.number}其他", 1)
    assert changes(example, changed) == {"headings_right": right - 1}


def test_headings_in_another_order(example: WorkedExample, text: str) -> None:
    right = score(text, example.plan).headings_right
    first, second = (f"### {s.number}{s.heading}\n" for s in example.plan.parts[1].sections[:2])
    swapped = text.replace(first, "@", 1).replace(second, first, 1).replace("@", second, 1)
    assert changes(example, swapped) == {"headings_right": right - 1}


def test_changed_figure(example: WorkedExample, text: str) -> None:
    fact = next(f.text for s in example.plan.slots() if s.role == "problem" for f in s.facts)
    figure = re.findall(r"\d+(?=[件个次人份])", fact)[-1]
    assert fact in text
    changed = text.replace(fact, fact.replace(figure, "9876"))
    found = score(changed, example.plan)
    assert [f[:4] for f in found.unsupported] == ["9876"]
    assert found.facts_used == found.facts - 1


def test_figures_of_an_invented_sentence(example: WorkedExample, text: str) -> None:
    added = text + "\n另有9876户和百分之九十九的党员参加。\n"
    assert score(added, example.plan).unsupported == ("9876户", "百分之九十九")


def test_numbers_of_a_list_are_no_figures(example: WorkedExample, text: str) -> None:
    listed = text + "\n".join(f"{number}. 抓好落实" for number in range(41, 50))
    assert score(listed, example.plan).unsupported == ()


def test_dropped_fact(example: WorkedExample, text: str) -> None:
    facts = [f for s in example.plan.slots() if s.role == "problem" for f in s.facts]
    fact = next(f.text for f in facts if text.count(f.text) == 1)
    used = score(text, example.plan).facts_used
    assert changes(example, text.replace(fact, "")) == {"facts_used": used - 1}


def test_dropped_problem_though_its_measure_names_it(example: WorkedExample, text: str) -> None:
    slot = next(s for s in example.plan.slots() if s.id == "problems.1.1")
    found = score(without(text, f"{slot.ordinal}{slot.claim}。"), example.plan)
    assert f"针对{slot.claim}的问题" in text
    assert found.problems_present == found.problems - 1
    assert found.facts_used == found.facts - len(slot.facts)
    assert found.measures_present == found.measures


def test_dropped_measure(example: WorkedExample, text: str) -> None:
    slot = next(s for s in example.plan.slots() if s.id == "measures.1.1")
    found = score(without(text, f"{slot.ordinal}{slot.opening}"), example.plan)
    assert found.measures_present == found.measures - len(slot.facts)
    assert (found.problems_present, found.facts_used) == (found.problems, found.facts)


@pytest.mark.parametrize("word", [0, 1], ids=["owner", "due"])
def test_measure_without_who_or_by_when(example: WorkedExample, text: str, word: int) -> None:
    slot = next(s for s in example.plan.slots() if s.id == "measures.1.1")
    (block,) = [b for b in text.split("\n\n") if b.startswith(f"{slot.ordinal}{slot.opening}")]
    found = score(text.replace(block, block.replace(slot.facts[0].exact[word], "")), example.plan)
    assert found.measures_present < found.measures


def test_what_is_marked_as_missing_is_not_there(example: WorkedExample) -> None:
    claim = next(s.claim for s in example.plan.slots() if s.role == "problem")
    found = score(f"【待补：{claim}，9876户】", example.plan)
    assert (found.problems_present, found.unsupported, found.characters) == (0, (), 0)
