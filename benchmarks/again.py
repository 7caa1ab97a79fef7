"""A paragraph written again as the review asks for it, in steps of few rows and of many.

python benchmarks/again.py [--spec FILE] [--model NAME] [--candidates N] [--write]

The two differ in rounding and so in text and length: seconds tell what is waited for, milliseconds
a token what the steps are worth.
"""

import statistics
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated
from unittest.mock import patch

import typer
from drafted import loaded
from interleaved import ROOT, told_machine, write_table
from measured import Run, Work, spread

from assistant.drafting.book import Paragraph
from assistant.drafting.events import PointDone
from assistant.drafting.record import ModelIdentity, RunSettings
from assistant.drafting.redraw import redraw
from assistant.examples.store import shipped_examples
from assistant.kinds import get_kind
from assistant.llm.chat_model import LocalChatModel
from assistant.llm.open import sizes_for, verified_model
from assistant.llm.request import Exact
from assistant.planner import make_plan
from assistant.spec_file import read_spec

SPEC = ROOT / "examples" / "shuiwu-2023-theme.yaml"
BOTH: tuple[Exact, Exact] = ("few", "many")


def main(
    spec: Annotated[Path, typer.Option(help="whose paragraphs are written")] = SPEC,
    model: Annotated[str | None, typer.Option(help="name or path")] = None,
    candidates: Annotated[int, typer.Option(min=1, max=4)] = 3,
    paragraphs: Annotated[int, typer.Option(min=1)] = 12,
    write: Annotated[bool, typer.Option(help="put the table into docs/performance.md")] = False,
) -> None:
    """Write paragraphs again, each in both ways, and print a table."""
    verified = verified_model(model)
    work = Work.sized(verified.file, spec, sizes_for(verified))
    runs = list(islice(_written(work, candidates), paragraphs + 1))[1:]  # the first reads heads
    table = [
        f"{told_machine(work, verified.name)}. {len(runs)} paragraphs, {candidates} candidates.",
        "",
        "| steps of | seconds a paragraph | tokens | ms a token |",
        "|---|---|---|---|",
        *(_row(exact, [run[exact] for run in runs]) for exact in BOTH),
    ]
    typer.echo("\n".join(table))
    if write:
        write_table("again", table)


def _written(work: Work, candidates: int) -> Iterator[dict[Exact, Run]]:
    spec = read_spec(work.spec)
    plan = make_plan(spec, get_kind(spec.kind))
    with loaded(work) as (engine, _):
        local = LocalChatModel(engine, name_of_model="benchmark")
        for slot in plan.slots():
            if not slot.drawn:
                continue
            runs: dict[Exact, Run] = {}
            for exact in BOTH:
                start = time.perf_counter()
                with patch("assistant.drafting.writer.company", return_value=exact):
                    *_, done = redraw(
                        Paragraph(slot, "", None, None),
                        spec,
                        plan,
                        instruction="",
                        model=local,
                        identity=ModelIdentity(name="benchmark", sha256="benchmark"),
                        examples=shipped_examples(),
                        settings=RunSettings(candidates=candidates),
                    )
                assert isinstance(done, PointDone)
                seconds = time.perf_counter() - start
                runs[exact] = Run(seconds, done.record.cost.tokens_decoded)
            yield runs


def _row(exact: Exact, runs: list[Run]) -> str:
    seconds = spread([run.seconds for run in runs], 1)
    tokens = statistics.median(run.decoded for run in runs)
    return f"| {exact} | {seconds} | {tokens:.0f} | {spread([1000 / r.rate for r in runs], 0)} |"


if __name__ == "__main__":
    typer.run(main)
