"""Markdown both ways: what is rendered reads back as the same draft."""

import pytest

from assistant.draft import Draft
from assistant.errors import InputError
from assistant.examples.store import WorkedExample, shipped_examples
from assistant.markdown import parse, point_from_text, render
from assistant.plan import Plan
from assistant.settings import data_folder

EVERY_EXAMPLE = pytest.mark.parametrize("example", shipped_examples(), ids=lambda e: e.slug)


@EVERY_EXAMPLE
def test_an_example_reads_back(example: WorkedExample) -> None:
    assert parse(render(example.draft), example.plan) == example.draft


@EVERY_EXAMPLE
def test_an_example_is_rendered_as_its_file_has_it(example: WorkedExample) -> None:
    file = data_folder("fewshot") / example.slug / "document.md"
    assert render(example.draft) == file.read_text(encoding="utf-8")


def test_a_draft_with_gaps_reads_back(draft: Draft, plan: Plan) -> None:
    text = render(draft)
    assert "【待补：" in text
    assert parse(text, plan) == draft


def test_a_mark_of_doubt_is_not_read_as_text(draft: Draft, plan: Plan) -> None:
    text = render(draft).replace("本局5月才印发方案。", "本局5月才印发方案。【待核】")
    assert "【待核】" in text
    assert parse(text, plan) == draft


def test_headings_paragraphs_and_their_order(draft: Draft) -> None:
    blocks = render(draft).split("\n\n")
    assert blocks[0] == "# 松川县水利局领导班子2024年度民主生活会对照检查材料"
    assert blocks[2:4] == [
        "## 一、2023年主题教育专题民主生活会整改措施落实情况",
        "2023年主题教育专题民主生活会查摆问题9个，已整改到位7个；河道采砂监管尚未整改到位。",
    ]
    assert blocks[5] == "### （一）带头严守政治纪律和政治规矩，维护党的团结统一方面"
    assert blocks[6].startswith("一是上级部署落实不够快。比如，2024年3月")
    assert blocks[-1] == "以上对照检查，如有不妥之处，请批评指正。\n"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("# 松川县", "# 松江县", "此处应为“# 松川县"),
        ("## 二、存在的主要问题", "## 二、主要问题", "此处应为“## 二、存在的主要问题”"),
        ("### （二）带头增强", "### （三）带头增强", "此处应为“### （二）带头增强党性"),
        (
            "一是上级部署落实不够快。",
            "一是上级部署落实很快。",
            "应以“一是上级部署落实不够快。”开头",
        ),
        ("二是请示报告不够及时。", "三是请示报告不够及时。", "应以“二是请示报告不够及时。”开头"),
        ("现将对照检查情况报告如下。", "报告如下。", "以“现将对照检查情况报告如下。”结尾"),
        ("请批评指正。", "请批评指正。\n\n另附清单。", "文末多出“另附清单。”"),
        ("\n\n以上对照检查，如有不妥之处，请批评指正。", "", "此处应为“以上对照检查"),
    ],
    ids=["title", "part", "section", "claim", "ordinal", "ending", "more", "less"],
)
def test_a_document_that_leaves_the_plan(
    draft: Draft, plan: Plan, old: str, new: str, told: str
) -> None:
    text = render(draft)
    assert text.count(old) == 1
    with pytest.raises(InputError) as caught:
        parse(text.replace(old, new), plan)
    assert told in str(caught.value)


def test_a_missing_paragraph(draft: Draft, plan: Plan) -> None:
    blocks = render(draft).split("\n\n")
    with pytest.raises(InputError, match="此处应有“一是上级部署落实不够快。”一段，现为“###"):
        parse("\n\n".join(blocks[:6] + blocks[8:]), plan)


@pytest.mark.parametrize(
    ("text", "used"),
    [
        ("一是上级部署落实不够快。比如，2024年3月部署的河湖清四乱，本局5月才印发方案。", True),
        ("一是上级部署落实不够快。本局5月才印发2024年3月部署的河湖清四乱方案。", True),
        ("一是上级部署落实不够快。2024年4月部署的河湖清四乱，本局5月才印发方案。", False),
        ("一是上级部署落实不够快。方案印发得太晚。", False),
    ],
    ids=["as-told", "reworded", "another-month", "not-told"],
)
def test_a_fact_counts_as_used_only_when_the_text_gives_it(
    plan: Plan, text: str, used: bool
) -> None:
    slot = next(slot for slot in plan.slots() if slot.id == "problems.1.1")
    point = point_from_text(text, slot)
    assert point.unused == (() if used else ("problems.1.1.f1",))
    cited = [fact for sentence in point.sentences for fact in sentence.facts]
    assert cited == (["problems.1.1.f1"] if used else [])
