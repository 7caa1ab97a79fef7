"""The states of prompt heads, kept in memory and on disk, so that a head is read once.

An entry is a file: a digest line, then the state as llama.cpp gives it. A damaged entry
is dropped and the head is read again.
"""

import contextlib
import hashlib
import os
from pathlib import Path

from assistant.files import write_private

MOST_BYTES = 1_000_000_000
"""Size on disk beyond which the entries used longest ago are removed."""

_FORMAT = 3
"""Raised whenever heads are read in another way: their states then differ in bits."""


class PrefixStore:
    """States by key; without a folder they live as long as the process."""

    def __init__(self, folder: Path | None, *, most_bytes: int = MOST_BYTES) -> None:
        self._folder = folder
        self._most_bytes = most_bytes
        self._memory: dict[str, bytes] = {}

    @staticmethod
    def key(*identity: object) -> str:
        """A key of everything on which a state depends."""
        return hashlib.sha256(repr((_FORMAT, *identity)).encode()).hexdigest()

    def get(self, key: str) -> bytes | None:
        """The state, or None when it is absent or damaged."""
        if key in self._memory:
            return self._memory[key]
        if self._folder is None:
            return None
        file = self._folder / key
        try:
            stored = file.read_bytes()
        except OSError:
            return None
        digest, _, state = stored.partition(b"\n")
        if digest != _digest(state):
            with contextlib.suppress(OSError):
                file.unlink()
            return None
        with contextlib.suppress(OSError):
            os.utime(file)
        self._memory[key] = state
        return state

    def put(self, key: str, state: bytes) -> None:
        """Keep a state. A disk that is full or read-only costs only the time saved."""
        self._memory[key] = state
        if self._folder is None:
            return
        with contextlib.suppress(OSError):
            write_private(self._folder / key, _digest(state) + b"\n" + state)
            self._trim(self._folder)

    def _trim(self, folder: Path) -> None:
        entries = sorted(
            ((entry.stat().st_mtime, entry.stat().st_size, entry) for entry in folder.iterdir()),
            reverse=True,
        )
        total = 0
        for _, size, entry in entries:
            total += size
            if total > self._most_bytes:
                entry.unlink(missing_ok=True)


def _digest(state: bytes) -> bytes:
    return hashlib.blake2b(state, digest_size=16).hexdigest().encode()
