"""The log of an evaluation: a folder with all it takes to repeat it and to score it anew.

header.json                  program, model, settings, prompts
cases/<case>.json            spec and held-out document of each case
examples/<example>.json      the worked examples beside which copying is measured
records/<case>/<system>-<seed>.json    what a system wrote, or why it failed
drafts/<case>/<system>-<seed>/         run folders of our own drafts, candidates included
scores.json, report.html     made from the above, at any time again
"""

import hashlib
import subprocess
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.drafting.record import Cost, ModelIdentity
from assistant.errors import AssistantError, InputError, reason
from assistant.evaluation.case import Case
from assistant.examples.store import WorkedExample
from assistant.files import write_private
from assistant.markdown import render
from assistant.settings import data_folder
from assistant.spec import UnitSpec

FORMAT = 1

_Stored = TypeVar("_Stored", bound=BaseModel)


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Program(_Model):
    """Which program did something."""

    version: str
    commit: str
    """Empty where the program does not run from a checkout."""
    dirty: bool
    """Whether the checkout held changes that are in no commit."""
    libraries: dict[str, str]


class Settings(_Model):
    """What holds for every system that writes."""

    candidates: int = 3
    """Candidates of each of our paragraphs."""
    temperature: float = 0.7


class Header(_Model):
    """What an evaluation was made with."""

    format: int = FORMAT
    created: datetime
    program: Program
    model: ModelIdentity | None
    """Absent as long as no system needed one."""
    settings: Settings
    prompts: dict[str, str]
    """SHA-256 of every prompt file, and of the prompts of the other systems."""


class ExampleText(_Model):
    """A worked example as far as scoring needs it."""

    id: str
    spec: UnitSpec
    text: str


class Job(NamedTuple):
    """One document to be written by one system."""

    case: str
    system: str
    seed: int

    @property
    def name(self) -> str:
        """As it stands in file names."""
        return f"{self.system}-{self.seed}"


class Call(_Model):
    """One question put to the model and its answer, both whole."""

    messages: tuple[tuple[str, str], ...]
    """Role and text of each message."""
    answer: str
    finish: str = ""
    """Why the answer ended, as far as the model tells."""
    fault: str = ""
    """Why the answer could not be used."""


class Failure(_Model):
    """Why nothing was written."""

    message: str
    trace: str = ""
    """Where in the program, when it was not foreseen."""


class Record(_Model):
    """What a system wrote for a case."""

    case: str
    system: str
    seed: int
    program: Program
    text: str = ""
    failure: Failure | None = None
    calls: tuple[Call, ...] = ()
    """Raw outputs; those of our own drafts are in their run folders."""
    cost: Cost | None = None
    """Absent where nothing was written anew; of documents written at the same time, the seconds
    are those that fall to each (`clock`)."""
    elapsed: float | None = None
    """Seconds from the first question to the last answer; absent where they are those of `cost`."""
    beside: float | None = None
    """Documents written meanwhile, this one included, on an average; absent for this one alone."""
    peak_memory: int | None = None
    """Megabytes of main memory that the process held at most meanwhile; absent where several
    documents were written in it."""
    perplexity: float | None = None
    """Of the text under the model, where it was measured."""

    @property
    def job(self) -> Job:
        """What it answers to."""
        return Job(self.case, self.system, self.seed)


class EvaluationLog:
    """The folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def exists(self) -> bool:
        """Whether an evaluation was begun here."""
        return (self.folder / "header.json").is_file()

    def header(self) -> Header:
        """What it was made with.

        Raises:
            InputError: the folder holds no log, or one of another version.
        """
        if not self.exists:
            raise InputError(f"{self.folder} 不是评测结果文件夹。", hint="请检查路径。")
        return self._read(self.folder / "header.json", Header)

    def begin(self, header: Header) -> None:
        """Begin the log, or go on with one made in the same way.

        Raises:
            InputError: another model, other settings or other prompts were used here.
        """
        if self.exists:
            earlier = self.header()
            for name, old, new in (
                ("模型", earlier.model, header.model),
                ("设置", earlier.settings, header.settings),
                ("提示词", earlier.prompts, header.prompts),
            ):
                if old is not None and new is not None and old != new:
                    raise InputError(
                        f"{self.folder} 里是用另一种{name}做的评测，结果不能混在一起。",
                        hint="请用 --out 换一个文件夹。",
                    )
            header = earlier.model_copy(update={"model": earlier.model or header.model})
        self._write(self.folder / "header.json", header)

    def add_cases(self, cases: Iterable[Case], examples: Iterable[WorkedExample]) -> None:
        """Keep the cases, and the examples beside which copying will be measured.

        Raises:
            InputError: a case or example of the same name but with another content is here.
        """
        for case in cases:
            self._keep(self.folder / "cases" / f"{case.id}.json", case, case.id)
        for example in examples:
            text = ExampleText(id=example.slug, spec=example.spec, text=render(example.draft))
            self._keep(self.folder / "examples" / f"{example.slug}.json", text, example.slug)

    def cases(self) -> dict[str, Case]:
        """The cases by id."""
        return {case.id: case for case in self._all("cases", Case)}

    def examples(self) -> list[ExampleText]:
        """The worked examples that there were."""
        return list(self._all("examples", ExampleText))

    def records(self) -> list[Record]:
        """What was written so far, by case, system and seed."""
        return list(self._all("records", Record))

    def save(self, record: Record) -> None:
        """Keep what a system wrote."""
        self._write(self._record_file(record.job), record)

    def done(self, job: Job) -> Record | None:
        """What was written for a job; nothing where the file is missing or damaged."""
        try:
            return Record.model_validate_json(self._record_file(job).read_bytes())
        except (OSError, ValidationError):
            return None

    def draft_folder(self, job: Job) -> Path:
        """The run folder of one of our own drafts."""
        return self.folder / "drafts" / job.case / job.name

    def _record_file(self, job: Job) -> Path:
        return self.folder / "records" / job.case / f"{job.name}.json"

    def _keep(self, file: Path, stored: BaseModel, name: str) -> None:
        content = _json(stored)
        if file.is_file() and file.read_text(encoding="utf-8") != content:
            raise InputError(
                f"{self.folder} 里的“{name}”与现在的内容不同，结果不能混在一起。",
                hint="请用 --out 换一个文件夹。",
            )
        self._write(file, stored)

    def _all(self, kind: str, model: type[_Stored]) -> Iterator[_Stored]:
        for file in sorted((self.folder / kind).rglob("*.json")):
            yield self._read(file, model)

    def _read(self, file: Path, model: type[_Stored]) -> _Stored:
        try:
            return model.model_validate_json(file.read_bytes())
        except OSError as error:
            raise InputError(f"读不到 {file}：{reason(error)}。") from None
        except ValidationError:
            raise InputError(
                f"{file} 已损坏，或由另一版本的程序写成。", hint="请删去这一个文件后重新评测。"
            ) from None

    def _write(self, file: Path, stored: BaseModel) -> None:
        try:
            write_private(file, _json(stored))
        except OSError as error:
            raise AssistantError(
                f"写不进 {file}：{reason(error)}。",
                hint="已写好的结果都还在；腾出空间或改好权限后，用同一条命令继续。",
            ) from None


def _json(stored: BaseModel) -> str:
    return stored.model_dump_json(indent=1, by_alias=True) + "\n"


@cache
def program() -> Program:
    """The program that is running."""
    names = ("llama-cpp-python", "langchain-core", "numpy", "rapidfuzz")
    return Program(
        version=version("drafting-assistant"),
        commit=_git("rev-parse", "HEAD"),
        dirty=bool(_git("status", "--porcelain", "--untracked-files=no")),
        libraries={name: version(name) for name in names},
    )


def prompt_hashes(others: dict[str, str]) -> dict[str, str]:
    """SHA-256 of every prompt file, and of `others` by name."""
    root = data_folder("prompts")
    files = sorted(file for file in root.rglob("*") if file.is_file())
    hashes = {file.relative_to(root).as_posix(): _sha256(file.read_bytes()) for file in files}
    return hashes | {name: _sha256(text.encode()) for name, text in others.items()}


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _git(*arguments: str) -> str:
    """What git says of the program's checkout; nothing where there is none, or no git."""
    checkout = Path(__file__).parents[2]
    if not (checkout / "pyproject.toml").is_file():
        return ""  # installed, perhaps below some other checkout
    command = ["git", "-C", str(checkout), *arguments]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""
