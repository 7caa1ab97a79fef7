"""Writing files so that a crash leaves the old one or the new one, readable by its owner alone."""

import os
import tempfile
from pathlib import Path


def private_folder(folder: Path) -> Path:
    """Create `folder` (and its parents) for the owner alone."""
    if not folder.is_dir():
        private_folder(folder.parent)
        folder.mkdir(exist_ok=True, mode=0o700)
    return folder


def write_private(file: Path, content: str | bytes) -> None:
    """Replace `file` at once and durably; only the owner may read it.

    Raises:
        OSError: nothing was changed.
    """
    private_folder(file.parent)
    raw = content.encode() if isinstance(content, str) else content
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(raw)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink()
        raise
