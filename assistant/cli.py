"""The command line. stdout is data, stderr is narration, exit codes are `errors.ExitCode`."""

import io
import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, cast

import typer

from assistant.cli_check import check_command, rule_command
from assistant.cli_corpus import app as corpus_app
from assistant.cli_evaluate import app as evaluate_app
from assistant.cli_export import export_command
from assistant.cli_generate import generate_command
from assistant.cli_model import app as model_app
from assistant.errors import AssistantError, ExitCode, InputError, reason

app = typer.Typer(
    help="离线起草对照检查材料和主体责任汇报：只用本单位的事实，不编造。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(corpus_app, name="corpus")
app.add_typer(evaluate_app, name="evaluate")
app.add_typer(model_app, name="model")
app.command("generate")(generate_command)
app.command("export")(export_command)
app.command("check")(check_command)
app.command("rule")(rule_command)


@app.command("kinds")
def kinds_command() -> None:
    """列出全部文种。"""
    from assistant.kinds import all_kinds

    group = ""
    for kind in all_kinds().values():
        if kind.group != group:
            group = kind.group
            print(f"{group}：")
        mark = "" if kind.verified else "（方面措辞未核对通知原文）"
        print(f"  {kind.id:24}{kind.name}{mark}")
        print(f"  {'':24}{'；'.join(aspect.name for aspect in kind.aspects)}")


@app.command("new")
def new_command(
    kind: Annotated[str, typer.Argument(help="文种代号，见 assistant kinds。")],
    out: Annotated[
        Path | None, typer.Option("--out", help="写入这个文件；不写则显示在屏幕上。")
    ] = None,
) -> None:
    """生成一份带说明的规格，照着填即可。"""
    from assistant.kinds import get_kind
    from assistant.spec_template import spec_template

    text = spec_template(get_kind(kind))
    if out is None:
        print(text, end="")
        return
    if out.exists():
        raise InputError(f"{out} 已存在，没有改动它。", hint="请换一个文件名。")
    from assistant.files import write_private

    try:
        write_private(out, text)
    except OSError as error:
        raise InputError(f"写不进 {out}：{reason(error)}。") from None
    print(f"已生成 {out}，填好后运行 assistant generate --spec {out}", file=sys.stderr)


class SchemaName(StrEnum):
    """What `assistant schema` prints."""

    spec = "spec"
    draft = "draft"


@app.command("schema")
def schema_command(
    name: Annotated[SchemaName, typer.Argument(help="spec 或 draft。")],
) -> None:
    """显示规格或草稿的 JSON Schema。"""
    from assistant.draft import Draft
    from assistant.spec import UnitSpec
    from assistant.spec_file import json_schema

    schema = json_schema(UnitSpec if name is SchemaName.spec else Draft)
    print(json.dumps(schema, ensure_ascii=False, indent=2))


def main() -> None:
    """Run the command line; a user's mistake never shows a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal without Chinese shows ? instead
            stream.reconfigure(errors="replace")
    if not sys.argv[1:]:
        sys.argv.append("--help")
    try:
        status = app(standalone_mode=False)
        sys.stdout.flush()
    except AssistantError as error:
        print(f"错误：{error}", file=sys.stderr)
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        print("已中断。", file=sys.stderr)
        sys.exit(ExitCode.INTERRUPTED)
    except _UsageError as error:
        print(f"错误：{_usage_message(error)}", file=sys.stderr)
        print("用法见 assistant --help 或 assistant 命令 --help。", file=sys.stderr)
        sys.exit(ExitCode.INPUT)
    except OSError as error:  # stdout: a closed pipe or a full disk
        print(f"错误：写不出结果：{reason(error)}。", file=sys.stderr)
        sys.exit(ExitCode.FINDINGS)
    sys.exit(status or ExitCode.DONE)


# Some releases of Typer use click, others a copy of their own; both derive this from it.
_UsageError = cast(type[Exception], typer.BadParameter.__base__)


def _usage_message(error: Exception) -> str:
    """The mistake in Chinese; click speaks English."""
    param = getattr(error, "param", None)
    name = " / ".join(getattr(param, "opts", None) or [getattr(param, "name", "") or ""])
    match type(error).__name__:
        case "MissingParameter":
            return f"缺少参数 {name}"
        case "NoSuchOption":
            return f"没有 {getattr(error, 'option_name', '')} 这个选项"
        case "BadParameter":
            return f"参数 {name} 的值不对：{error}"
        case _:
            return str(error).replace("No such command", "没有这个命令：")
