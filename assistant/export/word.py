"""A manuscript as a Word document."""

import io
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import TYPE_CHECKING

import docx
from docx.enum.text import WD_BREAK, WD_COLOR_INDEX
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph as WordParagraph
from docx.text.run import Run

from assistant.export.manuscript import MARK, Heading, Manuscript, Paragraph
from assistant.export.review import Reference, Remark, Review
from assistant.export.title_lines import title_lines
from assistant.export.word_template import blank_package, twips
from assistant.style import STANDARD, Style
from assistant.text.figures import find_figures

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.section import _Footer

JOINER = "\u200d"
"""Word's 无宽非分隔符: no line is broken before or behind it. LibreOffice takes no notice."""
_NO_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_AUTHOR = "起草助手"


def write_word(
    manuscript: Manuscript,
    style: Style = STANDARD,
    *,
    day: date | None = None,
    review: Review | None = None,
) -> bytes:
    """The .docx of a manuscript.

    `day` is printed with the unit where the style wants a signature. With `review`, comments,
    references to facts and a legend are added.
    """
    document = docx.Document(io.BytesIO(blank_package(style)))
    _set_properties(document, manuscript.title)
    writer = _Writer(document, style)
    writer.title(manuscript.title)
    signature = _signature(manuscript.unit, day)
    if style.signature == "under-title":
        writer.subtitle(signature)
    for number, block in enumerate(manuscript.blocks):
        remarks = review.remarks.get(number, ()) if review else ()
        references = review.references.get(number, ()) if review else ()
        writer.block(block, remarks, references)
    if style.signature == "at-end":
        writer.signature(signature)
    if review:
        writer.legend(review.legend)
    writer.page_numbers()
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _set_properties(document: "WordDocument", title: str) -> None:
    """Title and time; neither author nor computer."""
    properties = document.core_properties
    properties.title = _clean(title)[:255]
    properties.author = properties.last_modified_by = properties.comments = ""
    properties.created = properties.modified = datetime.now(UTC).replace(microsecond=0)


def _signature(unit: str, day: date | None) -> list[str]:
    dated = f"{day.year}年{day.month}月{day.day}日" if day else ""
    return [line for line in (unit, dated) if line]


class _Writer:
    def __init__(self, document: "WordDocument", style: Style) -> None:
        self.document = document
        self.style = style

    def title(self, title: str) -> None:
        if title:
            lines = title_lines(_clean(title), self.style.title_characters)
            self._broken("Title", lines)

    def subtitle(self, lines: list[str]) -> None:
        if lines:
            *unit, last = lines
            dated = f"（{last}）" if unit else last
            if self.document.paragraphs:  # the blank line stands below the subtitle
                self.document.paragraphs[-1].paragraph_format.space_after = Pt(0)
            self._broken("Subtitle", [*unit, dated])

    def block(
        self,
        block: Heading | Paragraph,
        remarks: tuple[Remark, ...],
        references: tuple[Reference, ...],
    ) -> None:
        if isinstance(block, Heading):
            name, heading = f"Heading {block.level}", None
        else:
            name, heading = "Body Text", block.heading
        paragraph = self.document.add_paragraph(style=name)
        run_in = (len(heading.plain), f"heading {heading.level} Char") if heading else (0, "")
        self._text(paragraph, block.plain, remarks, references, run_in)

    def signature(self, lines: list[str]) -> None:
        for i, line in enumerate(lines):
            paragraph = self.document.add_paragraph(style="Signature")
            paragraph.paragraph_format.keep_with_next = i + 1 < len(lines)
            if i == 0:
                paragraph.paragraph_format.space_before = Pt(self.style.line_pitch)
            self._run(paragraph, _clean(line))

    def legend(self, lines: list[str]) -> None:
        for i, line in enumerate(lines):
            paragraph = self.document.add_paragraph(style="Normal")
            paragraph.paragraph_format.page_break_before = i == 0
            self._run(paragraph, _clean(line))

    def page_numbers(self) -> None:
        place = self.style.page_number.place
        section = self.document.sections[0]
        if place == "none":
            return
        even = "left" if place == "outside" else "center"
        odd = "right" if place == "outside" else "center"
        self._footer(section.even_page_footer, even)
        self._footer(section.footer, odd)

    def _footer(self, footer: "_Footer", side: str) -> None:
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        properties = paragraph._p.get_or_add_pPr()
        if side != "center":
            indent = OxmlElement("w:ind")
            indent.set(qn(f"w:{side}Chars"), "100")
            indent.set(qn(f"w:{side}"), str(twips(self.style.page_number.size)))
            properties.append(indent)
        justify = OxmlElement("w:jc")
        justify.set(qn("w:val"), side)
        properties.append(justify)
        self._run(paragraph, "— ")
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), " PAGE ")
        paragraph._p.append(field)
        field.append(paragraph.add_run("1")._r)
        self._run(paragraph, " —")

    def _broken(self, style_name: str, lines: list[str]) -> None:
        paragraph = self.document.add_paragraph(style=style_name)
        for i, line in enumerate(lines):
            if i:
                paragraph.add_run().add_break(WD_BREAK.LINE)
            self._run(paragraph, line)

    def _text(
        self,
        paragraph: WordParagraph,
        text: str,
        remarks: tuple[Remark, ...],
        references: tuple[Reference, ...],
        run_in: tuple[int, str],
    ) -> None:
        """Write `text` in runs cut wherever something begins or ends."""
        marks = [match.span() for match in MARK.finditer(text)]
        joints = set(_joints(text)) if self.style.keep_units else set()
        raised = {reference.at: reference.text for reference in references}
        cuts = {0, len(text), run_in[0], *joints, *raised}
        cuts |= {end for span in marks for end in span}
        cuts |= {end for remark in remarks for end in (remark.start, remark.end)}
        runs: dict[int, Run] = {}
        for start, end in pairwise(sorted(cut for cut in cuts if cut <= len(text))):
            if start in joints:
                paragraph.add_run(JOINER)
            run = self._run(paragraph, _clean(text[start:end]))
            runs[start] = run
            if start < run_in[0]:
                run.style = run_in[1]
            if any(a <= start < b for a, b in marks):
                run.font.highlight_color = WD_COLOR_INDEX.YELLOW
            if end in raised:
                note = self._run(paragraph, raised[end])
                note.font.superscript = True
        for remark in remarks:
            inside = [run for start, run in runs.items() if remark.start <= start < remark.end]
            if inside:
                self.document.add_comment(inside, _clean(remark.text), _AUTHOR, "助")

    def _run(self, paragraph: WordParagraph, text: str) -> Run:
        run = paragraph.add_run(text)
        # Without the hint Word prints “ ” — … in the Latin font, half as wide.
        run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:hint"), "eastAsia")
        return run


def _joints(text: str) -> Iterator[int]:
    """Where a line must not be broken: between a figure, its scale and its unit."""
    for figure in find_figures(text, chinese=False):
        behind = figure.start + len(figure.number)
        if figure.unit:
            yield behind
        if figure.measure and figure.measure != figure.unit:
            yield figure.end - len(figure.measure)


def _clean(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return _NO_XML.sub("", text)
