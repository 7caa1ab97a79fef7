"""The user's own worked examples: a folder each, and an index to find them by.

`<user's folder>/examples/<slug>/{document.md, unit.yaml}`, all for the owner alone. The index
(`index.sqlite`) also remembers every file that was read, so that adding a folder again reads only
what is new.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from assistant.errors import InputError, reason
from assistant.files import private_folder, write_private

if TYPE_CHECKING:  # slow to import, and not needed to find and read examples
    from assistant.corpus.duplicates import Signature, TwinIndex

Outcome = Literal["added", "twin", "refused"]

_FORMAT = 1
"""Number of this layout; an index of another one is refused."""

_TABLES = """
CREATE TABLE examples (
    slug TEXT PRIMARY KEY, title TEXT, kind TEXT, unit TEXT, characters INTEGER,
    facts INTEGER, exact TEXT, minhash BLOB
) STRICT;
CREATE TABLE files (
    path TEXT PRIMARY KEY, size INTEGER, changed INTEGER, outcome TEXT, slug TEXT
) STRICT;
"""


@dataclass(frozen=True)
class StoredExample:
    """An example as the index knows it."""

    slug: str
    title: str
    kind: str
    """The kind's id."""
    unit: str
    characters: int
    """字数 of the document."""
    facts: int
    """Facts in its spec; a document of generalities has none."""


@dataclass(frozen=True)
class NewExample:
    """A document that was read and is ready to be kept."""

    stored: StoredExample
    signature: "Signature"
    document: str
    spec: str
    """Its `unit.yaml`."""


@dataclass(frozen=True)
class FileState:
    """A file as it was when it was read; one that is the same again need not be."""

    path: str
    size: int
    changed: int
    """Nanoseconds."""

    @classmethod
    def of(cls, file: Path) -> "FileState":
        """The state of a file now."""
        state = file.stat()
        return cls(str(file.resolve()), state.st_size, state.st_mtime_ns)


class ExampleStore:
    """The examples in a folder; `open_store` opens one."""

    def __init__(self, folder: Path, index: sqlite3.Connection) -> None:
        self._folder = folder
        self._index = index
        self._twins: TwinIndex | None = None

    def folder_of(self, slug: str) -> Path:
        """Where an example's files lie."""
        return self._folder / slug

    def examples(self) -> list[StoredExample]:
        """Every example, by kind and unit."""
        rows = self._index.execute(
            "SELECT slug, title, kind, unit, characters, facts FROM examples"
            " ORDER BY kind, unit, slug"
        )
        return [StoredExample(*row) for row in rows]

    def has_read(self, file: FileState) -> bool:
        """Whether this very state of the file was read before, whatever came of it."""
        row = self._index.execute(
            "SELECT 1 FROM files WHERE path = ? AND size = ? AND changed = ?",
            (file.path, file.size, file.changed),
        ).fetchone()
        return row is not None

    def twin_of(self, signature: "Signature") -> StoredExample | None:
        """The kept example that is most like a document, if any is its twin."""
        twins = self._twin_index().twins(signature)
        if not twins:
            return None
        row = self._index.execute(
            "SELECT slug, title, kind, unit, characters, facts FROM examples WHERE slug = ?",
            twins[:1],
        ).fetchone()
        return StoredExample(*row)

    def add(self, example: NewExample, file: FileState) -> None:
        """Keep an example whose slug is not in use; its files are written first."""
        stored = example.stored
        folder = self.folder_of(stored.slug)
        # A crash in between leaves files that the index does not know; they are written anew.
        write_private(folder / "unit.yaml", example.spec)
        write_private(folder / "document.md", example.document)
        with self._index:
            self._index.execute(
                "INSERT INTO examples VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(stored.slug, stored.title, stored.kind, stored.unit),
                    *(stored.characters, stored.facts),
                    *(example.signature.exact, example.signature.minhash),
                ),
            )
            self._note(file, "added", stored.slug)
        self._twin_index().add(stored.slug, example.signature)

    def note(self, file: FileState, outcome: Outcome) -> None:
        """Remember that a file was read and not kept."""
        with self._index:
            self._note(file, outcome, "")

    def forget(self, file: FileState) -> None:
        """Remove what an earlier state of the file gave, before its new one is added."""
        row = self._index.execute(
            "SELECT slug FROM files WHERE path = ? AND outcome = 'added'", (file.path,)
        ).fetchone()
        if row:
            self.remove(row)

    def remove(self, slugs: Sequence[str]) -> None:
        """Forget examples; their files may then be added again.

        Raises:
            InputError: one is not in the store; nothing was removed.
        """
        known = {example.slug for example in self.examples()}
        if unknown := [slug for slug in slugs if slug not in known]:
            raise InputError(
                f"没有收录“{'”“'.join(unknown)}”。", hint="代号见 assistant corpus list。"
            )
        with self._index:
            for slug in slugs:
                self._index.execute("DELETE FROM examples WHERE slug = ?", (slug,))
                self._index.execute("DELETE FROM files WHERE slug = ?", (slug,))
            # What was refused as a twin of these may be wanted now.
            self._index.execute("DELETE FROM files WHERE outcome = 'twin'")
        for slug in slugs:
            shutil.rmtree(self.folder_of(slug), ignore_errors=True)
        self._twins = None

    def _note(self, file: FileState, outcome: Outcome, slug: str) -> None:
        self._index.execute(
            "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?)",
            (file.path, file.size, file.changed, outcome, slug),
        )

    def _twin_index(self) -> "TwinIndex":
        from assistant.corpus.duplicates import Signature, TwinIndex

        if self._twins is None:
            self._twins = TwinIndex()
            for slug, exact, minhash in self._index.execute(
                "SELECT slug, exact, minhash FROM examples"
            ):
                self._twins.add(slug, Signature(exact, minhash))
        return self._twins


@contextmanager
def open_store(folder: Path) -> Iterator[ExampleStore]:
    """The store in a folder, which is created where there is none.

    Raises:
        InputError: the folder cannot be used, or its index is of another version or damaged.
    """
    file = folder / "index.sqlite"
    try:
        private_folder(folder)
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise InputError(f"范例库 {folder} 打不开：{reason(error)}。") from None
    try:
        with closing(sqlite3.connect(file, timeout=10)) as index:
            _check_format(index, file)
            yield ExampleStore(folder, index)
    except sqlite3.DatabaseError as error:
        raise InputError(
            f"范例库的索引 {file} 读写不了（{error}）。",
            hint="请确认没有别的窗口正在收录；索引已损坏的，删去这个文件后重新收录。",
        ) from None


def _check_format(index: sqlite3.Connection, file: Path) -> None:
    (number,) = index.execute("PRAGMA user_version").fetchone()
    if number == 0:
        with index:
            index.executescript(f"BEGIN; {_TABLES} PRAGMA user_version = {_FORMAT}; COMMIT;")
    elif number != _FORMAT:
        raise InputError(
            f"范例库的索引 {file} 是别的版本建立的。", hint="请删去这个文件后重新收录。"
        )
