"""The worked examples that are shipped, and which of them are shown."""

import functools
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from unit_specs import unit_spec

from assistant.checks.copied import RUN, Exempt, counting
from assistant.checks.data import RuleData
from assistant.checks.findings import Severity
from assistant.checks.gates import LEAK_RUN, GateContext, judge
from assistant.checks.rules.formulations_data import Formulations
from assistant.errors import InputError
from assistant.examples.selector import ExampleQuery, SlotExampleSelector
from assistant.examples.store import (
    SlotExample,
    WorkedExample,
    formulas,
    read_example,
    shipped_examples,
    slot_examples,
    unit_level,
)
from assistant.kinds import get_kind
from assistant.plan import SlotRole
from assistant.settings import data_folder
from assistant.spec import UnitSpec, texts
from assistant.spec_file import read_spec
from assistant.text.sentences import han, ngrams

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT.parent / "shared" / "corpus"
COPIED = 24
"""A run of so many Chinese characters is no coincidence."""

SHARED = 0.005
"""Share of its runs that an example may have in common with another one."""

ROLES: tuple[SlotRole, ...] = ("lead", "problem", "case", "cause", "measure", "work", "next_step")
EVERY_EXAMPLE = pytest.mark.parametrize("example", shipped_examples(), ids=lambda e: e.slug)


@functools.cache
def corpus_runs() -> frozenset[str]:
    """Every long run of the real documents that taught the manner, less what kinds prescribe."""
    files = sorted(CORPUS.glob("*.txt"))
    if not files:
        pytest.skip("the corpus is not here")
    documents = [file.read_text(encoding="utf-8", errors="replace") for file in files]
    return frozenset(run for text in documents for run in ngrams(text, COPIED))


def prescribed(spec: UnitSpec) -> str:
    """What the notices word for everybody: the kind's headings and terms."""
    kind = get_kind(spec.kind)
    return "，".join(han(text) for text in (*(a.name for a in kind.aspects), *kind.terms))


@EVERY_EXAMPLE
def test_an_example_leaves_nothing_out(example: WorkedExample) -> None:
    assert [point.slot for point in example.draft.points() if point.unused] == []
    assert [point.slot for point in example.draft.points() if point.gaps] == []
    assert len(slot_examples(example)) == len(list(example.plan.slots()))


@EVERY_EXAMPLE
def test_an_example_passes_the_gates(example: WorkedExample) -> None:
    slots = {slot.id: slot for slot in example.plan.slots()}
    shown = [
        (point.slot, finding.message)
        for point in example.draft.points()
        if not slots[point.slot].told  # code tells these; no model learns from them
        for finding in judge(point.body, GateContext(slots[point.slot], example.kind.terms))
        if finding.severity is Severity.ERROR
    ]
    assert shown == []


@EVERY_EXAMPLE
def test_an_example_is_as_long_as_its_spec_asks(example: WorkedExample) -> None:
    assert example.draft.characters == pytest.approx(example.plan.length, rel=0.15)


@EVERY_EXAMPLE
def test_an_example_copies_no_real_document(example: WorkedExample) -> None:
    runs = corpus_runs()
    allowed = prescribed(example.spec)
    written = [e.body for e in slot_examples(example)]
    copied = {run for text in written for run in ngrams(text, COPIED) if run in runs}
    assert [run for run in copied if run not in allowed] == []


SPECS = sorted([*ROOT.glob("examples/*.yaml"), *data_folder("fewshot").glob("*/unit.yaml")])


@pytest.mark.parametrize("file", SPECS, ids=[f"{f.parent.name}/{f.stem}" for f in SPECS])
def test_a_shipped_spec_holds_and_copies_no_real_document(file: Path) -> None:
    spec = read_spec(file)
    told = [text for where, text in texts(spec) if where[-1] != "name"]
    runs = corpus_runs()
    assert [run for text in told for run in ngrams(text, COPIED) if run in runs] == []


@functools.cache
def runs() -> dict[str, frozenset[str]]:
    """Of each example the runs of 13 characters in its paragraphs that are no formulation."""
    return {example.slug: frozenset(runs_of(example)) for example in shipped_examples()}


def runs_of(example: WorkedExample) -> Iterator[str]:
    points = (
        point for part in example.draft.parts for sec in part.sections for point in sec.points
    )
    text = han("".join(point.body for point in points))
    covered = Exempt((), RuleData().section("formulations", Formulations).wordings).covered(text)
    for i, counts in enumerate(counting(covered)):
        if counts:
            yield text[i : i + RUN]


@EVERY_EXAMPLE
def test_an_example_hardly_shares_a_run_with_another(example: WorkedExample) -> None:
    mine = runs()[example.slug]
    for slug, others in runs().items():
        if slug != example.slug:
            assert len(mine & others) < SHARED * len(mine), slug


def test_units_are_all_different() -> None:
    units = [read_spec(file).unit for file in SPECS]
    assert len(set(units)) == len(units)


def test_every_role_has_examples_enough() -> None:
    have = Counter(e.slot.role for example in shipped_examples() for e in slot_examples(example))
    assert {role: have[role] for role in ROLES if have[role] < 4} == {}
    assert have["last_year"] >= 4
    assert have["matter"] >= 4


def selected(writing: UnitSpec, role: SlotRole, budget: int, most: int = 4) -> list[SlotExample]:
    """The examples shown for a role of a document; a character counts as a token."""
    selector = SlotExampleSelector(
        shipped_examples(), writing=writing, count_tokens=len, token_budget=budget, most=most
    )
    kind = get_kind(writing.kind)
    claims = "，".join(problem.claim for a in writing.aspects for problem in a.problems)
    query = ExampleQuery(role=role, kind=kind, unit=writing.unit, claims=claims)
    return [chosen["example"] for chosen in selector.select_examples({"query": query})]


def cost(example: SlotExample) -> int:
    """What an example takes of the budget."""
    return len(example.point.body) + sum(len(fact.text) for fact in example.slot.facts)


@EVERY_EXAMPLE
def test_a_unit_is_never_shown_its_own_document(example: WorkedExample) -> None:
    for role in ROLES:
        shown = selected(example.spec, role, budget=10**6, most=6)
        assert shown, role
        assert all(e.slot.role == role for e in shown)
        assert all(e.example.spec.unit != example.spec.unit for e in shown)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("budget", [300, 560, 900, 5000])
def test_the_selection_keeps_to_its_budget(role: SlotRole, budget: int) -> None:
    shown = selected(unit_spec(), role, budget)
    assert 1 <= len(shown) <= 4
    assert len(shown) == 1 or sum(map(cost, shown)) <= budget
    assert len({(e.example.slug, e.slot.id) for e in shown}) == len(shown)


def test_a_larger_budget_shows_more() -> None:
    sizes = [len(selected(unit_spec(), "problem", budget)) for budget in (1, 500, 2000)]
    assert sizes[0] == 1
    assert sizes[0] < sizes[1] < sizes[2] == 4


def test_the_most_fitting_stands_last() -> None:
    shown = selected(unit_spec(), "measure", budget=5000)
    (best,) = selected(unit_spec(), "measure", budget=5000, most=1)
    assert shown[-1].slot == best.slot
    assert shown[0].slot != best.slot
    assert shown[-1].example.kind.id == "minzhu-2024"
    assert all(e.example.kind.genre == "self_examination" for e in shown)


def test_the_selection_is_the_same_every_time() -> None:
    one, other = (selected(unit_spec(), "problem", budget=900) for _ in range(2))
    assert [e.point for e in one] == [e.point for e in other]


def test_formulas_are_what_several_documents_share() -> None:
    one, other, *_ = shipped_examples()
    assert formulas([one]) == frozenset()
    own = {run for text in one.draft.paragraphs() for run in ngrams(text, LEAK_RUN)}
    assert formulas([one, one]) == own
    assert formulas([one, other]) < own


@pytest.mark.parametrize(
    ("unit", "level"),
    [
        ("芷坪街道办事处机关党支部", "支部"),
        ("清河镇党委", "乡镇"),
        ("芷坪街道办事处", "乡镇"),
        ("松川县水利局", "县"),
        ("麓原市林业局", "市"),
        ("市局质量管理科", "处室"),
        ("松川县第一中学", "学校"),
        ("松川县水务集团有限公司", "企业"),
        ("某单位", ""),
    ],
)
def test_the_level_of_a_unit(unit: str, level: str) -> None:
    assert unit_level(unit) == level


def test_a_broken_example_is_told_with_its_file(tmp_path: Path) -> None:
    folder = data_folder("fewshot") / shipped_examples()[0].slug
    for name in ("unit.yaml", "document.md"):
        text = (folder / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace("## 一、", "## 二、"), encoding="utf-8")
    with pytest.raises(InputError, match="此处应为“## 一、"):
        read_example(tmp_path)
    (tmp_path / "document.md").unlink()
    with pytest.raises(InputError, match="没有这个文件"):
        read_example(tmp_path)
