"""SHA-256 of large files, remembered so that an unchanged file is read once only."""

import contextlib
import hashlib
import json
from pathlib import Path
from typing import Protocol

from assistant.errors import ModelError, reason
from assistant.files import write_private
from assistant.settings import models_folder

CHUNK_BYTES = 1 << 20
"""Read at a time."""


class Progress(Protocol):
    """Told how far a long step on a file has come, in bytes; `note` says which step it is."""

    def __call__(self, done: int, total: int, note: str, /) -> None:
        """Called many times a second at most; may raise to stop the step."""


def silent(_done: int, _total: int, _note: str, /) -> None:
    """A `Progress` that tells nobody."""


def file_sha256(file: Path, progress: Progress = silent, *, fresh: bool = False) -> str:
    """The file's SHA-256 in hex; an unchanged file is read once only.

    Raises:
        ModelError: the file cannot be read.
    """
    known = None if fresh else remembered_sha256(file)
    if known:
        return known
    digest = hashlib.sha256()
    try:
        before = _stamp(file)
        with file.open("rb") as stream:
            while chunk := stream.read(CHUNK_BYTES):
                digest.update(chunk)
                progress(stream.tell(), before[0], "校验模型文件")
        if _stamp(file) == before:
            remember_sha256(file, digest.hexdigest())
    except OSError as error:
        raise ModelError(
            f"读不了模型文件 {file}：{reason(error)}。", hint="请检查文件和权限。"
        ) from None
    return digest.hexdigest()


def _memory_file() -> Path:
    return models_folder() / "verified.json"


def _stamp(file: Path) -> list[int]:
    """What changes when the file does: size, time of change, inode."""
    stat = file.stat()
    return [stat.st_size, stat.st_mtime_ns, stat.st_ino]


def _memory() -> dict[str, list[object]]:
    try:
        memory = json.loads(_memory_file().read_bytes())
    except (OSError, ValueError):
        return {}
    return memory if isinstance(memory, dict) else {}


def remembered_sha256(file: Path) -> str | None:
    """The hash of an earlier reading, None if there was none or the file changed since."""
    try:
        *stamp, digest = _memory()[str(file.absolute())]
        return str(digest) if stamp == _stamp(file) else None
    except (OSError, KeyError, TypeError, ValueError):
        return None


def remember_sha256(file: Path, digest: str) -> None:
    """Keep a hash for the next time; a disk that cannot be written costs only that time."""
    with contextlib.suppress(OSError):
        memory = _memory() | {str(file.absolute()): [*_stamp(file), digest]}
        write_private(_memory_file(), json.dumps(memory, ensure_ascii=False, indent=1))
