"""The texts that documents are compared with: a few in memory, many in an index on disk."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.checks.context import OtherText
from assistant.errors import InputError
from assistant.reading import read
from assistant.settings import user_folder

MANY = 64
"""More files than these are indexed on disk, once, and again only when one has changed."""


@dataclass(frozen=True)
class Against:
    """What documents are compared with."""

    others: tuple[OtherText, ...] = ()
    index: Path | None = None
    """Folder of a saved index."""


def prepare(
    files: Sequence[Path], unread: Callable[[str], None], advance: Callable[[], None]
) -> Against:
    """Read the files, or index them where they are many.

    `unread` is told, in Chinese, why a file was passed over; `advance` is called after each file.

    Raises:
        InputError: a single file cannot be read, or the index cannot be written.
    """
    if len(files) == 1:
        return Against(others=(OtherText(str(files[0]), read(files[0])),))
    if len(files) <= MANY:
        return Against(others=tuple(_texts(files, unread, advance)))
    from assistant.checks.copy_index import build_index, save_index

    folder = user_folder() / "against" / _state(files)
    if not (folder / "index.json").exists():
        texts = ((text.name, text.text) for text in _texts(files, unread, advance))
        save_index(build_index(texts), folder)
    return Against(index=folder)


def _texts(
    files: Sequence[Path], unread: Callable[[str], None], advance: Callable[[], None]
) -> Iterator[OtherText]:
    for file in files:
        try:
            yield OtherText(str(file), read(file))
        except InputError as error:
            unread(error.message)
        advance()


def _state(files: Sequence[Path]) -> str:
    """A name for these files as they are now."""
    state = hashlib.sha256()
    for file in files:
        stat = file.stat()
        state.update(f"{file.resolve()}\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode())
    return state.hexdigest()[:24]
