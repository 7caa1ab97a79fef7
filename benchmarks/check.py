"""How fast the checker is: a document, the whole command, a folder, a file of 5 MB.

python benchmarks/check.py [--documents 1000] [--runs 7]
"""

import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from assistant.checks.context import CheckContext
from assistant.checks.engine import check
from assistant.checks.registry import chosen_rules
from assistant.settings import data_folder

_LENGTH = 5000
"""Characters of the one document."""
_LARGE = 5_000_000
"""Bytes of the large file."""
_NEVER_COMPILED = "PYTHONDONTWRITEBYTECODE"


class Took(NamedTuple):
    """Seconds of the processors (user and system, of all processes) and by the clock."""

    cpu: float
    wall: float


def main(
    documents: Annotated[int, typer.Option(help="in the folder")] = 1000,
    runs: Annotated[int, typer.Option(help="of which the quickest is told")] = 7,
) -> None:
    """Print a row for each case; the folder and the large file are checked once."""
    texts = [file.read_text("utf-8") for file in sorted(data_folder("fewshot").glob("*/*.md"))]
    rng = random.Random(1)
    print(f"{'':24}{'MB':>8}{'CPU s':>9}{'wall s':>9}{'MB/s wall':>11}")
    one = "\n".join(texts)[:_LENGTH]
    rules = chosen_rules()
    check(CheckContext(one), rules)
    _row("document", one, [_took(lambda: check(CheckContext(one), rules)) for _ in range(runs)])
    with tempfile.TemporaryDirectory() as name:
        file, large, folder = (Path(name) / part for part in ("one.md", "large.md", "folder"))
        file.write_text(one, encoding="utf-8")
        _row("whole command", one, [_took(lambda: _command(file)) for _ in range(runs)])
        folder.mkdir()
        varied = [_varied(texts[i % len(texts)], rng) for i in range(documents)]
        for i, text in enumerate(varied):
            (folder / f"{i:05}.md").write_text(text, encoding="utf-8")
        _row(f"folder of {documents}", "".join(varied), [_took(lambda: _command(folder))])
        many = "\n".join(varied).encode()
        whole = many * (_LARGE // len(many) + 1)
        text = whole[:_LARGE].decode(errors="ignore")
        large.write_text(text, encoding="utf-8")
        _row("file of 5 MB", text, [_took(lambda: _command(large))])


def _varied(text: str, rng: random.Random) -> str:
    """The text with other figures; years stay."""
    return re.sub(r"(?<!\d)\d{1,3}(?!\d)", lambda _: str(rng.randint(1, 999)), text)


def _command(path: Path) -> None:
    script = "from assistant.start import main; main()"
    command = [sys.executable, "-c", script, "check", str(path)]
    done = subprocess.run(command, capture_output=True, env=_compiled_once())
    if done.returncode not in (0, 1):
        raise SystemExit(done.stderr.decode())


def _compiled_once() -> dict[str, str]:
    """The environment of a user, whose second start finds every module compiled."""
    return {name: value for name, value in os.environ.items() if name != _NEVER_COMPILED}


def _took(work: Callable[[], object]) -> Took:
    cpu, wall = sum(os.times()[:4]), time.perf_counter()
    work()
    return Took(sum(os.times()[:4]) - cpu, time.perf_counter() - wall)


def _row(name: str, text: str, took: list[Took]) -> None:
    size = len(text.encode()) / 1e6
    cpu, wall = (min(getattr(each, part) for each in took) for part in Took._fields)
    print(f"{name:24}{size:8.3f}{cpu:9.3f}{wall:9.3f}{size / wall:11.2f}")


if __name__ == "__main__":
    typer.run(main)
