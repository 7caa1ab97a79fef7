"""How long a key press takes to the screen while the model drafts, on a real terminal.

    python benchmarks/tui_latency.py [--model NAME] [--keys 60]

The application runs on a pseudo-terminal of 80×24 characters with the user's models, in a folder
of its own. Three times are taken: from the start of the process to the first screen; on the
drafting screen from Esc to the question that it asks; in the review, while other paragraphs are
still drafted, from a typed character to that character on the screen.
"""

import argparse
import fcntl
import os
import pty
import select
import shutil
import signal
import statistics
import struct
import sys
import tempfile
import termios
import time
from pathlib import Path

from assistant import workspace
from assistant.preferences import Preferences, save_preferences
from assistant.settings import HOME_VARIABLE, models_folder

_SPEC = Path(__file__).parent.parent / "examples" / "cunzhen-zhibu-2023.yaml"
_ENTER, _ESCAPE, _F2, _F5, _F6 = b"\r", b"\x1b", b"\x1bOQ", b"\x1b[15~", b"\x1b[17~"
_PATIENCE = 600.0
_PAUSE = 0.3
"""Seconds between keys, as one types; longer than a terminal takes to tell Esc from a sequence."""


class Terminal:
    """The application on a pseudo-terminal."""

    def __init__(self) -> None:
        self.started = time.perf_counter()
        self.process, self._file = pty.fork()
        if self.process == 0:
            os.environ.update(TERM="xterm-256color", COLORTERM="truecolor")
            os.execv(sys.executable, [sys.executable, "-c", _START])
        fcntl.ioctl(self._file, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self._seen = b""

    def wait(self, words: str) -> float:
        """Wait until words are drawn; seconds since the last key."""
        deadline = time.perf_counter() + _PATIENCE
        while words.encode() not in self._seen:
            if time.perf_counter() > deadline:
                raise TimeoutError(words)
            if select.select([self._file], [], [], 1.0)[0]:
                self._seen += os.read(self._file, 65536)
        return time.perf_counter() - self.started

    def press(self, key: bytes) -> None:
        """Press a key; only what is drawn from now on counts."""
        self.rest(_PAUSE)
        self._seen = b""
        self.started = time.perf_counter()
        os.write(self._file, key)

    def rest(self, seconds: float) -> None:
        """Let time pass, and what is drawn meanwhile."""
        until = time.perf_counter() + seconds
        while (left := until - time.perf_counter()) > 0:
            if select.select([self._file], [], [], left)[0]:
                os.read(self._file, 65536)

    def close(self) -> None:
        """End it."""
        os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)


_START = "from assistant.start import main; main()"


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--model", default="")
    options.add_argument("--keys", type=int, default=60)
    chosen = options.parse_args()
    models = models_folder().resolve()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        os.environ[HOME_VARIABLE] = folder
        (home / "models").symlink_to(models)
        spec = shutil.copy(_SPEC, home)
        save_preferences(Preferences(model=chosen.model, documents=home))
        workspace.put_first(Path(spec))
        terminal = Terminal()
        try:
            _measure(terminal, chosen.keys)
        finally:
            terminal.close()
    print("load:", *os.getloadavg())


def _measure(terminal: Terminal, keys: int) -> None:
    print(f"first screen: {terminal.wait('新建材料'):.2f} s")
    terminal.press(_ENTER)
    terminal.wait("全文字数")
    terminal.press(_F5)
    terminal.wait("稿，各")
    questions: list[float] = []
    for _ in range(keys // 3):
        terminal.press(_ESCAPE)
        questions.append(terminal.wait("停下返回"))
        terminal.press(_ESCAPE)
    _tell("Esc on the drafting screen", questions)
    terminal.press(_F6)
    terminal.wait("依据事实")
    terminal.press(_F2)
    typed: list[float] = []
    for i in range(keys):
        character = chr(0x3400 + i)  # none that the model would write
        terminal.press(character.encode())
        typed.append(terminal.wait(character))
    _tell("a character in the review", typed)
    _tell("all keys", questions + typed)
    terminal.press(_ESCAPE)
    terminal.press(_ESCAPE)
    terminal.press(_ESCAPE)
    still = terminal.wait("停下返回") > 0
    print("drafting was still under way at the end:", still)


def _tell(what: str, seconds: list[float]) -> None:
    print(
        f"{what}: median {1000 * statistics.median(seconds):.0f} ms, "
        f"worst {1000 * max(seconds):.0f} ms, {len(seconds)} keys"
    )


if __name__ == "__main__":
    main()
