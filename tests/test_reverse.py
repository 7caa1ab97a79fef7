"""A document read backwards gives the spec that it was written from."""

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.corpus.reverse import reverse_spec
from assistant.corpus.reverse_compare import Share, SpecComparison, compare_specs
from assistant.corpus.reverse_facts import facts_of
from assistant.corpus.reverse_measures import read_measures
from assistant.corpus.reverse_yaml import to_yaml
from assistant.document.parse import parse
from assistant.errors import InputError
from assistant.examples.store import WorkedExample, shipped_examples
from assistant.markdown import render
from assistant.spec_file import parse_spec

CORPUS = Path(__file__).resolve().parent.parent.parent / "shared" / "corpus"
EXAMPLES = shipped_examples()
EVERY_EXAMPLE = pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.slug)


@pytest.fixture(scope="module")
def compared() -> list[SpecComparison]:
    return [compare_specs(e.spec, reverse_spec(parse(render(e.draft))).spec) for e in EXAMPLES]


def together(shares: Sequence[Share]) -> float:
    return Share(sum(s.found for s in shares), sum(s.of for s in shares)).value


@pytest.mark.parametrize(
    ("measured", "least"),
    [
        ("claims", 0.98),
        ("claims_right", 0.98),
        ("figures", 0.95),
        ("facts_right", 0.93),
        ("others", 0.75),
        ("measures", 0.93),
        ("links", 0.9),
    ],
)
def test_what_is_found_of_the_true_specs(
    compared: list[SpecComparison], measured: str, least: float
) -> None:
    missed = [line for comparison in compared for line in comparison.wrong]
    assert together([getattr(c, measured) for c in compared]) >= least, missed


@EVERY_EXAMPLE
def test_kind_unit_speaker_and_lead(example: WorkedExample) -> None:
    found = reverse_spec(parse(render(example.draft))).spec
    true = example.spec
    assert (found.kind, found.unit, found.speaker) == (true.kind, true.unit, true.speaker)
    assert found.lead == true.lead
    assert (found.last_year is None, found.case is None) == (
        true.last_year is None,
        true.case is None,
    )


@EVERY_EXAMPLE
def test_the_yaml_is_read_back_as_the_same_spec(example: WorkedExample) -> None:
    found = reverse_spec(parse(render(example.draft)))
    assert parse_spec(to_yaml(found), "unit.yaml") == found.spec


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_document_gives_a_valid_spec_or_is_refused(data: st.DataObject) -> None:
    example = data.draw(st.sampled_from(EXAMPLES))
    lines = render(example.draft).splitlines()
    for _ in range(data.draw(st.integers(0, 12))):
        i = data.draw(st.integers(0, len(lines) - 1))
        damage = data.draw(st.sampled_from(["drop", "double", "strip", "noise", "wide", "cut"]))
        line = lines[i]
        lines[i] = {
            "drop": "",
            "double": f"{line}\n{line}",
            "strip": re.sub(r"^#* ?(（.{1,2}）|.{1,2}、|.是)?", "", line),
            "noise": line + data.draw(st.text(max_size=6)),
            "wide": line.translate(str.maketrans("0123456789%.", "０１２３４５６７８９％．")),
            "cut": line[: len(line) // 2],
        }[damage]
    with suppress(InputError):
        found = reverse_spec(parse("\n".join(lines)))
        assert parse_spec(to_yaml(found), "unit.yaml") == found.spec


@pytest.mark.parametrize("file", sorted(CORPUS.glob("*.txt")) or [None], ids=lambda f: f and f.stem)
def test_real_documents(file: Path | None) -> None:
    if file is None:
        pytest.skip("the corpus is not here")
    found = reverse_spec(parse(file.read_text(encoding="utf-8", errors="replace")))
    assert parse_spec(to_yaml(found), "unit.yaml") == found.spec
    told = [p for a in found.spec.aspects for p in (*a.problems, *a.work)]
    assert len(found.empty) > len(told) / 2, "real documents speak in generalities"
    assert [cause.claim for cause in found.spec.causes] or found.spec.problems


def test_empty_talk_is_recorded() -> None:
    text = render(EXAMPLES[0].draft)
    claim = EXAMPLES[0].spec.aspects[0].problems[0].claim
    whole = next(line for line in text.splitlines() if claim in line)
    emptied = reverse_spec(parse(text.replace(whole, f"一是{claim}。认识不到位，抓得不紧。")))
    assert emptied.empty == (claim,)
    assert f"claim: {claim}  # 空话" in to_yaml(emptied)
    assert reverse_spec(parse(text)).empty == ()


def test_a_missing_aspect_takes_the_nearest_item_and_says_so() -> None:
    example = next(e for e in EXAMPLES if e.kind.id == "minzhu-2025")
    section = next(s for p in example.plan.parts if p.role == "problems" for s in p.sections)
    text = render(example.draft)
    start = text.index(f"### {section.number}{section.heading}")
    end = text.index("### （二）", start)
    found = reverse_spec(parse(text[:start] + text[end:]))
    assert any("没有“带头强化政治忠诚、提高政治能力”方面" in note for note in found.notes)
    assert all(aspect.problems for aspect in found.spec.aspects)


@pytest.mark.parametrize(
    "text", ["", "会议通知\n请于周一参会。", "# 某局工作总结\n\n一、收入\n\n好。"]
)
def test_other_writing_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="不像任何一个文种"):
        reverse_spec(parse(text))


def test_what_a_spec_may_not_hold_is_left_out_or_refused() -> None:
    text = render(EXAMPLES[0].draft)
    claim = EXAMPLES[0].spec.aspects[0].problems[0].claim
    damaged = text.replace(claim, f"\ud800{claim[:3]}\x00{claim[3:]}")
    found = reverse_spec(parse(damaged))
    assert found.spec.aspects[0].problems[0].claim == claim
    with pytest.raises(InputError, match="还没有填"):
        reverse_spec(parse(text.replace(claim, f"请填写{claim}")))


@pytest.mark.parametrize(
    ("closing", "day"),
    [
        ("松川县水利局党组\n2025年2月8日", date(2025, 2, 8)),
        ("二〇二五年二月十八日", date(2025, 2, 18)),
        ("", date(2024, 12, 1)),
    ],
)
def test_the_date_where_stated(closing: str, day: date) -> None:
    example = next(e for e in EXAMPLES if e.kind.id == "minzhu-2024")
    found = reverse_spec(parse(f"{render(example.draft)}\n{closing}"))
    assert found.spec.date == day
    assert any("没有写明日期" in note for note in found.notes) == (not closing)


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("认识不足，抓得不紧。", []),
        ("党的二十大精神学得浅，一件小事拖成大事。", []),
        (
            "2024年检查37次，其中29次只看台账。班子把检查当成任务。",
            ["2024年检查37次，其中29次只看台账"],
        ),
        (
            "抽查62份案卷，有11份引用错误，问题都没有通报，班子缺少较真的劲头。",
            ["抽查62份案卷，有11份引用错误，问题都没有通报"],
        ),
        ("比如，东河桥改造拖了两年；没有人过问。", ["东河桥改造拖了两年", "没有人过问"]),
        ("学得浅，比如《水法》修订后没有组织学习，影响了执法。", ["《水法》修订后没有组织学习"]),
        ("受理37件，办结30件。这37件中多数是重复投诉。", ["受理37件，办结30件"]),
        ("超过三分之一的村没有完成。", ["超过三分之一的村没有完成"]),
    ],
    ids=["none", "idioms", "comment", "tail", "instance", "title", "again", "share"],
)
def test_what_is_a_fact(text: str, facts: list[str]) -> None:
    assert facts_of(text) == facts


def test_what_the_claim_counts_is_not_told_again() -> None:
    assert facts_of("这12件都拖着。另有5件没有登记。", "12件投诉没有办结") == ["另有5件没有登记"]


@pytest.mark.parametrize(
    ("body", "measures"),
    [
        (
            "由办公室牵头，2024年9月底前制定清单，逐条销号。",
            [("制定清单", "办公室", "2024年9月底")],
        ),
        ("2024年9月底前，机关党委组织补课。", [("组织补课", "机关党委", "2024年9月底")]),
        ("农水科2024年9月前完成管网改造。", [("完成管网改造", "农水科", "2024年9月前")]),
        (
            "由财务科在2024年3月底前补全凭证；由办公室在2024年6月底前修订制度。",
            [("补全凭证", "财务科", "2024年3月底"), ("修订制度", "办公室", "2024年6月底")],
        ),
        ("由信访办逐件回访，2024年9月底前完成。", [("逐件回访", "信访办", "2024年9月底")]),
        (
            "由社会事业股牵头，3月底前补写合同，5月底前完成维修，进度定期通报。",
            [("补写合同", "社会事业股", "3月底"), ("完成维修", "社会事业股", "5月底")],
        ),
        ("加强学习，提高认识。", [("加强学习", "", "")]),
    ],
    ids=["led", "after", "bare", "two", "done", "shared", "nobody"],
)
def test_measures(body: str, measures: list[tuple[str, str, str]]) -> None:
    read = read_measures("针对学得浅的问题", body)
    assert read.problem == "学得浅"
    assert [(m.do, m.owner, m.due) for m in read.measures] == measures


def test_a_measure_without_who_and_when_is_its_claim() -> None:
    read = read_measures("强化理论武装", "自觉树立和维护党员干部形象，处理好全局与局部的关系。")
    assert [(m.do, m.owner, m.due) for m in read.measures] == [("强化理论武装", "", "")]


def test_a_comparison_counts_what_is_missing_and_what_is_added() -> None:
    true = EXAMPLES[0].spec
    first = true.aspects[0].problems[0]
    other = first.model_copy(update={"facts": ["另查处违规问题99起"], "measures": []})
    problems = [other, *true.aspects[0].problems[1:]]
    aspects = [true.aspects[0].model_copy(update={"problems": problems}), *true.aspects[1:]]
    same = compare_specs(true, true)
    changed = compare_specs(true, true.model_copy(update={"aspects": aspects}))
    assert same.wrong == ()
    assert same.figures.found - changed.figures.found + (
        same.others.found - changed.others.found
    ) == len(first.facts)
    assert changed.facts_right.of - changed.facts_right.found == 1
    assert changed.measures.of - changed.measures.found == len(first.measures)
    assert changed.claims.value == 1
