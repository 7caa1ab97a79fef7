"""Edits of a Word document as tracked changes, which a superior accepts or refuses one by one."""

import copy
import io
import zipfile
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from lxml import etree

from assistant.reading.word import document_lines
from assistant.reading.word_package import W, WordPackage, open_package
from assistant.reading.word_text import Piece
from assistant.text.edits import Edit

_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_AUTHOR = "起草助手"


@dataclass(frozen=True)
class Tracked:
    """A Word document with its edits."""

    content: bytes
    placed: tuple[Edit, ...]
    refused: tuple[Edit, ...]
    """Edits of what no run holds: automatic numbers, paragraph ends, notes, headers."""


def track_edits(
    path: Path,
    edits: Iterable[Edit],
    *,
    track: bool = True,
    author: str = _AUTHOR,
    when: datetime | None = None,
) -> Tracked:
    """The document with `edits` of its text (as `read_word` gives it) as Word revisions.

    Without `track` they are carried out instead. All other parts of the package are taken over
    byte by byte.

    Raises:
        InputError: the file is missing, damaged, protected, of another format, or too large.
    """
    package = open_package(path)
    root = package.xml(package.main)
    places = _Places(package, root)
    stamp = (when or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ")
    reviser = _Reviser(root, author, stamp)
    placed: list[Edit] = []
    refused: list[Edit] = []
    # From the end, so that the places of earlier edits stay where they are.
    behind = float("inf")
    for edit in sorted(set(edits), reverse=True):
        spots = places.of(edit) if edit.end <= behind and "\n" not in edit.new else None
        if spots is None:
            refused.append(edit)
            continue
        reviser.replace(spots, edit.new)
        placed.append(edit)
        behind = edit.start
    if not track:
        reviser.accept()
    content = _rewritten(package, etree.tostring(root, encoding="UTF-8", standalone=True))
    return Tracked(content, tuple(reversed(placed)), tuple(reversed(refused)))


@dataclass(frozen=True)
class _Spot:
    """Characters of one `w:t`."""

    element: etree._Element
    start: int
    end: int


class _Places:
    """Where each character of the text stands in the document part."""

    def __init__(self, package: WordPackage, root: etree._Element) -> None:
        self._starts: list[int] = []
        self._pieces: list[Piece] = []
        position = 0
        for line in document_lines(package, root):
            for piece in line:
                if piece.text:
                    self._starts.append(position)
                    self._pieces.append(piece)
                    position += len(piece.text)
            position += 1

    def of(self, edit: Edit) -> list[_Spot] | None:
        """The characters that an edit replaces, or behind which it inserts; None if not in runs."""
        if edit.start == edit.end:
            spot = self._insertion(edit.start)
            return [spot] if spot else None
        spots: list[_Spot] = []
        position = edit.start
        while position < edit.end:
            spot = self._spot(position, edit.end)
            if spot is None:
                return None
            spots.append(spot)
            position += spot.end - spot.start
        return spots if len({_paragraph(spot.element) for spot in spots}) == 1 else None

    def _spot(self, position: int, end: int) -> _Spot | None:
        index = bisect_right(self._starts, position) - 1
        if index < 0:
            return None
        piece, inside = self._pieces[index], position - self._starts[index]
        if inside >= len(piece.text) or not _in_run(piece.element):
            return None
        assert piece.element is not None
        length = min(len(piece.text) - inside, end - position)
        start = piece.offset + inside
        return _Spot(piece.element, start, start + length)

    def _insertion(self, position: int) -> _Spot | None:
        before = self._spot(position - 1, position) if position else None
        if before:
            return _Spot(before.element, before.end, before.end)
        after = self._spot(position, position + 1)
        return _Spot(after.element, after.start, after.start) if after else None


def _in_run(element: etree._Element | None) -> bool:
    parent = None if element is None else element.getparent()
    return parent is not None and parent.tag == f"{W}r"


def _paragraph(element: etree._Element) -> etree._Element | None:
    return next(element.iterancestors(f"{W}p"), None)


class _Reviser:
    def __init__(self, root: etree._Element, author: str, stamp: str) -> None:
        self._author = author
        self._stamp = stamp
        self._made: list[etree._Element] = []
        ids = [element.get(f"{W}id") or "" for element in root.iter()]
        self._last_id = max((int(value) for value in ids if value.isdecimal()), default=0)

    def replace(self, spots: list[_Spot], new: str) -> None:
        """Mark the characters as deleted and `new`, in the look of the first, as inserted."""
        first = spots[0].element.getparent()
        assert first is not None
        look = first.find(f"{W}rPr")
        anchors = [self._cut(spot) for spot in reversed(spots)]
        if new:
            anchors[0].addnext(self._inserted(new, look, anchors[0]))

    def _cut(self, spot: _Spot) -> etree._Element:
        """Mark the spot's characters as deleted; what new text is to stand behind.

        The spot's own run keeps what stands before, so that places further up remain right.
        """
        run, element = spot.element.getparent(), spot.element
        assert run is not None
        text = element.text or ""
        behind = _empty_copy(run)
        if spot.end < len(text):
            _add_text(behind, "t", text[spot.end :])
        for sibling in list(element.itersiblings()):
            behind.append(sibling)
        if _holds_something(behind):
            run.addnext(behind)
        element.text = text[: spot.start]
        element.set(_SPACE, "preserve")
        if spot.start == spot.end:
            return run
        deleted = _empty_copy(run)
        _add_text(deleted, "delText", text[spot.start : spot.end])
        revision = self._revision("del")
        revision.append(deleted)
        run.addnext(revision)
        return revision

    def _inserted(
        self, text: str, look: etree._Element | None, anchor: etree._Element
    ) -> etree._Element:
        run = etree.Element(f"{W}r")
        if look is not None:
            run.append(copy.deepcopy(look))
        _add_text(run, "t", text)
        if next(anchor.iterancestors(f"{W}ins"), None) is not None:
            return run  # part of an insertion that is not accepted yet
        revision = self._revision("ins")
        revision.append(run)
        return revision

    def _revision(self, kind: str) -> etree._Element:
        self._last_id += 1
        revision = etree.Element(f"{W}{kind}")
        revision.set(f"{W}id", str(self._last_id))
        revision.set(f"{W}author", self._author)
        revision.set(f"{W}date", self._stamp)
        self._made.append(revision)
        return revision

    def accept(self) -> None:
        """Carry out the revisions made here; others stay as they are."""
        for revision in self._made:
            parent = revision.getparent()
            assert parent is not None
            if revision.tag == f"{W}ins":
                for run in list(revision):
                    revision.addprevious(run)
            parent.remove(revision)


def _empty_copy(run: etree._Element) -> etree._Element:
    twin = etree.Element(run.tag)
    look = run.find(f"{W}rPr")
    if look is not None:
        twin.append(copy.deepcopy(look))
    return twin


def _add_text(run: etree._Element, kind: str, text: str) -> None:
    element = etree.SubElement(run, f"{W}{kind}")
    element.set(_SPACE, "preserve")
    element.text = text


def _holds_something(run: etree._Element) -> bool:
    return any(child.tag != f"{W}rPr" for child in run)


def _rewritten(package: WordPackage, main: bytes) -> bytes:
    """The package with another document part."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(package.path) as old, zipfile.ZipFile(buffer, "w") as new:
        for entry in old.infolist():
            content = main if entry.filename == package.main else old.read(entry)
            new.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
