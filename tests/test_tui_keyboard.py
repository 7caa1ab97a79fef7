"""The application on a real terminal: keys as bytes."""

import os
import pty
import select
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from assistant.settings import HOME_VARIABLE

_PATIENCE = 60.0


class _Terminal:
    def __init__(self, file: int) -> None:
        self._file = file

    def press(self, *keys: bytes) -> None:
        for key in keys:
            os.write(self._file, key)

    def wait(self, words: str) -> None:
        seen = b""
        deadline = time.monotonic() + _PATIENCE
        while words.encode() not in seen:
            assert time.monotonic() < deadline, seen.decode(errors="replace")
            if select.select([self._file], [], [], 0.5)[0]:
                seen += os.read(self._file, 65536)


@contextmanager
def _application(home: Path) -> Iterator[_Terminal]:
    process, file = pty.fork()
    if process == 0:
        os.environ |= {HOME_VARIABLE: str(home), "TERM": "xterm-256color"}
        os.execv(sys.executable, [sys.executable, "-c", "from assistant.start import main; main()"])
    try:
        yield _Terminal(file)
    finally:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        os.close(file)


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")
def test_escape_sequences_and_characters_in_pieces(tmp_path: Path) -> None:
    with _application(tmp_path) as terminal:
        terminal.wait("新建材料")
        terminal.press(b"\x1bOP")  # F1
        terminal.wait("Esc")
        terminal.press(b"\x1b")
        terminal.wait("新建材料")  # the help is gone, and home is drawn again
        terminal.press(b"\x0e")  # Ctrl+N
        terminal.wait("开始填写")
        terminal.press(b"\x1b[Z")  # to the field above the list
        written = "龘".encode()  # stands nowhere else
        terminal.press(written[:2])
        time.sleep(0.1)  # a slow line: the character arrives in two pieces
        terminal.press(written[2:])
        terminal.wait("龘")
