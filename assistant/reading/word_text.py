"""The text of a Word part as pieces, each of which knows the element it stands in.

What one sees is read: insertions are in, deletions, comments, hidden text, field codes and tables
of contents are out, automatic numbers are printed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from assistant.reading.word_numbers import Numbering
from assistant.reading.word_package import W

_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_TEXT = (f"{W}t", _MATH_TEXT)
_BLOCKS = frozenset({f"{W}p", f"{W}tbl"})
_UNSEEN = frozenset(
    {
        *(f"{W}{name}" for name in ("del", "moveFrom", "instrText", "delText", "rt", "sectPr")),
        *(f"{W}{name}" for name in ("pPr", "rPr", "tblPr", "trPr", "tcPr", "sdtPr")),
        # An older program's copy of what stands in Choice.
        f"{_COMPATIBILITY}Fallback",
    }
)
_JOINED = re.compile("[^\u200c\u200d]+")
"""Word's 无宽非分隔符 and 无宽可选分隔符 steer line breaks; one sees nothing of them."""
_ONE_SPACE = str.maketrans(dict.fromkeys("\t\r\n", " "))


@dataclass(frozen=True)
class Piece:
    """Characters of a line and the `w:t` that holds them."""

    text: str
    element: etree._Element | None = None
    """None where Word prints something that no run holds: numbers, tabs, line breaks."""
    offset: int = 0
    """Place of the first character in the element's text."""


Line = list[Piece]
"""A paragraph, or a row of a table (cells between tabs)."""


def lines(container: etree._Element, numbering: Numbering) -> Iterator[Line]:
    """The paragraphs and table rows of a body, header or text box, in order."""
    merged: Line = []
    for block in _blocks(container):
        if block.tag == f"{W}tbl":
            yield from _rows(block, numbering)
            continue
        if _in_table_of_contents(block):
            continue
        boxes: list[etree._Element] = []
        number = numbering.next(block)
        line = [Piece(number)] if number and not merged else []
        line = merged + line + list(_inline(block, boxes, layout_breaks=_is_centred(block)))
        if block.find(f"{W}pPr/{W}rPr/{W}del") is not None:  # its mark is deleted: it goes on
            merged = line
        else:
            merged = []
            yield line
        for box in boxes:
            yield from lines(box, numbering)
    if merged:
        yield merged


def text_of(line: Line) -> str:
    """The characters of a line."""
    return "".join(piece.text for piece in line)


def _blocks(container: etree._Element) -> Iterator[etree._Element]:
    """Paragraphs and tables, also inside content controls and insertions."""
    for child in container.iterchildren():
        if child.tag in _BLOCKS:
            yield child
        elif (child.tag == f"{W}sdt" and _is_contents_list(child)) or child.tag in _UNSEEN:
            continue
        elif isinstance(child.tag, str):
            yield from _blocks(child)


def _rows(table: etree._Element, numbering: Numbering) -> Iterator[Line]:
    rows = [row for row in _descend(table, f"{W}tr") if row.find(f"{W}trPr/{W}del") is None]
    cells = [list(_descend(row, f"{W}tc")) for row in rows]
    if [len(row) for row in cells] == [1]:  # a frame around text, not a table
        yield from lines(cells[0][0], numbering)
        return
    for row in cells:
        line: Line = []
        for i, cell in enumerate(row):
            if i:
                line.append(Piece("\t"))
            content = [part for part in lines(cell, numbering) if text_of(part)]
            for j, part in enumerate(content):
                line += [Piece(" ")] * bool(j)
                line += [Piece(" ") if piece.text == "\n" else piece for piece in part]
        yield line


def _descend(element: etree._Element, tag: str) -> Iterator[etree._Element]:
    """Rows or cells, also inside content controls, but not those of a table within."""
    for child in element.iterchildren():
        if child.tag == tag:
            yield child
        elif isinstance(child.tag, str) and child.tag not in _BLOCKS | _UNSEEN:
            yield from _descend(child, tag)


def _inline(
    element: etree._Element, boxes: list[etree._Element], *, layout_breaks: bool
) -> Iterator[Piece]:
    for child in element.iterchildren():
        if not isinstance(child.tag, str) or child.tag in _UNSEEN:
            continue
        if child.tag in _TEXT:
            for part in _JOINED.finditer((child.text or "").translate(_ONE_SPACE)):
                yield Piece(part[0], child, part.start())
        elif child.tag == f"{W}txbxContent":
            boxes.append(child)
        elif child.tag == f"{W}r" and _is_hidden(child):
            continue
        elif sign := _SIGNS.get(child.tag):
            yield Piece("" if sign == "\n" and layout_breaks else sign)
        else:
            yield from _inline(child, boxes, layout_breaks=layout_breaks)


_SIGNS = {
    f"{W}tab": "\t",
    f"{W}ptab": "\t",
    f"{W}br": "\n",
    f"{W}cr": "\n",
    f"{W}noBreakHyphen": "-",
    f"{W}sym": "□",
}


def _is_hidden(run: etree._Element) -> bool:
    vanish = run.find(f"{W}rPr/{W}vanish")
    return vanish is not None and vanish.get(f"{W}val") not in ("0", "false", "off")


def _is_centred(paragraph: etree._Element) -> bool:
    """Whether line breaks in it are for looks: a title broken in the middle is one title."""
    alignment = paragraph.find(f"{W}pPr/{W}jc")
    style = paragraph.find(f"{W}pPr/{W}pStyle")
    return (alignment is not None and alignment.get(f"{W}val") == "center") or (
        style is not None and style.get(f"{W}val") == "Title"
    )


def _is_contents_list(control: etree._Element) -> bool:
    gallery = control.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
    return gallery is not None and gallery.get(f"{W}val") == "Table of Contents"


def _in_table_of_contents(paragraph: etree._Element) -> bool:
    style = paragraph.find(f"{W}pPr/{W}pStyle")
    name = "" if style is None else (style.get(f"{W}val") or "")
    return name.upper().startswith("TOC") and name[3:].isdigit()
