"""The form that `assistant new` writes: it explains itself and brings no fact of its own."""

import re
from datetime import date

import pytest

from assistant.errors import SpecError
from assistant.kinds import DocumentKind, all_kinds
from assistant.planner import make_plan
from assistant.spec import PLACEHOLDER, UnitSpec, problems_of
from assistant.spec_file import parse_spec
from assistant.spec_template import spec_template

EVERY_KIND = pytest.mark.parametrize("kind", all_kinds().values(), ids=lambda kind: kind.id)
OPTIONAL = {"last_year", "case", "matters", "causes"}


def filled(template: str) -> str:
    """The form with each placeholder replaced by other words, as a person would."""
    words = (f"第{chr(0x4E00 + i)}条内容" for i in range(1000))
    template = re.sub(f"{PLACEHOLDER}个数", "8", template)
    return re.sub(rf"{PLACEHOLDER}[^\s#]*", lambda _: next(words), template)


def with_optional_blocks(template: str) -> str:
    """The form with the `#` of every optional block deleted."""
    return re.sub(r"^#(?=[a-z]|  )", "", template, flags=re.MULTILINE)


def unfilled(template: str, kind: DocumentKind) -> UnitSpec:
    """The spec that the form is as it stands, which only the placeholders keep from holding."""
    written = template.replace(PLACEHOLDER, "填写")
    spec = parse_spec(re.sub("claim: 填写", lambda m: f"{m[0]}{m.start()}", written), "unit.yaml")
    assert spec.kind == kind.id
    return spec


@EVERY_KIND
def test_the_form_is_a_spec_but_for_its_placeholders(kind: DocumentKind) -> None:
    spec = unfilled(spec_template(kind), kind)
    assert [aspect.name for aspect in spec.aspects] == [aspect.name for aspect in kind.aspects]
    assert (spec.length, spec.speaker) == (kind.length, kind.speaker)
    assert make_plan(spec, kind).title


@EVERY_KIND
def test_the_form_brings_no_facts(kind: DocumentKind) -> None:
    spec = unfilled(spec_template(kind), kind)
    assert spec.lead == {}
    assert not any(problem.facts for _, problem in problems_of(spec))
    assert not any(item.facts for aspect in spec.aspects for item in aspect.work)
    assert not any(m.owner or m.due for _, p in problems_of(spec) for m in p.measures)
    assert OPTIONAL.isdisjoint(spec.model_fields_set)


@EVERY_KIND
def test_an_unfilled_form_is_refused_place_by_place(kind: DocumentKind) -> None:
    template = spec_template(kind)
    with pytest.raises(SpecError) as caught:
        parse_spec(template, "unit.yaml")
    lines = [
        f"unit.yaml 第 {i} 行"
        for i, line in enumerate(template.splitlines(), 1)
        if re.match(rf"[^#]*: {PLACEHOLDER}", line)
    ]
    told = str(caught.value).splitlines()
    assert [line.split("（")[0] for line in told] == lines
    assert all("还没有填" in line for line in told)


@EVERY_KIND
def test_a_filled_form_holds_with_and_without_its_optional_blocks(kind: DocumentKind) -> None:
    template = spec_template(kind)
    bare = parse_spec(filled(template), "unit.yaml")
    roles = {part.role for part in kind.parts} & OPTIONAL
    whole = with_optional_blocks(template)
    if "causes" in roles:  # A cause names a problem in its very words.
        claim = re.escape(f"{PLACEHOLDER}问题") + r"$"
        whole = re.sub(rf"(?<=- ){claim}", "问题甲", whole, flags=re.MULTILINE)
        whole = whole.replace(f"claim: {PLACEHOLDER}问题，一句话，不写数字", "claim: 问题甲", 1)
    full = parse_spec(filled(whole), "unit.yaml")
    assert full.model_fields_set == bare.model_fields_set | roles
    assert not bare.model_fields_set & OPTIONAL
    if full.last_year:
        assert (full.last_year.problems, len(full.last_year.open)) == (8, 1)
    assert [c.claim for c in full.causes] == [c.claim for c in kind.causes]


@EVERY_KIND
def test_every_question_of_the_kind_is_put(kind: DocumentKind) -> None:
    template = spec_template(kind)
    asked = [aspect.ask for aspect in kind.aspects]
    asked += [number.ask for number in kind.lead_numbers.values()]
    assert [question for question in asked if f"{question}\n" not in template] == []


@pytest.mark.parametrize(
    ("today", "written"),
    [
        (date(2024, 6, 1), date(2024, 12, 1)),
        (date(2025, 1, 14), date(2025, 1, 14)),
        (date(2030, 6, 1), date(2025, 3, 31)),
    ],
    ids=["before", "within", "after"],
)
def test_the_date_offered_lies_within_the_kinds_validity(today: date, written: date) -> None:
    kind = all_kinds()["minzhu-2024"]
    assert unfilled(spec_template(kind, today), kind).date == written
