"""The layout of a Word document as it is read, and what the checker says about it."""

from pathlib import Path

import docx
import pytest
from word_files import root, save_package

from assistant.checks.context import CheckContext
from assistant.checks.files import CheckSettings, check_files
from assistant.checks.rules.layout import RULES
from assistant.examples.store import WorkedExample, shipped_examples
from assistant.export.manuscript import from_draft
from assistant.export.word import write_word
from assistant.reading.layout import Look
from assistant.reading.word import read_word
from assistant.reading.word_layout import read_layout
from assistant.style import Style

LAYOUT = CheckSettings(select=("L",))


def told(file: Path) -> list[str]:
    """Codes of the layout rules that the checker finds broken."""
    (checked,) = check_files([file], LAYOUT)
    return [finding.code for finding in checked.findings]


@pytest.mark.parametrize("example", shipped_examples()[:4], ids=lambda e: e.slug)
def test_our_own_layout_is_the_standards(example: WorkedExample, tmp_path: Path) -> None:
    file = tmp_path / "a.docx"
    file.write_bytes(write_word(from_draft(example.draft)))
    layout = read_layout(file)
    assert len(layout.looks) == len(read_word(file).split("\n"))
    assert layout.looks[:2] == (
        Look("方正小标宋简体", 22, 28.95, centred=True),
        Look("仿宋_GB2312", 16, 28.95),
    )
    assert told(file) == []


@pytest.mark.parametrize(
    ("style", "code"),
    [
        ({"page": {"top": 25}}, "L101"),
        ({"title": {"font": "黑体", "size": 22}}, "L102"),
        ({"heading2": {"font": "黑体"}}, "L103"),
        ({"body": {"font": "宋体"}}, "L104"),
        ({"line_pitch": 30}, "L105"),
        ({"page_number": {"place": "none"}}, "L106"),
    ],
)
def test_an_offices_own_habits_are_found(style: object, code: str, tmp_path: Path) -> None:
    file = tmp_path / "a.docx"
    manuscript = from_draft(shipped_examples()[0].draft)
    file.write_bytes(write_word(manuscript, Style.model_validate(style)))
    assert set(told(file)) == {code}


def test_a_document_as_word_begins_it(tmp_path: Path) -> None:
    document = docx.Document()
    for text in ("某局对照检查材料", "现将情况报告如下。", "一、存在的问题", "学得不深。"):
        document.add_paragraph(text)
    document.save(str(tmp_path / "a.docx"))
    assert set(told(tmp_path / "a.docx")) == {rule.code for rule in RULES}


def test_what_stands_at_hand_goes_before_the_styles(tmp_path: Path) -> None:
    styles = root(
        "styles",
        '<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:eastAsia="宋体"/><w:sz w:val="21"/>'
        "</w:rPr></w:rPrDefault></w:docDefaults>"
        '<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:rPr><w:sz w:val="28"/></w:rPr>'
        '</w:style><w:style w:type="paragraph" w:styleId="b"><w:basedOn w:val="a"/><w:pPr>'
        '<w:spacing w:line="560" w:lineRule="exact"/></w:pPr></w:style>'
        '<w:style w:type="character" w:styleId="c"><w:rPr><w:rFonts w:eastAsia="黑体"/></w:rPr>'
        "</w:style>",
    )
    body = (
        "<w:p><w:r><w:t>甲</w:t></w:r></w:p>"
        '<w:p><w:pPr><w:pStyle w:val="b"/></w:pPr><w:r><w:rPr><w:rStyle w:val="c"/>'
        '<w:sz w:val="32"/></w:rPr><w:t>乙乙</w:t></w:r><w:r><w:t>丙</w:t></w:r></w:p>'
        '<w:p><w:r><w:rPr><w:rFonts w:eastAsiaTheme="minorEastAsia"/></w:rPr><w:t>丁</w:t></w:r>'
        "<w:r><w:br/></w:r><w:r><w:t>戊</w:t></w:r></w:p><w:p/>"
    )
    file = save_package(tmp_path / "a.docx", body, {"styles": styles})
    theme = Look("", 14, 0)
    assert read_layout(file).looks == (
        Look("宋体", 14, 0),
        Look("黑体", 16, 28),
        theme,
        theme,
        None,
    )


def test_a_text_has_no_layout() -> None:
    context = CheckContext("某局对照检查材料\n一、问题\n学得不深。")
    assert [finding for rule in RULES for finding in rule.findings(context)] == []
