"""Word files for the tests: manuscripts made from nothing, and packages put together by hand."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from hypothesis import strategies as st

from assistant.export.manuscript import Block, Heading, Manuscript, Paragraph, Passage
from assistant.text.numbering import numeral

W_NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

_HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=12)
_FIGURE = st.builds(
    lambda number, unit: f"{number}{unit}",
    st.integers(0, 99_999),
    # No year: a line that is a date makes the line above it a signature.
    st.sampled_from(["次", "%", "万元", "个百分点", "余万亩", ""]),
)
_ODD = st.sampled_from(
    ["“四个意识”", "（见附件）", "GDP", "3.5", "〔2024〕6号", "、", "——", "<&>", "𠮷"]
)
_CLAUSE = st.lists(_HAN | _FIGURE | _ODD, min_size=1, max_size=5).map("".join)
_SENTENCE = st.builds(lambda clause, stop: clause + stop, _CLAUSE, st.sampled_from("。；！"))
_MARKED = st.sampled_from(["", "", "【待核】", "【待补：数字】"])
_PASSAGES = st.lists(
    st.builds(lambda text, mark: Passage(text + mark), _SENTENCE, _MARKED), min_size=1, max_size=4
)
_PARAGRAPH = _PASSAGES.map(lambda passages: Paragraph(tuple(passages)))


@st.composite
def manuscripts(draw: st.DrawFn) -> Manuscript:
    """A document with a title, a lead, parts and sections."""
    blocks: list[Block] = [draw(_PARAGRAPH)]
    for part in range(1, draw(st.integers(1, 4)) + 1):
        blocks.append(Heading(1, f"{numeral(part)}、", draw(_HAN)))
        for section in range(1, draw(st.integers(0, 3)) + 1):
            blocks.append(Heading(2, f"（{numeral(section)}）", draw(_HAN)))
            blocks += draw(st.lists(_PARAGRAPH, min_size=1, max_size=2))
        blocks += draw(st.lists(_PARAGRAPH, min_size=0, max_size=2))
    return Manuscript(f"{draw(_HAN)}对照检查材料", tuple(blocks))


def save_package(file: Path, body: str, parts: Mapping[str, str] | None = None) -> Path:
    """A .docx with that body; `parts` are further parts by name, without .xml."""
    parts = parts or {}
    rels = "".join(
        f'<Relationship Id="r{i}" Type="{_OFFICE}/{name.rstrip("0123456789")}"'
        f' Target="{name}.xml"/>'
        for i, name in enumerate(parts)
    )
    file.write_bytes(
        zipped(
            {
                "_rels/.rels": relationships(
                    f'<Relationship Id="d" Type="{_OFFICE}/officeDocument"'
                    ' Target="word/document.xml"/>'
                ),
                "word/_rels/document.xml.rels": relationships(rels),
                "word/document.xml": root("document", f"<w:body>{body}</w:body>"),
                **{f"word/{name}.xml": content for name, content in parts.items()},
            }
        )
    )
    return file


def root(name: str, content: str) -> str:
    """A part with that root element."""
    return f'<w:{name} xmlns:w="{W_NAMESPACE}" xmlns:r="{_OFFICE}">{content}</w:{name}>'


def relationships(content: str) -> str:
    """A relationships part."""
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{space}">{content}</Relationships>'


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    """A zip archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def unzipped(raw: bytes) -> dict[str, bytes]:
    """The files of a zip archive."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
