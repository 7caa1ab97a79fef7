"""What the checker finds in a document under revision, paragraph by paragraph."""

from collections.abc import Iterator
from dataclasses import dataclass

from assistant.checks.context import CheckContext
from assistant.checks.engine import check
from assistant.checks.findings import Finding
from assistant.checks.registry import chosen_rules
from assistant.drafting.book import Book
from assistant.markdown import render
from assistant.text.edits import Edit


@dataclass(frozen=True)
class PlacedFinding:
    """A finding and the paragraph in which it stands."""

    finding: Finding
    slot: str
    """Id; empty where it concerns a heading or the whole document."""
    fix: Edit | None = None
    """The safe fix as an edit of the paragraph's own text."""


def examine(book: Book) -> list[PlacedFinding]:
    """All findings in the document as it stands, in its order."""
    text = render(book.draft())
    spans = list(_spans(book, text))
    return [
        _placed(finding, spans)
        for finding in check(CheckContext(text, spec=book.spec), chosen_rules())
    ]


def _spans(book: Book, text: str) -> Iterator[tuple[str, int, int]]:
    """Each paragraph's id with the characters of its text, ordinal left out."""
    behind = 0
    for paragraph in book:
        printed = paragraph.point.text
        start = text.index(printed, behind)
        behind = start + len(printed)
        yield paragraph.slot.id, start + len(paragraph.point.ordinal), behind


def _placed(finding: Finding, spans: list[tuple[str, int, int]]) -> PlacedFinding:
    place = finding.place
    if place is None:
        return PlacedFinding(finding, "")
    for slot_id, start, end in spans:
        if start <= place.start < end:
            edit = finding.fix
            inside = edit is not None and start <= edit.start and edit.end <= end
            moved = None
            if edit and inside:
                moved = Edit(edit.start - start, edit.end - start, edit.new)
            return PlacedFinding(finding, slot_id, moved)
    return PlacedFinding(finding, "")
