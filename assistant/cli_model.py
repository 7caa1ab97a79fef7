"""`assistant model`: the models on this computer."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from assistant.errors import ModelError
from assistant.file_progress import narrated

app = typer.Typer(name="model", help="模型的查看、下载、校验与登记。", no_args_is_help=True)


@app.command("list")
def list_models() -> None:
    """列出全部模型及其状态。"""
    from assistant.llm.catalogue import load_catalogue
    from assistant.llm.state import model_state

    rows = [("名称", "大小", "状态", "许可证", "默认", "说明")]
    for entry in load_catalogue().values():
        size = f"{entry.bytes / 1e6:,.0f} MB"
        mark = "是" if entry.default else ""
        rows.append((entry.name, size, model_state(entry), entry.licence, mark, entry.description))
    for line in _columns(rows):
        typer.echo(line)


@app.command("pull")
def pull_model(
    name: Annotated[str | None, typer.Argument(help="模型名；不写则为默认模型。")] = None,
) -> None:
    """下载一个模型；中断后再次运行会接着下载。"""
    from assistant.llm.catalogue import get_entry
    from assistant.llm.fetch import pull

    entry = get_entry(name)
    with narrated(entry.name) as progress:
        file = pull(entry, progress)
    typer.echo(str(file))


@app.command("verify")
def verify_models(
    name: Annotated[str | None, typer.Argument(help="模型名；不写则为已有的全部模型。")] = None,
) -> None:
    """重新读取并校验模型文件（SHA-256）。"""
    from assistant.llm.catalogue import get_entry, load_catalogue, verify_file

    if name is None:
        entries = [entry for entry in load_catalogue().values() if entry.path.is_file()]
    else:
        entries = [get_entry(name)]
    if not entries:
        raise ModelError(
            "这台电脑上还没有模型。", hint="请运行 assistant model pull 下载默认模型。"
        )
    failures: list[ModelError] = []
    for entry in entries:
        try:
            with narrated(entry.name) as progress:
                verify_file(entry, entry.path, progress, fresh=True)
        except ModelError as error:
            failures.append(error)
        else:
            typer.echo(f"{entry.name}  完好")
    if failures:
        raise ModelError(
            "\n".join(error.message for error in failures),
            hint="\n".join(error.hint for error in failures),
        )


@app.command("add")
def add_model(
    path: Annotated[Path, typer.Argument(help="GGUF 文件；登记后不要移动它。")],
    name: Annotated[str | None, typer.Option("--name", help="模型名；不写则由程序取名。")] = None,
) -> None:
    """登记一个自己的 GGUF 模型，之后可以用名字使用它。"""
    from assistant.llm.register import add

    with narrated(path.name) as progress:
        entry = add(path, name=name, progress=progress)
    typer.echo(entry.name)


def _columns(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows as lines with aligned columns; a Chinese character is two columns wide."""
    from rich.cells import cell_len

    widths = [max(cell_len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (
            cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True)
        )
        yield "  ".join(cells).rstrip()
