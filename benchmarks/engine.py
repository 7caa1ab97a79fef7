"""The engine's steps beside a bare llama.cpp loop with as many rows.

python benchmarks/engine.py [--spec FILE] [--model NAME] [--write]

Guard, sampling, scheduling and Python included, on a prompt that drafting makes.
"""

import statistics
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from interleaved import RESULTS, ROOT, Results, interleaved, told_machine, write_table
from loops import open_loop
from measured import Run, Work, spread

from assistant.llm.open import sizes_for, verified_model

ROWS = (16, 32)
SPEC = ROOT / "examples" / "shuiwu-2023-theme.yaml"


def main(
    spec: Annotated[Path, typer.Option(help="whose first problem is written")] = SPEC,
    model: Annotated[str | None, typer.Option(help="name or path")] = None,
    steps: Annotated[int, typer.Option(min=2)] = 16,
    repetitions: Annotated[int, typer.Option(min=1)] = 5,
    results: Annotated[Path, typer.Option(help="where runs are kept")] = RESULTS,
    write: Annotated[bool, typer.Option(help="put the table into docs/performance.md")] = False,
) -> None:
    """Run what is missing and print a table."""
    verified = verified_model(model)
    work = replace(Work.sized(verified.file, spec, sizes_for(verified)), steps=steps)
    names = [f"{loop} {rows}" for rows in ROWS for loop in ("bare", "tiled", "steps")]
    runs = interleaved(names, work, open_loop, repetitions=repetitions, results=results)
    table = list(_table(runs, f"{told_machine(work, verified.name)}, {repetitions} runs."))
    typer.echo("\n".join(table))
    if write:
        write_table("engine", table)


def _table(runs: Results, caption: str) -> Iterator[str]:
    yield caption
    yield ""
    yield "| rows | bare loop, tokens/s | tiled | this engine | ratios | where its time goes |"
    yield "|---|---|---|---|---|---|"
    for rows in ROWS:
        bare, tiled, steps = (runs[f"{loop} {rows}"] for loop in ("bare", "tiled", "steps"))
        rates = " | ".join(spread([run.rate for run in told], 1) for told in (bare, tiled, steps))
        ratios = ", ".join(spread(_ratios(steps, loop), 2) for loop in (bare, tiled))
        shares = ", ".join(
            f"{name} {statistics.median(run.shares[name] for run in steps):.1%}"
            for name in steps[0].shares
        )
        yield f"| {rows} | {rates} | {ratios} | {shares} |"


def _ratios(runs: list[Run], others: list[Run]) -> list[float]:
    """Rates of runs over those of other ones, repetition by repetition."""
    return [run.rate / other.rate for run, other in zip(runs, others, strict=True)]


if __name__ == "__main__":
    typer.run(main)
