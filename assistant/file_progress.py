"""Progress of work on a large file (fetching, hashing), told on stderr."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from assistant.llm.hashes import Progress

_PLAIN_STEPS = 10
"""Lines told of one step when there is no terminal to draw a bar on."""


@contextmanager
def narrated(title: str) -> "Iterator[Progress]":
    """Tell progress on stderr: a bar on a terminal, otherwise a line about every 10 %."""
    if not sys.stderr.isatty():
        yield _PlainProgress(title)
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None)
        last = ""

        def progress(done: int, total: int, note: str, /) -> None:
            nonlocal last
            if note != last:
                last = note
                bar.console.print(note, markup=False, highlight=False)
                bar.reset(task)
            bar.update(task, completed=done, total=total)

        yield progress


class _PlainProgress:
    """Progress as plain lines on stderr."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._note = ""
        self._step = 0

    def __call__(self, done: int, total: int, note: str, /) -> None:
        step = _PLAIN_STEPS * done // total
        if note != self._note:
            self._note, self._step = note, step
            typer.echo(f"{self._title}：{note}", err=True)
        elif step > self._step:
            self._step = step
            told = f"{100 * done // total}%（{done / 1e6:,.0f} / {total / 1e6:,.0f} MB）"
            typer.echo(f"{self._title}：{told}", err=True)
