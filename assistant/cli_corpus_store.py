"""`assistant corpus add`, `list` and `remove`: the user's own worked examples."""

import os
import sys
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from assistant.errors import ExitCode, InputError

_FEW = 4
"""Documents up to which starting further processes costs more than it saves."""


def add_command(
    sources: Annotated[
        list[Path],
        typer.Argument(help="自己单位的材料或文件夹；有 unit.yaml 的 document.md 用它作规格。"),
    ],
) -> None:
    """把自己的材料收录为范例，起草时优先参考；中断后再次运行会接着收。"""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from assistant.corpus.store import open_store
    from assistant.corpus.store_intake import documents_in, take_in, unread
    from assistant.settings import examples_folder

    files = documents_in(sources)
    if not files:
        raise InputError("没有找到材料。", hint="能读的有 .txt、.md、.docx、.html、.pdf。")
    narration = Console(stderr=True)
    outcomes: Counter[str] = Counter()
    with open_store(examples_folder()) as store:
        new = unread(files, store)
        workers = 1 if len(new) <= _FEW else os.cpu_count() or 1
        with Progress(
            TextColumn("收录"),
            BarColumn(),
            MofNCompleteColumn(),
            console=narration,
            disable=not narration.is_terminal,
        ) as bar:
            for taken in bar.track(take_in(new, store, workers=workers), total=len(new)):
                outcomes[taken.outcome] += 1
                if taken.outcome == "added":
                    print(taken.slug)
                else:
                    print(f"没有收录 {taken.file}：{taken.note}", file=sys.stderr)
    told = [f"收录 {outcomes['added']} 份", f"雷同 {outcomes['twin']} 份"]
    told.append(f"不能用 {outcomes['refused']} 份")
    if len(files) > len(new):
        told.append(f"以前读过 {len(files) - len(new)} 份")
    print("，".join(told) + "。", file=sys.stderr)
    if outcomes["refused"]:
        raise typer.Exit(ExitCode.FINDINGS)


def list_command() -> None:
    """列出收录的范例。"""
    from assistant.corpus.store import open_store
    from assistant.settings import examples_folder

    with open_store(examples_folder()) as store:
        examples = store.examples()
    for example in examples:
        print(
            f"{example.slug}  {example.unit}  {example.characters}字  事实{example.facts}条"
            f"  {example.title}"
        )
    if not examples:
        print("还没有收录范例。收录：assistant corpus add 文件夹", file=sys.stderr)


def remove_command(
    slugs: Annotated[list[str], typer.Argument(help="代号，见 assistant corpus list。")],
) -> None:
    """去掉收录的范例；原来的材料不动。"""
    from assistant.corpus.store import open_store
    from assistant.settings import examples_folder

    with open_store(examples_folder()) as store:
        store.remove(slugs)
    print(f"已去掉 {len(set(slugs))} 份。", file=sys.stderr)
