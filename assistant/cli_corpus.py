"""`assistant corpus`: raw documents and worked examples."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from assistant.cli_corpus_store import add_command, list_command, remove_command
from assistant.errors import AssistantError, ExitCode, InputError, reason

app = typer.Typer(name="corpus", help="材料的清洗与收录。", no_args_is_help=True)
app.command("add")(add_command)
app.command("list")(list_command)
app.command("remove")(remove_command)

_FEW = 4
"""Documents up to which starting further processes costs more than it saves."""


@app.command("clean")
def clean_command(
    sources: Annotated[
        list[Path],
        typer.Argument(help="原始材料或文件夹（.txt .md .docx .html .pdf）。"),
    ],
    out: Annotated[Path, typer.Option("--out", help="放结果的文件夹。")],
) -> None:
    """清洗原始材料，整理成范例，并报告删改了什么；中断后再次运行会接着做。"""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    from assistant.corpus.pipeline import process_all, sources_of
    from assistant.corpus.report import as_json, as_page, show
    from assistant.corpus.store_intake import documents_in
    from assistant.files import private_folder, write_private

    raw = sources_of(documents_in(sources), out)
    if not raw:
        raise InputError("没有找到材料。", hint="能读的有 .txt、.md、.docx、.html、.pdf。")
    narration = Console(stderr=True)
    workers = 1 if len(raw) <= _FEW else os.cpu_count() or 1
    try:
        private_folder(out)
        with Progress(
            TextColumn("清洗"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=narration,
            disable=not narration.is_terminal,
        ) as bar:
            done = process_all(raw, out, workers=workers)
            summaries = list(bar.track(done, total=len(raw)))
        summaries.sort(key=lambda summary: summary.source)
        write_private(out / "report" / "summary.json", as_json(summaries))
        write_private(out / "report" / "index.html", as_page(summaries))
    except OSError as error:
        raise AssistantError(f"写不进 {out}：{reason(error)}。") from None
    show(summaries, Console())
    print(f"范例在 {out}，对照报告在 {out / 'report' / 'index.html'}", file=sys.stderr)
    if any(summary.state == "unread" for summary in summaries):
        raise typer.Exit(ExitCode.FINDINGS)
