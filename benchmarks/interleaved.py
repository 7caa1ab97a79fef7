"""Systems that take turns, each in a process of its own that stays loaded.

Each has done a little of the work before it is timed, so that every prompt cache is warm. Each run
is kept at once: what was interrupted goes on where it stopped.
"""

import datetime
import json
import multiprocessing
import platform
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import asdict, replace
from importlib.metadata import version
from multiprocessing.connection import Connection
from pathlib import Path

import psutil
import typer
from measured import Run, System, Work, peak_bytes

from assistant.errors import AssistantError

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "build" / "benchmarks.json"
PAGE = ROOT / "docs" / "performance.md"
Opener = Callable[[str, Work], AbstractContextManager[System]]
"""Opens a system by name, its model loaded."""
Results = dict[str, list[Run]]


def interleaved(
    names: Sequence[str], work: Work, opener: Opener, *, repetitions: int, results: Path
) -> Results:
    """The runs of each system, those that are missing made now."""
    done = _Kept(results, work)
    with ExitStack() as stack:
        systems: dict[str, Connection] = {}
        for repetition in range(repetitions):
            for name in names:
                if len(done.runs.get(name, ())) > repetition:
                    continue
                if name not in systems:
                    systems[name] = stack.enter_context(_process(name, work, opener))
                run = _ask(systems[name], name)
                done.add(name, run)
                typer.echo(
                    f"{repetition + 1}. {name}: {run.seconds:.1f} s, {run.rate:.1f} tokens/s"
                )
    return {name: done.runs[name][:repetitions] for name in names}


def told_machine(work: Work, model: str) -> str:
    """Date, model, machine and sizes, for the head of a table."""
    memory = psutil.virtual_memory().total / 1e9
    return (
        f"{datetime.date.today()}, {model}, llama-cpp-python {version('llama-cpp-python')}, "
        f"{_processor()}, {psutil.cpu_count(logical=False)} cores, {memory:.0f} GB; "
        f"{work.threads} threads, {work.rows} rows"
    )


def write_table(name: str, lines: Sequence[str]) -> None:
    """Replace a table in docs/performance.md, which has a place for it."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    before, found, rest = PAGE.read_text(encoding="utf-8").partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise AssistantError(f"{PAGE} has no place for {name}")
    table = "\n".join(lines)
    PAGE.write_text(f"{before}{begin}\n{table}\n{end}{after}", encoding="utf-8")


@contextmanager
def _process(name: str, work: Work, opener: Opener) -> Iterator[Connection]:
    """A process that does the work once for each thing sent to it."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(name, work, opener, there), daemon=True)
    process.start()
    there.close()
    try:
        yield here
    finally:
        here.close()
        process.join(30)


def _serve(name: str, work: Work, opener: Opener, connection: Connection) -> None:
    try:
        with opener(name, work) as system:
            system.run(work.short())
            while connection.recv():
                run = system.run(work)
                connection.send(replace(run, peak=peak_bytes()))
    except EOFError:
        return
    except Exception as error:
        connection.send(f"{type(error).__name__}: {error}")


def _ask(connection: Connection, name: str) -> Run:
    connection.send(True)
    answer = connection.recv()
    if isinstance(answer, Run):
        return answer
    raise AssistantError(f"{name}: {answer}")


class _Kept:
    """Runs in a file, those of other work or sizes left alone."""

    def __init__(self, file: Path, work: Work) -> None:
        self._file = file
        self._key = json.dumps(asdict(work), default=lambda path: path.name, ensure_ascii=False)
        self._all: dict[str, dict[str, list[dict[str, object]]]] = (
            json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
        )
        told: Mapping[str, list[dict[str, object]]] = self._all.get(self._key, {})
        self.runs: Results = {
            name: [Run(**run) for run in runs]  # type: ignore[arg-type]
            for name, runs in told.items()
        }

    def add(self, name: str, run: Run) -> None:
        """Keep a run."""
        self.runs.setdefault(name, []).append(run)
        self._all[self._key] = {n: [asdict(r) for r in runs] for n, runs in self.runs.items()}
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_text(json.dumps(self._all, ensure_ascii=False), encoding="utf-8")


def _processor() -> str:
    lines = Path("/proc/cpuinfo")
    if lines.exists():
        for line in lines.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()
