"""The formats in which a document can be written; each writer is imported when it is needed."""

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.export.manuscript import Manuscript
    from assistant.export.review import Review
    from assistant.style import Style


class Format(StrEnum):
    """What a document can be exported to; the value is the file's suffix."""

    docx = "docx"
    md = "md"
    html = "html"
    txt = "txt"


def write(
    manuscript: "Manuscript",
    to: Format,
    style: "Style",
    *,
    day: date | None = None,
    review: "Review | None" = None,
) -> str | bytes:
    """The document in a format; `review` adds comments to a Word file."""
    match to:
        case Format.docx:
            from assistant.export.word import write_word

            return write_word(manuscript, style, day=day, review=review)
        case Format.html:
            from assistant.export.html import write_html

            return write_html(manuscript, style)
        case Format.md:
            from assistant.export.plain import write_markdown

            return write_markdown(manuscript)
        case Format.txt:
            from assistant.export.plain import write_text

            return write_text(manuscript)
