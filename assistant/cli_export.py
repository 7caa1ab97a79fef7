"""`assistant export`."""

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.errors import ExitCode, InputError, reason
from assistant.export.formats import Format, write

if TYPE_CHECKING:
    from assistant.export.manuscript import Manuscript
    from assistant.export.review import Review


def export_command(
    file: Annotated[Path, typer.Argument(help="draft.json，或改好的 .md、.txt。")],
    to: Annotated[Format, typer.Option("--to", help="导出成什么格式。")] = Format.docx,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", help="写入这个文件；不写时 docx 存在原文件旁边，其他格式显示在屏幕上。"
        ),
    ] = None,
    style_file: Annotated[
        Path | None,
        typer.Option("--style", help="本单位的版式（style.yaml）；不写则按 GB/T 9704-2012。"),
    ] = None,
    day: Annotated[
        datetime | None,
        typer.Option("--date", formats=["%Y-%m-%d"], help="落款日期，如 2024-01-12。"),
    ] = None,
    review: Annotated[
        bool, typer.Option("--review", help="审阅稿：加批注、事实编号和说明页（仅 docx）。")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="覆盖已有的文件。")] = False,
) -> None:
    """把草稿导出成 Word（GB/T 9704 版式）、Markdown、网页或纯文本。"""
    from assistant.export.draft_file import read_manuscript
    from assistant.export.style_file import read_style
    from assistant.style import STANDARD, deviations

    if review and to is not Format.docx:
        raise InputError("审阅稿只有 Word 格式。", hint="请去掉 --review，或用 --to docx。")
    style = read_style(style_file) if style_file else STANDARD
    manuscript, kind = read_manuscript(file)
    for line in deviations(style):
        print(f"与国标不同：{line}。", file=sys.stderr)
    content = write(
        manuscript,
        to,
        style,
        day=day.date() if day else None,
        review=_review(manuscript, kind) if review else None,
    )
    if out is None and isinstance(content, str):
        print(content, end="")
    else:
        target = out or file.with_name(f"{file.stem}{'.审阅稿' if review else ''}.{to}")
        _write(target, content, force=force)
        print(target)
    if unfinished := manuscript.unfinished:
        print(f"还有 {len(unfinished)} 处没有完成，文中保留了标记：", file=sys.stderr)
        for mark in dict.fromkeys(unfinished):
            print(f"  {mark}", file=sys.stderr)
        raise typer.Exit(ExitCode.FINDINGS)


def _review(manuscript: "Manuscript", kind: str) -> "Review":
    """The review with everything that the checker finds."""
    from assistant.checks.engine import check
    from assistant.checks.registry import chosen_rules
    from assistant.checks.rule import CheckContext
    from assistant.export.review import make_review
    from assistant.kinds import get_kind

    context = CheckContext(manuscript.plain, given_kind=get_kind(kind) if kind else None)
    return make_review(manuscript, check(context, chosen_rules()))


def _write(target: Path, content: str | bytes, *, force: bool) -> None:
    from assistant.files import write_private

    if target.exists() and not force:
        raise InputError(
            f"{target} 已存在，没有改动它。", hint="请用 --out 换一个文件名，或加 --force 覆盖。"
        )
    try:
        write_private(target, content)
    except OSError as error:
        raise InputError(f"写不进 {target}：{reason(error)}。") from None
