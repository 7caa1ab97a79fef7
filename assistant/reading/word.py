"""Reading a Word document (.docx) as plain text, a paragraph or table row a line."""

import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from assistant.reading.word_numbers import Numbering, read_numbering
from assistant.reading.word_package import W, WordPackage, open_package
from assistant.reading.word_text import Line, lines, text_of

_PAGE_NUMBER = re.compile(r"[\s\d第共页/\-–—―·~～-]*")


def read_word(path: Path) -> str:
    """The text as one sees it with all changes accepted.

    Automatic numbers are printed, cells of a table row stand between tabs, text boxes follow the
    paragraph that they are anchored to. Footnotes, headers and footers (page numbers apart) come
    after the body.

    Raises:
        InputError: the file is missing, damaged, protected, of another format, or too large.
    """
    return "\n".join(_lines(open_package(path)))


def _lines(package: WordPackage) -> Iterator[str]:
    yield from map(text_of, document_lines(package, package.xml(package.main)))
    numbering = _numbering(package)
    for kind in ("footnotes", "endnotes"):
        for part in package.related(kind):
            for note in part.iterchildren():
                if note.get(f"{W}type") in (None, "normal"):  # others are separating lines
                    yield from map(text_of, lines(note, numbering))
    margins = dict.fromkeys(
        text
        for kind in ("header", "footer")
        for part in package.related(kind)
        for text in map(text_of, lines(part, numbering))
    )
    yield from (text for text in margins if not _PAGE_NUMBER.fullmatch(text))


def document_lines(package: WordPackage, main: etree._Element) -> Iterator[Line]:
    """The lines of the body; `main` is the root of the package's document part."""
    body = main.find(f"{W}body")
    if body is not None:
        yield from lines(body, _numbering(package))


def _numbering(package: WordPackage) -> Numbering:
    """The automatic numbers of the document, none counted yet."""
    return read_numbering(_first(package.related("numbering")), _first(package.related("styles")))


def _first(roots: Iterator[etree._Element]) -> etree._Element | None:
    return next(roots, None)
