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


@app.command("bench")
def bench_model(
    name: Annotated[str | None, typer.Argument(help="模型名或路径；不写则为默认模型。")] = None,
    threads: Annotated[int | None, typer.Option("--threads", min=1, help="线程数。")] = None,
    rows: Annotated[
        int | None, typer.Option("--rows", min=8, max=32, help="同时写的候选（路）数。")
    ] = None,
    context: Annotated[
        int | None, typer.Option("--context", min=2048, help="同时保留的词元数。")
    ] = None,
    auto: Annotated[
        bool, typer.Option("--auto", help="取消以前记住的设置，全部由程序选定。")
    ] = False,
    seconds: Annotated[
        float, typer.Option("--seconds", min=0.01, help="每种路数至少测多少秒。")
    ] = 2.0,
    as_json: Annotated[bool, typer.Option("--json", help="以 JSON 输出。")] = False,
) -> None:
    """测量模型在这台电脑上的速度和内存，并说明程序选用的线程、路数和上下文。

    写明的线程、路数、上下文会记住，以后起草都照此进行；它们不影响写出的文字。
    """
    import json
    from dataclasses import asdict, replace

    from assistant.errors import InputError, reason
    from assistant.llm.bench import bench
    from assistant.llm.calibration import read_wanted, save_wanted
    from assistant.llm.open import verified_model
    from assistant.llm.sizes import Wanted
    from assistant.settings import engine_file

    with narrated("模型") as progress:
        verified = verified_model(name, progress)
    told = {"threads": threads, "rows": rows, "context": context}
    set_now = {key: value for key, value in told.items() if value}
    if auto or set_now:
        try:
            save_wanted(replace(Wanted() if auto else read_wanted(), **set_now))
        except OSError as error:
            raise InputError(f"设置没有存上：{engine_file()}：{reason(error)}。") from None
    result = bench(verified, seconds=seconds)
    if as_json:
        typer.echo(json.dumps({"model": verified.name} | asdict(result), ensure_ascii=False))
        return
    typer.echo(f"{verified.name}（{result.model_bytes / 1e6:,.0f} MB）")
    typer.echo(f"读提示词  {result.read_rate:.1f} 词元/秒")
    single = result.decode_rates[1]
    table = [("同时写", "词元/秒", "相当于一路的")]
    table += [
        (f"{batch} 路", f"{rate:.1f}", f"{rate / single:.1f} 倍")
        for batch, rate in result.decode_rates.items()
    ]
    for line in _columns(table):
        typer.echo(line)
    typer.echo(f"占用内存  {result.resident / 1e6:,.0f} MB")
    sizes = result.sizes
    chosen = (("线程", sizes.threads), ("路数", sizes.rows), ("上下文", sizes.context))
    for line in _columns([("选用", "", "理由"), *((t, str(s.value), s.why) for t, s in chosen)]):
        typer.echo(line)


def _columns(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows as lines with aligned columns; a Chinese character is two columns wide."""
    from rich.cells import cell_len

    widths = [max(cell_len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (
            cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True)
        )
        yield "  ".join(cells).rstrip()
