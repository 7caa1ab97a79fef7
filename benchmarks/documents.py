"""Whole documents: the product beside other ways of running the same model on the same prompts.

python benchmarks/documents.py [SPEC …] [--candidates N] [--server COMMAND] [--alone] [--write]

The product drafts the document; the others get the prompts that it asks, each candidate to have as
many tokens as drafting drew for it, and check nothing. The raw rate is that of one sequence behind
such a prompt, on the weights as llama.cpp loads them by itself.
"""

import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from drafted import asked, drafting
from interleaved import RESULTS, ROOT, Results, interleaved, told_machine, write_table
from loops import open_loop
from measured import Run, System, Work, spread
from peers import Plain, Server, served

from assistant.llm.open import sizes_for, verified_model

EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))
TITLES = {
    "raw": "llama.cpp, one sequence",
    "ours": "assistant",
    "plain": "llama-cpp-python, one by one",
    "grammar": "the same with a JSON grammar",
    "server": "llama.cpp server",
}


def main(
    specs: Annotated[list[Path] | None, typer.Argument(help="all of examples/ if none")] = None,
    model: Annotated[str | None, typer.Option(help="name or path")] = None,
    candidates: Annotated[list[int] | None, typer.Option(min=1, max=8)] = None,
    server: Annotated[str, typer.Option(help="command of a llama.cpp server")] = "",
    alone: Annotated[bool, typer.Option(help="without others, but for the raw rate")] = False,
    repetitions: Annotated[int, typer.Option(min=1)] = 5,
    drafts: Annotated[Path | None, typer.Option(help="where drafts are kept")] = None,
    results: Annotated[Path, typer.Option(help="where runs are kept")] = RESULTS,
    write: Annotated[bool, typer.Option(help="put the table into docs/performance.md")] = False,
) -> None:
    """Run what is missing and print a table."""
    verified = verified_model(model)
    sizes = sizes_for(verified)
    names = [n for n in TITLES if n in ("raw", "ours") or (not alone and (n != "server" or server))]
    works = [
        replace(Work.sized(verified.file, spec, sizes), candidates=number)
        for number in candidates or [3]
        for spec in specs or EXAMPLES
    ]
    table = [f"{told_machine(works[0], verified.name)}. {repetitions} interleaved runs.", "", *HEAD]
    for work in works:
        if not alone:
            work = replace(work, asks=asked(work))
        opener = partial(open_system, server=server, drafts=drafts)
        runs = interleaved(names, work, opener, repetitions=repetitions, results=results)
        table += _rows(work, runs)
    typer.echo("\n".join(table))
    if write:
        write_table("documents" if not alone else "alone", table)


@contextmanager
def open_system(name: str, work: Work, *, server: str, drafts: Path | None) -> Iterator[System]:
    """A system by name, its model loaded."""
    if name == "raw":
        with open_loop("bare 1", work) as loop:
            yield loop
    elif name == "ours":
        with drafting(work, drafts) as product:
            yield product
    elif name == "server":
        with served(work, server) as url:
            yield Server(url)
    else:
        yield Plain(work, grammar=name == "grammar")


COLUMNS = (
    "document",
    "candidates",
    "system",
    "seconds",
    "share",
    "tokens decoded",
    "tokens/s",
    "prompt tokens read",
    "first text, s",
    "peak, MB",
)
HEAD = (f"| {' | '.join(COLUMNS)} |", "|---" * len(COLUMNS) + "|")


def _rows(work: Work, runs: Results) -> Iterator[str]:
    named = [work.spec.stem, str(work.candidates)]
    for name, told in runs.items():
        single = name == "raw"
        cells = [
            *named,
            TITLES[name],
            "–" if single else spread([run.seconds for run in told], 1),
            "–" if single else spread(_shares(told, runs["raw"]), 2),
            "–" if single else _middle([run.decoded for run in told]),
            spread([run.rate for run in told], 1),
            "–" if single else _middle([run.prompt_read for run in told]),
            "–" if single else spread([run.first_text for run in told], 1),
            f"{max(run.peak for run in told) / 1e6:,.0f}",
        ]
        yield f"| {' | '.join(cells)} |"
        named = ["", ""]


def _shares(told: list[Run], raw: list[Run]) -> list[float]:
    """Wall time over what the tokens decoded would take at the raw rate of the same repetition."""
    return [run.seconds / (run.decoded / one.rate) for run, one in zip(told, raw, strict=True)]


def _middle(numbers: list[int]) -> str:
    return f"{statistics.median(numbers):,.0f}"


if __name__ == "__main__":
    typer.run(main)
