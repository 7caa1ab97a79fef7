"""`assistant check` and `assistant rule`."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.errors import ExitCode, InputError, reason

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.checks.against import Against
    from assistant.checks.files import CheckedFile, CheckSettings
    from assistant.kinds import DocumentKind
    from assistant.spec import UnitSpec


class ReportFormat(StrEnum):
    """How findings are told."""

    text = "text"
    json = "json"
    sarif = "sarif"


def check_command(
    paths: Annotated[
        list[Path], typer.Argument(help="要查的文件或文件夹（.md、.txt、.docx 等）。")
    ],
    spec: Annotated[
        Path | None, typer.Option("--spec", help="单位的规格（unit.yaml）：按它核对事实。")
    ] = None,
    against: Annotated[
        list[Path] | None,
        typer.Option("--against", help="与这些材料（如去年的本单位材料）比对雷同，可写多次。"),
    ] = None,
    kind: Annotated[
        str | None, typer.Option("--kind", help="文种代号；不写则由题目和标题识别。")
    ] = None,
    select: Annotated[
        list[str] | None, typer.Option("--select", help="只查这些规则，如 T,S301。")
    ] = None,
    ignore: Annotated[
        list[str] | None, typer.Option("--ignore", help="不查这些规则，如 K204。")
    ] = None,
    fix: Annotated[
        bool,
        typer.Option("--fix", help="改掉有把握的错；Word 文件另存为“名字-修订.docx”。"),
    ] = False,
    track: Annotated[
        bool,
        typer.Option(
            "--track/--no-track", help="Word 文件的改动：留修订标记，或直接改好（随 --fix）。"
        ),
    ] = True,
    format_: Annotated[
        ReportFormat, typer.Option("--format", help="报告格式。")
    ] = ReportFormat.text,
    rules_file: Annotated[
        Path | None, typer.Option("--rules", help="本单位的规则数据（YAML），见 docs/rules.md。")
    ] = None,
    baseline: Annotated[
        Path | None,
        typer.Option("--baseline", help="基线文件：已知的问题不再报；文件不存在则按现状生成。"),
    ] = None,
) -> None:
    """校对材料：结构、规范表述、数字、单位、雷同、空话、文字标点、保密。"""
    from assistant.checks.data import office_data
    from assistant.checks.files import CheckSettings, find_files
    from assistant.checks.registry import chosen_rules

    compared = _against(against or [])
    settings = CheckSettings(
        select=_codes(select),
        ignore=_codes(ignore),
        kind=_kind(kind),
        spec=_spec(spec, kind),
        others=compared.others,
        index=compared.index,
        data=office_data(rules_file),
    )
    chosen_rules(settings.select, settings.ignore)  # a wrong code is told at once
    files = find_files(paths)
    checked = _checked(files, settings)
    for file in checked:
        if file.unread:
            if paths == [file.path]:
                raise InputError(file.unread)
            print(f"跳过：{file.unread}", file=sys.stderr)
    if fix:
        checked = [_fixed(file, settings, track=track) for file in checked]
    _report(_without_baseline(checked, baseline), format_)


def _codes(given: Sequence[str] | None) -> tuple[str, ...]:
    return tuple(code.strip().upper() for text in given or () for code in text.split(",") if code)


def _kind(kind_id: str | None) -> "DocumentKind | None":
    from assistant.kinds import get_kind

    return get_kind(kind_id) if kind_id else None


def _spec(file: Path | None, kind_id: str | None) -> "UnitSpec | None":
    if file is None:
        return None
    from assistant.spec_file import read_spec

    spec = read_spec(file)
    if kind_id and kind_id != spec.kind:
        raise InputError(
            f"--kind 是 {kind_id}，规格里的文种是 {spec.kind}。", hint="请去掉 --kind。"
        )
    return spec


def _against(paths: Sequence[Path]) -> "Against":
    from assistant.checks.against import Against, prepare
    from assistant.checks.files import find_files

    if not paths:
        return Against()
    files = find_files(paths)
    with _counted("读取比对材料", len(files)) as advance:
        return prepare(files, lambda why: print(f"跳过：{why}", file=sys.stderr), advance)


def _checked(files: Sequence[Path], settings: "CheckSettings") -> "list[CheckedFile]":
    from assistant.checks.files import check_files

    checked = []
    with _counted("校对", len(files)) as advance:
        for file in check_files(files, settings):
            checked.append(file)
            advance()
    return checked


@contextmanager
def _counted(title: str, total: int) -> "Iterator[Callable[[], None]]":
    """A bar on stderr for many files, on a terminal only."""
    if total < 10 or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=total)
        yield lambda: bar.advance(task)


def _fixed(file: "CheckedFile", settings: "CheckSettings", *, track: bool) -> "CheckedFile":
    from assistant.checks.engine import check
    from assistant.checks.engine import fix as fix_text
    from assistant.checks.files import CheckedFile
    from assistant.checks.registry import chosen_rules
    from assistant.checks.rewrite import rewrite

    suffix = file.path.suffix.lower()
    if not any(finding.fix for finding in file.findings):
        return file
    if suffix == ".docx":
        _fix_word(file, track=track)
        return file
    if suffix not in (".md", ".txt"):
        print(f"{file.path}：{suffix} 文件不能自动修改，只列出问题。", file=sys.stderr)
        return file
    rules = chosen_rules(settings.select, settings.ignore)
    fixed = fix_text(settings.context(file.text), rules)
    rewrite(file.path, file.text, fixed.text)
    print(f"{file.path}：改了 {len(fixed.applied)} 处。", file=sys.stderr)
    left = check(settings.context(fixed.text), rules)
    return CheckedFile(file.path, fixed.text, tuple(left))


def _fix_word(file: "CheckedFile", *, track: bool) -> None:
    """Write the fixes, as revisions or carried out, into a copy beside the Word file."""
    from assistant.export.tracked import track_edits
    from assistant.files import write_private

    target = file.path.with_name(f"{file.path.stem}-修订.docx")
    if target.exists():
        raise InputError(f"{target} 已存在，没有改动它。", hint="请先改名或删除。")
    fixes = [finding.fix for finding in file.findings if finding.fix]
    tracked = track_edits(file.path, fixes, track=track)
    try:
        write_private(target, tracked.content)
    except OSError as error:
        raise InputError(f"写不进 {target}：{reason(error)}。") from None
    print(
        f"已写出 {target}：{len(tracked.placed)} 处{'修订' if track else '改动'}。", file=sys.stderr
    )


def _without_baseline(files: "list[CheckedFile]", path: Path | None) -> "list[CheckedFile]":
    if path is None:
        return files
    from assistant.checks.baseline import read_baseline, without_known, write_baseline

    if not path.exists():
        count = write_baseline(path, files)
        print(f"已把现有的 {count} 处记入基线 {path}，以后只报新的。", file=sys.stderr)
    known = read_baseline(path)
    return [without_known(file, known) for file in files]


def _report(files: "list[CheckedFile]", format_: ReportFormat) -> None:
    from assistant.checks.findings import Severity
    from assistant.checks.report import statistics, text_lines, to_json, to_sarif

    if format_ is ReportFormat.json:
        print(to_json(files))
    elif format_ is ReportFormat.sarif:
        print(to_sarif(files))
    else:
        for file in files:
            for line in text_lines(file):
                print(line)
        for line in statistics([file for file in files if not file.unread]):
            print(line)
    if any(f.severity is Severity.ERROR for file in files for f in file.findings):
        raise typer.Exit(ExitCode.FINDINGS)


def rule_command(
    code: Annotated[str | None, typer.Argument(help="规则代号，如 T201；不写则列出全部。")] = None,
) -> None:
    """说明一条校对规则，或列出全部规则。"""
    from assistant.checks.handbook import explain, overview

    print(explain(code) if code else overview())
