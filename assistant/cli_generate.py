"""`assistant generate`."""

import signal
import sys
from contextlib import closing
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.errors import ExitCode

if TYPE_CHECKING:
    from rich.console import Console

    from assistant.drafting.events import DraftDone


def generate_command(
    spec: Annotated[Path, typer.Option("--spec", help="单位填好的规格（unit.yaml）。")],
    out: Annotated[
        Path | None, typer.Option("--out", help="结果文件夹；默认 drafts/规格的文件名。")
    ] = None,
    model: Annotated[
        str | None, typer.Option("--model", help="模型名（assistant model list）或 GGUF 文件路径。")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="随机种子；相同则结果相同。")] = 1,
    candidates: Annotated[
        int, typer.Option("--candidates", min=1, max=8, help="每段写几个候选，取最好的一个。")
    ] = 3,
    temperature: Annotated[
        float, typer.Option("--temperature", min=0.0, max=2.0, help="随机程度。")
    ] = 0.7,
    resume: Annotated[bool, typer.Option("--resume", help="接着上一次没有写完的继续。")] = False,
    bench: Annotated[
        bool, typer.Option("--bench", help="同时测量 llama.cpp 的裸解码速度，记入 run.json。")
    ] = False,
) -> None:
    """按规格起草整篇材料，写出 draft.docx、draft.md、draft.json 和 run.json。"""
    from rich.console import Console

    from assistant.kinds import get_kind
    from assistant.spec import advice
    from assistant.spec_file import read_spec

    unit = read_spec(spec)  # before anything slow: a wrong spec is told at once
    console = Console(stderr=True)
    for remark in advice(unit, get_kind(unit.kind)):
        console.print(f"提示：{remark}。", markup=False, highlight=False)
    # A terminated process should stop as one interrupted from the keyboard does.
    signal.signal(signal.SIGTERM, _interrupt)

    from assistant.offline import forbid_tracing

    forbid_tracing()
    from assistant.drafting.events import DraftDone
    from assistant.drafting.generate import generate
    from assistant.drafting.record import ModelIdentity, RunSettings
    from assistant.examples.own import examples_for
    from assistant.file_progress import narrated
    from assistant.llm.open import open_model, verified_model
    from assistant.progress import DraftingProgress

    folder = out or Path("drafts") / spec.stem
    examples = examples_for(get_kind(unit.kind), unit.unit)
    with narrated("模型") as tell:
        verified = verified_model(model, tell)
    with open_model(verified) as chat_model:
        progress = DraftingProgress(console)
        events = generate(
            unit,
            model=chat_model,
            identity=ModelIdentity(name=chat_model.name_of_model, sha256=verified.sha256),
            folder=folder,
            examples=examples,
            settings=RunSettings(seed=seed, candidates=candidates, temperature=temperature),
            resume=resume,
            bench=bench,
        )
        try:
            with progress, closing(events):
                for event in events:
                    progress.show(event)
                    if isinstance(event, DraftDone):
                        done = event
        except KeyboardInterrupt:
            console.print(f"\n已中断：写好的 {progress.done} 段都在 {folder}，加 --resume 继续。")
            raise typer.Exit(ExitCode.INTERRUPTED) from None
    _write_word(done)
    _conclude(done, console)


def _write_word(done: "DraftDone") -> None:
    from assistant.export.manuscript import from_draft
    from assistant.export.word import write_word
    from assistant.files import write_private

    write_private(done.folder / "draft.docx", write_word(from_draft(done.draft)))


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


_SHORT = 0.85
"""Share of the length asked for below which a draft is told to be short."""


def _conclude(done: "DraftDone", console: "Console") -> None:
    record = done.record
    totals = record.totals
    console.print(
        f"全文 {record.characters} 字（要求 {record.length} 字），"
        f"用时 {totals.seconds:.0f} 秒，解码 {totals.tokens_decoded} 词元。",
        highlight=False,
    )
    if record.characters < _SHORT * record.length:
        console.print("比要求的短：给定的事实只够写这么多。各问题再补一两条事实，篇幅就会上去。")
    for finding in record.findings:
        console.print(f"  {finding}", highlight=False, markup=False)
    if record.findings:
        console.print(f"有 {len(record.findings)} 处需要补充或核实，文中以【待补】【待核】标出。")
    console.print("结果：", end="")
    print(done.folder / "draft.md", file=sys.stdout, flush=True)
    if record.findings:
        raise typer.Exit(ExitCode.FINDINGS)
