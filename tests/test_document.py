"""A text's tree: what is found, in which form it may stand, and that nothing is ever lost."""

import re
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assistant.document.parse import parse
from assistant.document.recognise import recognise
from assistant.document.tree import Document, leaves
from assistant.examples.store import WorkedExample, shipped_examples
from assistant.kinds import get_kind
from assistant.markdown import render

CORPUS = Path(__file__).resolve().parent.parent.parent / "shared" / "corpus"

EVERY_EXAMPLE = pytest.mark.parametrize("example", shipped_examples(), ids=lambda e: e.slug)


def headings(document: Document) -> list[tuple[int, str, str]]:
    return [(section.level, section.number, section.heading) for section in document.walk()]


def claims(document: Document) -> list[str]:
    return [point.claim for point in document.points()]


def assert_whole(document: Document) -> None:
    """The leaves follow each other without a hole, and every node stands where it says."""
    text = document.text
    cut = leaves(document)
    assert [leaf.span.end for leaf in cut[:-1]] == [leaf.span.start for leaf in cut[1:]]
    assert "".join(leaf.span.of(text) for leaf in cut) == text
    for section in document.walk():
        whole = section.span.of(text)
        assert whole.startswith(section.number)
        assert whole.endswith(section.heading)
    for paragraph in document.paragraphs():
        assert paragraph.text == paragraph.span.of(text)
        assert "".join(sentence.text for sentence in paragraph.sentences()) == paragraph.text
    for point in document.points():
        assert point.span.of(text).startswith(point.ordinal)
        assert point.claim == point.claim_span.of(text)
        assert point.body == point.body_span.of(text)


_PIECES = st.sampled_from(
    [
        *(
            "一、",
            "（一）",
            "(二）",
            "（）",
            "三）",
            "1.",
            "2、",
            "（1）",
            "①",
            "第一，",
            "一是",
            "二是",
        ),
        *("#", "##", "###", "**", "甲<!--x-->", "\u3000", " ", "\n", "\r\n", "\u2028"),
        *("。", "；", "：", "，", "？", "“", "”", "存在的主要问题", "原因剖析", "理论学习方面"),
        *("领导班子2022年度对照检查材料", "以上对照检查，请批评指正", "2023年1月13日"),
        *("学习不够深入", "3个", "1.5万元", "县水利局"),
    ]
)
TEXTS = st.lists(_PIECES | st.text(max_size=5), max_size=60).map("".join)


@settings(deadline=None)
@given(TEXTS)
@example("## ")
@example("（一）。")
@example("一是\n一是。")
def test_nothing_is_lost(text: str) -> None:
    document = parse(text)
    assert_whole(document)
    gaps = "".join(leaf.span.of(text) for leaf in leaves(document) if leaf.role == "gap")
    named = "".join(leaf.span.of(text) for leaf in leaves(document) if leaf.role != "gap")
    assert not any(ch.isalnum() for ch in gaps.replace("<!--x-->", "")), named


@EVERY_EXAMPLE
def test_a_worked_example_is_read_as_its_plan_has_it(example: WorkedExample) -> None:
    document = parse(render(example.draft))
    assert_whole(document)
    assert document.title == example.plan.title
    expected = []
    for part in example.plan.parts:
        expected.append((1, part.number, part.heading))
        expected += [(2, s.number, s.heading) for s in part.sections if s.heading]
    assert headings(document) == expected
    written = [slot for slot in example.plan.slots() if slot.ordinal]
    found = list(document.points())
    assert [point.ordinal for point in found] == [slot.ordinal for slot in written]
    for point, slot in zip(found, written, strict=True):
        assert slot.opening.startswith(point.claim)
    assert "".join(p.text for p in document.closing) == example.plan.closing


def flattened(markdown: str) -> str:
    """A document as it comes out of a Word file: no marks, full-width blanks, run-in points."""
    lines = [line.lstrip("# ") for line in markdown.splitlines() if line]
    text = "\n　　".join(lines)
    for mark in ("二是", "三是", "四是", "五是"):
        text = text.replace(f"\n　　{mark}", mark)
    return text


@EVERY_EXAMPLE
def test_bare_text_gives_the_same_tree(example: WorkedExample) -> None:
    marked = parse(render(example.draft))
    bare = parse(flattened(render(example.draft)))
    assert bare.title == marked.title
    assert headings(bare) == headings(marked)
    assert claims(bare) == claims(marked)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("一、存在的主要问题", (1, "一、", "存在的主要问题")),
        ("　　一、存在的主要问题：", (1, "一、", "存在的主要问题")),
        ("第一部分 存在的问题", (1, "第一部分", "存在的问题")),
        ("、存在的主要问题", (1, "", "存在的主要问题")),
        ("存在的主要问题", (1, "", "存在的主要问题")),
        ("(二）在带头固本培元方面", (2, "(二）", "在带头固本培元方面")),
        ("（二）在带头固本培元方面。一是松。", (2, "（二）", "在带头固本培元方面")),
        ("（）理论学习方面：一是浅。", (2, "（）", "理论学习方面")),
        ("三）理论学习方面", (2, "三）", "理论学习方面")),
        ("### 理论学习方面", (2, "", "理论学习方面")),
        ("**（一）理论学习方面**", (2, "（一）", "理论学习方面")),
        ("理论学习方面", (2, "", "理论学习方面")),
        ("1.政治定力方面。一是松。", (3, "1.", "政治定力方面")),
        ("２．政治定力方面", (3, "２．", "政治定力方面")),
        ("3、政治定力方面", (3, "3、", "政治定力方面")),
        ("（1）学习制度", (4, "（1）", "学习制度")),
        ("①学习制度", (4, "①", "学习制度")),
    ],
)
def test_the_forms_of_a_heading(line: str, found: tuple[int, str, str]) -> None:
    document = parse(f"某局对照检查材料\n一、前文\n{line}\n后文到此为止，不再说别的。")
    assert headings(document)[1:] == [found]


@pytest.mark.parametrize(
    "line",
    [
        "一、二、三级医院都参加了检查，结果都不理想。",
        "1.5万元经费没有按时拨付到位。",
        "3、4月份没有组织集中学习。",
        "2023年存在的问题没有整改到位。",
        "十年来的变化说明了这个道理。",
        "（一线人员）没有到位，岗位空着。",
    ],
)
def test_what_only_looks_like_a_heading(line: str) -> None:
    assert headings(parse(f"某局对照检查材料\n{line}\n后文。")) == []


def test_a_numbered_paragraph_has_no_heading() -> None:
    line = "（一）" + "把学习抓在经常，把要求落到日常，" * 6 + "久久为功。"
    document = parse(f"某局工作汇报\n一、打算\n{line}")
    (part,) = document.sections
    (section,) = part.sections
    assert (section.number, section.heading) == ("（一）", "")
    assert section.paragraphs[0].text == line.removeprefix("（一）")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "一是学得浅。只读了标题。二是用得少。",
            [("一是", "学得浅", "只读了标题。"), ("二是", "用得少", "")],
        ),
        ("表现在：一是学得浅；二是用得少。", [("一是", "学得浅", ""), ("二是", "用得少", "")]),
        ("第一，学得浅。第二，用得少。", [("第一，", "学得浅", ""), ("第二，", "用得少", "")]),
        ("打算：1.补课；2.考试。", [("1.", "补课", ""), ("2.", "考试", "")]),
        ("打算：①补课；②考试。", [("①", "补课", ""), ("②", "考试", "")]),
        ("五是学得浅，悟得不透。", [("五是", "学得浅，悟得不透", "")]),
        (
            "一是学得浅。二是用得少。四是忘得快。",
            [("一是", "学得浅", ""), ("二是", "用得少", ""), ("四是", "忘得快", "")],
        ),
        ("唯一是这样。二是那样。", []),
        ("我们一是学得浅。", []),
        ("增长1.5倍，2.3万元到账。", []),
        ("一要补课，二要考试。", [("一要", "补课", ""), ("二要", "考试", "")]),
    ],
    ids=[
        "bodies",
        "announced",
        "first",
        "arabic",
        "circles",
        "alone",
        "gap",
        "word",
        "lone",
        "decimals",
        "must",
    ],
)
def test_the_forms_of_a_point(text: str, found: list[tuple[str, str, str]]) -> None:
    document = parse(f"某局对照检查材料\n一、前文\n{text}")
    assert [(p.ordinal, p.claim, p.body) for p in document.points()] == found


@pytest.mark.parametrize(
    ("point", "claim"),
    [
        (
            "一是学习还不够全面，虽然制定了计划，但是真正坐下来读原著的时候少，读完的时候更少；",
            "学习还不够全面",
        ),
        (
            "一是在“四风”问题上，存在着检查不深入，到了现场只看台账、只听介绍，很少下到工地问一问工人；",
            "在“四风”问题上，存在着检查不深入",
        ),
        (
            "一是针对学得浅的问题，由机关党委牵头，2023年9月底前组织补课并逐人测试，结果报局党组。",
            "针对学得浅的问题",
        ),
    ],
)
def test_the_claim_of_a_long_sentence_is_its_first_clause(point: str, claim: str) -> None:
    assert claims(parse(f"某局对照检查材料\n一、前文\n{point}")) == [claim]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# 某局2022年度对照检查材料\n\n正文。", "某局2022年度对照检查材料"),
        (
            "某县某局领导班子\n2022年度民主生活会对照检查材料\n\n正文。",
            "某县某局领导班子2022年度民主生活会对照检查材料",
        ),
        ("来源：某网\n某局2022年度对照检查材料\n\n正文。", "某局2022年度对照检查材料"),
        ("某局情况\n\n正文到此为止。", "某局情况"),
        ("正文到此为止。\n又一段。", ""),
        ("一、存在的主要问题\n正文。", ""),
        ("", ""),
    ],
)
def test_the_title(text: str, title: str) -> None:
    document = parse(text)
    assert document.title == title
    assert_whole(document)


def test_formula_signature_and_date_belong_to_no_section() -> None:
    text = "某局工作汇报\n一、做法\n做了。\n以上汇报，请审阅。\n某县水利局党组\n2023年1月13日"
    document = parse(text)
    assert [p.text for p in document.closing] == [
        "以上汇报，请审阅。",
        "某县水利局党组",
        "2023年1月13日",
    ]
    assert [p.text for p in document.sections[0].paragraphs] == ["做了。"]


@pytest.mark.parametrize("file", sorted(CORPUS.glob("*.txt")) or [None], ids=lambda f: f and f.stem)
def test_real_documents(file: Path | None) -> None:
    if file is None:
        pytest.skip("the corpus is not here")
    document = parse(file.read_text(encoding="utf-8", errors="replace"))
    assert_whole(document)
    assert document.title
    parts = [section for section in document.sections if section.level == 1]
    assert [part.number for part in parts] == ["一、", "二、", "三、"]
    assert all(part.sections or any(p.points for p in part.paragraphs) for part in parts)


@EVERY_EXAMPLE
def test_a_worked_example_is_recognised(example: WorkedExample) -> None:
    text = render(example.draft)
    whole, bare = recognise(parse(text)), recognise(parse(flattened(text)))
    assert whole.kind == bare.kind == example.kind.id
    assert min(whole.confidence, bare.confidence) > 0.9


@EVERY_EXAMPLE
def test_a_lost_title_or_lost_headings_cost_confidence(example: WorkedExample) -> None:
    text = render(example.draft)
    whole = recognise(parse(text))
    without_title = recognise(parse(text.split("\n\n", 1)[1]))
    without_headings = recognise(parse("\n".join(re.findall("(?m)^[^#]+$|^# .*$", text))))
    for damaged in (without_title, without_headings):
        assert damaged.confidence < whole.confidence
    assert get_kind(without_title.kind).genre == example.kind.genre
    assert get_kind(without_headings.kind).group == example.kind.group


def test_other_writing_is_trusted_little() -> None:
    text = "# 会议纪要\n\n一、会议时间\n\n上午。\n\n二、议定事项\n\n通过了预算。"
    assert recognise(parse(text)).confidence < 0.3
    assert recognise(parse("")).confidence == 0


REAL_KINDS = {"000": "minzhu-2022", "001": "chushi-2022", "002": "zhuti-zeren-half"} | {
    "004": "zuzhi-2023"
}


@pytest.mark.parametrize("file", sorted(CORPUS.glob("*.txt")) or [None], ids=lambda f: f and f.stem)
def test_real_documents_are_recognised(file: Path | None) -> None:
    if file is None:
        pytest.skip("the corpus is not here")
    found = recognise(parse(file.read_text(encoding="utf-8", errors="replace")))
    assert found.kind == REAL_KINDS[file.stem[:3]]
    assert found.confidence > 0.5
