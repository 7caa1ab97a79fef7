"""Our engine beside other ways of running the same model on the same prompts.

python benchmarks/engine.py [--quick] [--model NAME] [--server COMMAND] [--write]

The systems take turns, each in a process of its own that stays loaded, and each does the work
once before it is timed, so that every prompt cache is warm. Each run is kept at once in the file
of results: a benchmark that was interrupted goes on where it stopped.
"""

import datetime
import json
import multiprocessing
import platform
import statistics
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, replace
from importlib.metadata import version
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Annotated

import psutil
import typer
from engine_systems import Message, Run, Work, open_system, resident_bytes
from langchain_core.messages import BaseMessage, HumanMessage

from assistant.drafting.prompts import SlotPrompts
from assistant.errors import AssistantError
from assistant.examples.store import shipped_examples
from assistant.kinds import get_kind
from assistant.llm.open import sizes_for, verified_model
from assistant.planner import make_plan
from assistant.spec_file import read_spec

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- benchmarks/engine.py: begin -->", "<!-- end -->"
DOCUMENTS = {
    "raw": "llama.cpp, one sequence (decoding alone)",
    "ours": "this engine",
    "plain": "llama-cpp-python, one by one",
    "grammar": "the same with a JSON grammar",
    "server": "llama.cpp server, parallel slots",
}
LOOPS = tuple(f"{loop} {rows}" for rows in (16, 32) for loop in ("bare", "tiled", "steps"))
Results = dict[str, list[Run]]


def main(
    model: Annotated[str | None, typer.Option(help="name or path")] = None,
    server: Annotated[str, typer.Option(help="command of a llama.cpp server")] = "",
    prompts: Annotated[int, typer.Option(min=1)] = 3,
    candidates: Annotated[int, typer.Option(min=1, max=8, help="for each prompt")] = 3,
    tokens: Annotated[int, typer.Option(min=2, help="for each candidate")] = 16,
    repetitions: Annotated[int, typer.Option(min=1)] = 5,
    quick: Annotated[bool, typer.Option(help="the least that shows all systems work")] = False,
    results: Annotated[Path, typer.Option(help="where runs are kept")] = ROOT / "build/engine.json",
    write: Annotated[bool, typer.Option(help="put the table into docs/performance.md")] = False,
) -> None:
    """Run what is missing and print a table."""
    if quick:
        prompts, candidates, tokens, repetitions = 2, 2, 4, 1
    verified = verified_model(model)
    sizes = sizes_for(verified)
    work = Work(
        verified.file,
        example_prompts(prompts),
        candidates=candidates,
        tokens=tokens,
        steps=tokens,
        server=server,
        **sizes.numbers,
    )
    names = [name for name in (*DOCUMENTS, *LOOPS) if name != "server" or server]
    done = _Kept(results, work)
    with ExitStack() as stack:
        systems: dict[str, Connection] = {}
        for repetition in range(repetitions):
            for name in names:
                if len(done.runs.get(name, ())) > repetition:
                    continue
                if name not in systems:
                    systems[name] = stack.enter_context(_process(name, work))
                run = _ask(systems[name], name)
                done.add(name, run)
                typer.echo(f"{repetition + 1}. {name}: {run.decoded / run.seconds:.1f} tokens/s")
    table = "\n".join(_page(done.runs, work, verified.name))
    typer.echo(table)
    if write:
        _write(table)


def example_prompts(count: int) -> tuple[tuple[Message, ...], ...]:
    """Prompts of problems, as drafting makes them for the specs in `examples/`."""
    found: list[tuple[Message, ...]] = []
    for file in sorted((ROOT / "examples").glob("*.yaml")):
        spec = read_spec(file)
        kind = get_kind(spec.kind)
        plan = make_plan(spec, kind)
        maker = SlotPrompts(spec, kind, plan, examples=shipped_examples(), count_tokens=len)
        for slot in plan.slots():
            if slot.role == "problem" and slot.writable and not slot.told:
                *messages, given = maker.messages(slot, slot.stated)
                # Not every system can go on from the beginning of an answer.
                asked = HumanMessage(f"{messages[-1].text}\n{given.text}")
                found.append(tuple(_message(m) for m in (*messages[:-1], asked)))
            if len(found) == count:
                return tuple(found)
    return tuple(found)


def _message(message: BaseMessage) -> Message:
    roles = {"system": "system", "human": "user", "ai": "assistant"}
    return {"role": roles[message.type], "content": str(message.text)}


@contextmanager
def _process(name: str, work: Work) -> Iterator[Connection]:
    """A process that does the work once for each thing sent to it; it has done so once before."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(name, work, there), daemon=True)
    process.start()
    there.close()
    try:
        yield here
    finally:
        here.close()
        process.join(30)


def _serve(name: str, work: Work, connection: Connection) -> None:
    try:
        with open_system(name, work) as system:
            system.run(replace(work, tokens=2, steps=2))
            while connection.recv():
                run = system.run(work)
                connection.send(replace(run, resident=resident_bytes()))
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
        self._key = json.dumps(asdict(work) | {"file": work.file.name}, ensure_ascii=False)
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


def _page(runs: Results, work: Work, model: str) -> Iterator[str]:
    memory = psutil.virtual_memory().total / 1e9
    yield (
        f"{datetime.date.today()}, {model}, llama-cpp-python {version('llama-cpp-python')}, "
        f"{_processor()}, {psutil.cpu_count(logical=False)} cores, {memory:.0f} GB; "
        f"{work.threads} threads, {work.rows} rows. {len(work.prompts)} prompts from `examples/`, "
        f"{work.candidates} candidates each, {work.tokens} tokens each; caches warm. "
        f"Median (least–most) of {min(map(len, runs.values()))} interleaved runs."
    )
    yield ""
    yield "| system | tokens/s | ÷ one sequence | wall s | read | first token s | resident MB |"
    yield "|---|---|---|---|---|---|---|"
    bound = statistics.median(r.decoded / r.seconds for r in runs["raw"])
    for name, title in DOCUMENTS.items():
        if name in runs:
            yield _row(title, runs[name], bound)
    yield ""
    yield "| rows | bare loop, tokens/s | tiled | this engine | ratios | where its time goes |"
    yield "|---|---|---|---|---|---|"
    for rows in (16, 32):
        bare, tiled, steps = (runs[f"{loop} {rows}"] for loop in ("bare", "tiled", "steps"))
        told = ", ".join(_spread(_ratios(steps, loop), 2) for loop in (bare, tiled))
        shares = ", ".join(
            f"{name} {statistics.median(s.shares[name] for s in steps):.1%}"
            for name in steps[0].shares
        )
        yield f"| {rows} | {_rates(bare)} | {_rates(tiled)} | {_rates(steps)} | {told} | {shares} |"


def _ratios(runs: list[Run], others: list[Run]) -> list[float]:
    """Rates of runs over those of other ones, repetition by repetition."""
    return [
        (o.seconds / o.decoded) / (r.seconds / r.decoded)
        for r, o in zip(runs, others, strict=False)
    ]


def _row(title: str, runs: list[Run], bound: float) -> str:
    ratio = statistics.median(r.decoded / r.seconds for r in runs) / bound
    wall = _spread([r.seconds for r in runs], 1)
    read = round(statistics.median(r.prompt_read for r in runs)) or "–"
    first = _spread([r.first_text for r in runs], 1) if runs[0].first_text else "–"
    resident = max(r.resident for r in runs) / 1e6
    return (
        f"| {title} | {_rates(runs)} | {ratio:.2f} | {wall} | {read} | {first} | {resident:.0f} |"
    )


def _rates(runs: list[Run]) -> str:
    return _spread([run.decoded / run.seconds for run in runs], 1)


def _spread(values: list[float], digits: int) -> str:
    least, most = min(values), max(values)
    return f"{statistics.median(values):.{digits}f} ({least:.{digits}f}–{most:.{digits}f})"


def _processor() -> str:
    lines = Path("/proc/cpuinfo")
    if lines.exists():
        for line in lines.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def _write(table: str) -> None:
    """Replace the table in the page, or begin a page with it."""
    page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else "# Performance\n"
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    text = f"{before.rstrip()}\n\n{BEGIN}\n{table}\n{END}\n{after.lstrip()}"
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    typer.run(main)
