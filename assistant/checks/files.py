"""Checking files: reading them, running the rules, on all processor cores where there are many."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.checks.context import CheckContext, OtherText
from assistant.checks.data import RuleData
from assistant.checks.engine import check
from assistant.checks.findings import Finding
from assistant.checks.registry import chosen_rules
from assistant.errors import InputError
from assistant.reading import read, readable

if TYPE_CHECKING:
    from assistant.kinds import DocumentKind
    from assistant.reading.layout import WordLayout
    from assistant.spec import UnitSpec

_FEW = 8
"""Up to so many files one process is faster than starting more."""


@dataclass(frozen=True)
class CheckSettings:
    """What every file of a run is checked with."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    kind: "DocumentKind | None" = None
    spec: "UnitSpec | None" = None
    others: tuple[OtherText, ...] = ()
    index: Path | None = None
    """Folder of a saved index of more texts to compare with."""
    data: RuleData = field(default_factory=RuleData)

    def context(self, text: str, layout: "WordLayout | None" = None) -> CheckContext:
        """What the rules look at in a document of this text."""
        return CheckContext(
            text,
            given_kind=self.kind,
            spec=self.spec,
            others=self.others,
            index=self.index,
            data=self.data,
            layout=layout,
        )


@dataclass(frozen=True)
class CheckedFile:
    """A file and what was found in it."""

    path: Path
    text: str
    findings: tuple[Finding, ...]
    unread: str = ""
    """In Chinese: why it could not be read; then there are no findings."""


def find_files(paths: Sequence[Path]) -> list[Path]:
    """The files named, and every document in the folders named, in order.

    Raises:
        InputError: a path does not exist, or a folder holds no document.
    """
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            below = sorted(p for p in path.rglob("*") if p.is_file() and readable(p))
            if not below:
                raise InputError(f"{path} 里没有能读的材料。", hint="能读 .md、.txt、.docx 等。")
            files += below
        elif path.exists():
            files.append(path)
        else:
            raise InputError(f"没有 {path} 这个文件或文件夹。", hint="请检查路径。")
    return list(dict.fromkeys(files))


def check_files(files: Sequence[Path], settings: CheckSettings) -> Iterator[CheckedFile]:
    """Each file with its findings, in the order given; an unreadable one says why."""
    workers = min(os.cpu_count() or 1, len(files) // _FEW + 1)
    if workers == 1:
        yield from (_checked(file, settings) for file in files)
        return
    from concurrent.futures import ProcessPoolExecutor  # of no use for a single file

    # What the first file makes (data, patterns, worked examples) is there for forked workers.
    yield _checked(files[0], settings)
    with ProcessPoolExecutor(workers, initializer=_begin, initargs=(settings,)) as pool:
        try:
            yield from pool.map(_checked_in_worker, files[1:], chunksize=4)
        except BaseException:  # given up: what is not begun is not waited for
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _checked(file: Path, settings: CheckSettings) -> CheckedFile:
    try:
        text = read(file)
        layout = _layout(file)
    except InputError as error:
        return CheckedFile(file, "", (), error.message)
    rules = chosen_rules(settings.select, settings.ignore)
    return CheckedFile(file, text, tuple(check(settings.context(text, layout), rules)))


def _layout(file: Path) -> "WordLayout | None":
    if file.suffix.lower() != ".docx":
        return None
    from assistant.reading.word_layout import read_layout

    return read_layout(file)


_settings_of_worker = CheckSettings()


def _begin(settings: CheckSettings) -> None:
    global _settings_of_worker
    _settings_of_worker = settings


def _checked_in_worker(file: Path) -> CheckedFile:
    return _checked(file, _settings_of_worker)
