"""Cases: nothing of a held-out document is known from the examples."""

from pathlib import Path

import pytest
from evaluation_logs import EXAMPLES, SELF_EXAMINATION, worked_case

from assistant.errors import InputError
from assistant.evaluation.case import leave_one_out, read_cases, refuse_leaks, shown_examples
from assistant.examples.store import WorkedExample
from assistant.markdown import parse, render
from assistant.planner import make_plan
from assistant.settings import data_folder
from assistant.spec import UnitSpec

ALL = tuple(EXAMPLES.values())
OTHERS = tuple(e for e in ALL if e.slug != SELF_EXAMINATION)


def rewritten(example: WorkedExample, slug: str, **changes: object) -> WorkedExample:
    """The same document under another name, about another unit."""
    data = example.spec.model_dump(by_alias=True) | changes
    spec = UnitSpec.model_validate(data)
    plan = make_plan(spec, example.kind)
    text = render(example.draft).replace(example.spec.unit, spec.unit)
    return WorkedExample(slug, spec, example.kind, plan, parse(text, plan))


def test_each_example_is_withheld_from_its_own_case_alone() -> None:
    cases = leave_one_out(ALL)
    assert [case.id for case in cases] == [example.slug for example in ALL]
    for case in cases:
        assert case.withheld == (case.id,)
        assert case.id not in {example.slug for example in shown_examples(case, ALL)}
        assert len(shown_examples(case, ALL)) == len(ALL) - 1
    refuse_leaks(cases, ALL)


def test_a_twin_about_another_unit_is_withheld_too() -> None:
    twin = rewritten(EXAMPLES[SELF_EXAMINATION], "twin", unit="他山市林业局")
    cases = {case.id: case for case in leave_one_out((*ALL, twin))}
    assert cases[SELF_EXAMINATION].withheld == (SELF_EXAMINATION, "twin")
    assert cases["twin"].withheld == (SELF_EXAMINATION, "twin")
    assert sum(len(case.withheld) for case in cases.values()) == len(ALL) + 3


def test_another_document_of_the_same_unit_is_withheld() -> None:
    first, second = OTHERS[0], OTHERS[1]
    same = rewritten(second, "same-unit", unit=first.spec.unit)
    cases = {case.id: case for case in leave_one_out((first, same))}
    assert cases[first.slug].withheld == tuple(sorted((first.slug, "same-unit")))


def test_a_case_known_from_the_examples_is_refused() -> None:
    case = worked_case(EXAMPLES[SELF_EXAMINATION]).model_copy(update={"id": "mine", "withheld": ()})
    with pytest.raises(InputError, match=f"“mine”与范例“{SELF_EXAMINATION}”"):
        refuse_leaks([case], ALL)
    refuse_leaks([case], OTHERS)


def test_a_case_that_took_over_a_few_paragraphs_is_refused() -> None:
    own = worked_case(OTHERS[0])
    taken = [p.text for p in EXAMPLES[SELF_EXAMINATION].draft.points()][3:7]
    case = own.model_copy(
        update={"reference": own.reference + "\n\n" + "\n\n".join(taken), "withheld": (own.id,)}
    )
    refuse_leaks([own], ALL)
    with pytest.raises(InputError, match=SELF_EXAMINATION):
        refuse_leaks([case], ALL)


def test_a_users_folder_holds_worked_and_raw_cases(tmp_path: Path) -> None:
    shipped = data_folder("fewshot") / SELF_EXAMINATION
    worked = tmp_path / "first"
    worked.mkdir()
    for name in ("unit.yaml", "document.md"):
        (worked / name).write_bytes((shipped / name).read_bytes())
    raw = render(EXAMPLES[SELF_EXAMINATION].draft).replace("#", "").replace("\n\n ", "\n\n")
    (tmp_path / "second.txt").write_text("　　" + raw, encoding="gb18030")
    (tmp_path / ".hidden.txt").write_text("x", encoding="utf-8")
    first, second = read_cases(tmp_path)
    assert (first.id, first.origin, second.id, second.origin) == (
        "first",
        "worked",
        "second",
        "raw",
    )
    assert first.spec == EXAMPLES[SELF_EXAMINATION].spec
    assert second.spec.unit == first.spec.unit
    claims = {p.claim for aspect in second.spec.aspects for p in aspect.problems}
    assert claims == {p.claim for aspect in first.spec.aspects for p in aspect.problems}


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({}, "没有可评测的材料"),
        ({"a.txt": "今天天气很好。"}, "a.txt：.*不像任何一个文种"),
        ({"a.doc": "x"}, "旧格式"),
    ],
)
def test_a_folder_that_gives_no_cases(tmp_path: Path, files: dict[str, str], words: str) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=words):
        read_cases(tmp_path)


def test_two_cases_of_one_name_are_refused(tmp_path: Path) -> None:
    text = render(EXAMPLES[SELF_EXAMINATION].draft)
    for name in ("a.txt", "a.md"):
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="两份材料都叫“a”"):
        read_cases(tmp_path)


def test_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="没有这个文件或文件夹"):
        read_cases(tmp_path / "none")
