"""Export: the same tree in every format, and in Word laid out as GB/T 9704 wants it."""

import io
import re
from datetime import date
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings
from word_files import manuscripts, unzipped

from assistant.document.parse import parse
from assistant.document.tree import Document
from assistant.draft import Draft
from assistant.examples.store import WorkedExample, shipped_examples
from assistant.export.html import write_html
from assistant.export.manuscript import (
    Heading,
    Manuscript,
    Paragraph,
    Passage,
    from_document,
    from_draft,
)
from assistant.export.plain import write_markdown, write_text
from assistant.export.title_lines import title_lines
from assistant.export.word import JOINER, write_word
from assistant.markdown import render
from assistant.reading.word import read_word
from assistant.style import STANDARD, Style, deviations

EVERY_EXAMPLE = pytest.mark.parametrize("example", shipped_examples(), ids=lambda e: e.slug)
SMALL = Manuscript(
    "松川县水利局领导班子2024年度民主生活会对照检查材料",
    (
        Paragraph((Passage("学习“四个意识”4次，投资3.2万元。"),)),
        Heading(1, "一、", "存在的主要问题"),
        Heading(2, "（一）", "政治方面"),
        Paragraph(
            (Passage("一是学得不深。"), Passage("漏学3次。【待核】"), Passage("【待补：何时】"))
        ),
    ),
    unit="松川县水利局",
)


def shape(document: Document) -> object:
    """A tree without its places."""
    return (
        document.title,
        [paragraph.text for paragraph in document.lead],
        [
            (section.level, section.number, section.heading, [p.text for p in section.paragraphs])
            for section in document.walk()
        ],
        [paragraph.text for paragraph in document.closing],
    )


def read_back(raw: bytes, folder: Path) -> str:
    file = folder / "back.docx"
    file.write_bytes(raw)
    return read_word(file)


@EVERY_EXAMPLE
def test_an_example_reads_back_from_word(example: WorkedExample, tmp_path: Path) -> None:
    text = read_back(write_word(from_draft(example.draft)), tmp_path)
    assert text.split("\n") == list(example.draft.paragraphs())
    assert shape(parse(text)) == shape(parse(render(example.draft)))


@EVERY_EXAMPLE
def test_markdown_is_the_drafts_own(example: WorkedExample) -> None:
    assert write_markdown(from_draft(example.draft)) == render(example.draft)


@pytest.mark.parametrize("trees", [20, pytest.param(300, marks=pytest.mark.slow)])
def test_random_trees_read_back_from_word(tmp_path: Path, trees: int) -> None:
    @settings(max_examples=trees, deadline=None)
    @given(manuscripts())
    def reads_back(manuscript: Manuscript) -> None:
        text = read_back(write_word(manuscript), tmp_path)
        assert text == manuscript.plain
        assert shape(parse(text)) == shape(parse(write_markdown(manuscript)))
        assert from_document(parse(write_markdown(manuscript))).plain == manuscript.plain

    reads_back()


def test_a_heading_in_the_same_line_stays_there(tmp_path: Path) -> None:
    text = "某局对照检查材料\n\n一、问题\n（一）学习方面。一是学得不深。\n1.会风不实。开会3次。\n"
    manuscript = from_document(parse(text))
    raw = write_word(manuscript)
    assert read_back(raw, tmp_path).split("\n") == [line for line in text.split("\n") if line]
    paragraph = docx.Document(io.BytesIO(raw)).paragraphs[2]
    assert (paragraph.style and paragraph.style.name) == "Body Text"
    assert paragraph.runs[0].text == "（一）学习方面。"
    assert paragraph.runs[0].style.name == "heading 2 Char"
    assert '<span class="h3">（一）学习方面。</span>一是' in write_html(manuscript)


def test_the_page() -> None:
    section = docx.Document(io.BytesIO(write_word(SMALL))).sections[0]
    size = (section.page_width, section.page_height)
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(length.mm, 1) for length in size if length] == [210, 297]
    assert [round(length.mm, 1) for length in margins if length] == [37, 35, 28, 26]
    grid = section._sectPr.find(qn("w:docGrid"))
    assert grid is not None
    assert (grid.get(qn("w:type")), grid.get(qn("w:linePitch"))) == ("lines", "579")


def test_the_page_number_stands_outside() -> None:
    section = docx.Document(io.BytesIO(write_word(SMALL))).sections[0]
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        xml = footer._element.xml
        assert f'<w:jc w:val="{side}"/>' in xml
        assert f'<w:ind w:{side}Chars="100"' in xml
        assert re.findall(r"<w:t[^>]*>(.*?)</w:t>|w:instr=\"(.*?)\"", xml) == [
            *(("— ", ""), ("", " PAGE "), ("1", ""), (" —", ""))
        ]
    none = docx.Document(
        io.BytesIO(write_word(SMALL, Style.model_validate({"page_number": {"place": "none"}})))
    )
    assert none.sections[0].footer.is_linked_to_previous


def test_the_standard_holds_22_lines_of_28_characters() -> None:
    assert (STANDARD.lines_per_page, STANDARD.characters_per_line) == (22, 28)
    assert Style(line_pitch=29).lines_per_page == 21
    assert Style(character_spacing=0).characters_per_line == 27
    assert Style(character_spacing=-0.2).characters_per_line == 27  # too wide by 0.15 pt


def test_fonts_are_named_for_chinese_and_for_latin() -> None:
    styles = unzipped(write_word(SMALL))["word/styles.xml"].decode()
    for style_id, font, size in [
        ("Title", "方正小标宋简体", 44),
        ("Normal", "仿宋_GB2312", 32),
        ("Heading1", "黑体", 32),
        ("Heading2", "楷体_GB2312", 32),
        ("Heading3", "仿宋_GB2312", 32),
    ]:
        style = re.search(rf'<w:style [^>]*w:styleId="{style_id}".*?</w:style>', styles)
        assert style
        assert (
            f'w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="{font}"' in style[0]
        )
        assert f'<w:sz w:val="{size}"/>' in style[0]
        assert "w:color" not in style[0]
    assert "Theme" not in styles


def test_headings_are_in_the_navigation_pane() -> None:
    document = docx.Document(io.BytesIO(write_word(SMALL)))
    names = [paragraph.style and paragraph.style.name for paragraph in document.paragraphs]
    assert names == ["Title", "Body Text", "Heading 1", "Heading 2", "Body Text"]


def test_nothing_tells_who_wrote_it() -> None:
    raw = write_word(SMALL)
    properties = docx.Document(io.BytesIO(raw)).core_properties
    assert properties.title == SMALL.title
    assert (properties.author, properties.last_modified_by, properties.comments) == ("", "", "")
    assert "docProps/app.xml" not in unzipped(raw)


def test_figures_are_joined_to_their_units() -> None:
    text = docx.Document(io.BytesIO(write_word(SMALL))).paragraphs[1].text
    assert text == f"学习“四个意识”4{JOINER}次，投资3.2{JOINER}万{JOINER}元。"
    loose = docx.Document(io.BytesIO(write_word(SMALL, Style(keep_units=False))))
    assert JOINER not in loose.paragraphs[1].text


def test_every_run_of_chinese_hints_at_its_font() -> None:
    """Without it Word prints “ ” in the Latin font."""
    document = docx.Document(io.BytesIO(write_word(SMALL)))
    for paragraph in document.paragraphs:
        for run in paragraph.runs:
            fonts = run._r.find(f"{qn('w:rPr')}/{qn('w:rFonts')}")
            hinted = fonts is not None and fonts.get(qn("w:hint")) == "eastAsia"
            assert hinted or not run.text.strip("\n" + JOINER)


def test_unfinished_places_stay_visible() -> None:
    assert SMALL.unfinished == ["【待核】", "【待补：何时】"]
    document = docx.Document(io.BytesIO(write_word(SMALL)))
    shown = [run.text for run in document.paragraphs[-1].runs if run.font.highlight_color]
    assert shown == SMALL.unfinished
    assert "<mark>【待核】</mark>" in write_html(SMALL)


@pytest.mark.parametrize(
    ("place", "texts"),
    [
        ("under-title", [SMALL.title, "松川县水利局", "（2025年1月4日）"]),
        ("at-end", ["一是学得不深", "松川县水利局", "2025年1月4日"]),
    ],
)
def test_a_signature_where_the_office_wants_it(
    place: str, texts: list[str], tmp_path: Path
) -> None:
    style = Style.model_validate({"signature": place})
    lines = read_back(write_word(SMALL, style, day=date(2025, 1, 4)), tmp_path).split("\n")
    chosen = lines[:3] if place == "under-title" else lines[-3:]
    assert [line[: len(text)] for line, text in zip(chosen, texts, strict=True)] == texts


def test_characters_that_xml_cannot_hold_are_left_out(tmp_path: Path) -> None:
    odd = Manuscript("甲\x00乙\ud800", (Paragraph((Passage("丙\x0b丁\ufffe<&>戊。"),)),))
    assert read_back(write_word(odd), tmp_path) == "甲乙\n丙丁<&>戊。"


def test_text_and_html() -> None:
    assert write_text(SMALL).startswith(f"{SMALL.title}\n\n　　学习“四个意识”")
    hostile = Manuscript("<script>", (Paragraph((Passage("<img src=x>【待核】"),)),))
    page = write_html(hostile)
    assert "<script>" not in page
    assert "<p>&lt;img src=x&gt;<mark>【待核】</mark></p>" in page


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("关于水务工作的汇报", 1),
        ("松川县水利局领导班子2024年度民主生活会对照检查材料", 2),
        (
            "云岭市水务局领导班子学习贯彻习近平新时代中国特色社会主义思想主题教育专题民主生活会"
            "对照检查材料",
            3,
        ),
    ],
)
def test_titles_are_broken_between_words_into_balanced_lines(title: str, lines: int) -> None:
    broken = title_lines(title, 20)
    assert "".join(broken) == title
    assert len(broken) == lines
    assert all(len(line) <= 20 for line in broken)
    for word in ("民主生活会", "对照检查", "领导班子", "习近平新时代中国特色社会主义思想", "年度"):
        assert (word in title) == any(word in line for line in broken)


@EVERY_EXAMPLE
def test_titles_of_the_examples_are_not_torn(example: WorkedExample) -> None:
    broken = title_lines(example.draft.title, STANDARD.title_characters)
    assert max(map(len, broken)) - min(map(len, broken)) <= 6
    assert not any(line.startswith(("年", "度", "会", "局", "班", "的")) for line in broken)
    assert not any(line.endswith(("落实", "专题")) for line in broken)


def test_a_title_without_words_is_broken_all_the_same() -> None:
    broken = title_lines("甲" * 50, 20)
    assert "".join(broken) == "甲" * 50
    assert sorted(map(len, broken)) == [16, 17, 17]


def test_a_deviation_is_told_with_what_follows_from_it() -> None:
    assert deviations(STANDARD) == []
    style = Style.model_validate({"line_pitch": "30", "title": {"font": "黑体", "size": "小二"}})
    assert deviations(style) == [
        "标题字体：黑体，国标为方正小标宋简体",
        "标题字号（磅）：18（小二），国标为22（二号）",
        "行距（磅）：30，国标为28.95",
        "每页行数：按此设置为 21，国标为 22",
    ]


def test_facts_are_numbered_in_the_order_of_the_document(draft: Draft) -> None:
    manuscript = from_draft(draft)
    cited = [number for b in manuscript.blocks if isinstance(b, Paragraph) for number in b.facts]
    assert cited == sorted(cited) == [fact.number for fact in manuscript.facts]
    assert manuscript.plain.split("\n") == list(draft.paragraphs())
