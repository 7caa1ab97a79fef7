"""`assistant evaluate`: how good the drafts are, on documents that the examples never saw."""

import signal
import sys
from functools import partial
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.errors import ExitCode, InputError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from assistant.evaluation.case import Case
    from assistant.evaluation.log import EvaluationLog, Job, Settings

_HELP = (
    "在范例之外的材料上评测起草质量，与别的做法和原文对比。\n\n"
    "一次成文、逐节生成、逐节JSON先写，各占模型的一路，几份材料同时写；同时写几份由路数和内存定"
    "（最多用空闲内存的一半），上下文按此放大。本程序一份材料占满各路，逐份写，上下文不放大。"
    "写出的稿子与同时写几份无关；几份同时写的，用时按写出的词元分摊给每份。"
)

app = typer.Typer(
    help=_HELP,
    invoke_without_command=True,
    pretty_exceptions_enable=False,
)

_All = Annotated[bool, typer.Option("--all", help="列出全部指标，不只列主要的。")]
_Log = Annotated[Path, typer.Argument(help="评测结果文件夹（evaluate --out）。")]


@app.callback()
def evaluate_command(
    context: typer.Context,
    out: Annotated[
        Path | None, typer.Option("--out", help="结果文件夹；已有的结果不重做，接着做。")
    ] = None,
    systems: Annotated[
        str, typer.Option("--systems", help="要比较的系统，用逗号分开。")
    ] = "ours,one-shot,outline-shot,json,reference",
    ablations: Annotated[
        bool, typer.Option("--ablations", help="再加上去掉范例、把关、多候选、数字约束的四种。")
    ] = False,
    cases: Annotated[
        Path | None,
        typer.Option("--cases", help="评测材料文件夹；不写则用自带范例逐份留出。"),
    ] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="只用前几份材料。")] = None,
    seeds: Annotated[int, typer.Option("--seeds", min=1, help="每份材料写几遍，种子从1数起。")] = 1,
    model: Annotated[
        str | None, typer.Option("--model", help="模型名（assistant model list）或 GGUF 文件路径。")
    ] = None,
    candidates: Annotated[
        int, typer.Option("--candidates", min=1, max=8, help="本程序每段写几个候选。")
    ] = 3,
    temperature: Annotated[
        float, typer.Option("--temperature", min=0.0, max=2.0, help="随机程度。")
    ] = 0.7,
    retry: Annotated[bool, typer.Option("--retry", help="没有写成的再写一次。")] = False,
    perplexity: Annotated[
        bool, typer.Option("--perplexity", help="用模型测量每份稿子的困惑度（每份约一分钟）。")
    ] = False,
    all_scorers: _All = False,
) -> None:
    """逐份材料让各系统按规格重写，评分，写出 scores.json 和 report.html。"""
    if context.invoked_subcommand:
        return
    if out is None:
        raise InputError(
            "没有写明结果文件夹。", hint="例如：assistant evaluate --out 评测/第一次。"
        )
    from rich.console import Console

    console = Console(stderr=True)
    # A terminated process should stop as one interrupted from the keyboard does.
    signal.signal(signal.SIGTERM, _interrupt)
    from assistant.offline import forbid_tracing

    forbid_tracing()
    from assistant.evaluation.case import leave_one_out, read_cases, refuse_leaks
    from assistant.evaluation.log import EvaluationLog, Settings
    from assistant.evaluation.run import jobs_of
    from assistant.evaluation.systems import ABLATIONS, choose_systems
    from assistant.examples.store import shipped_examples

    names = [name.strip() for name in systems.split(",") if name.strip()]
    chosen = choose_systems([*names, *(ABLATIONS if ablations else ())])
    examples = shipped_examples()
    all_cases = read_cases(cases) if cases else leave_one_out(examples)
    refuse_leaks(all_cases, examples)
    wanted = all_cases[:limit]
    log = EvaluationLog(out)
    try:
        _generate(
            log,
            jobs_of(wanted, chosen, range(1, seeds + 1)),
            cases=wanted,
            settings=Settings(candidates=candidates, temperature=temperature),
            model=model,
            retry=retry,
            perplexity=perplexity,
            console=console,
        )
    except KeyboardInterrupt:
        console.print(f"\n已中断：写好的都在 {out}，用同一条命令接着做。")
        raise typer.Exit(ExitCode.INTERRUPTED) from None
    _report(log, console, all_scorers=all_scorers)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _generate(
    log: "EvaluationLog",
    jobs: "list[Job]",
    *,
    cases: "list[Case]",
    settings: "Settings",
    model: str | None,
    retry: bool,
    perplexity: bool,
    console: "Console",
) -> None:
    """Write what is missing in the log."""
    from datetime import datetime

    from assistant.drafting.record import ModelIdentity
    from assistant.evaluation.baselines import TEMPLATES
    from assistant.evaluation.log import Header, program, prompt_hashes
    from assistant.evaluation.opening import open_bench
    from assistant.evaluation.perplexity import measure_missing
    from assistant.evaluation.progress import EvaluationProgress
    from assistant.evaluation.run import missing_jobs, run
    from assistant.evaluation.systems import SYSTEMS
    from assistant.examples.store import shipped_examples
    from assistant.file_progress import narrated
    from assistant.llm.open import open_model, verified_model

    missing = missing_jobs(log, jobs, retry=retry)
    if len(missing) < len(jobs):
        console.print(f"已有 {len(jobs) - len(missing)} 份结果，还差 {len(missing)} 份。")
    verified = identity = None
    if perplexity or any(SYSTEMS[job.system].needs_model for job in missing):
        with narrated("模型") as tell:
            verified = verified_model(model, tell)
        identity = ModelIdentity(name=verified.name, sha256=verified.sha256)
    log.begin(
        Header(
            created=datetime.now().astimezone(),
            program=program(),
            model=identity,
            settings=settings,
            prompts=prompt_hashes(TEMPLATES),
        )
    )
    examples = shipped_examples()
    log.add_cases(cases, examples)
    with EvaluationProgress(console, missing) as progress:
        run(
            log,
            missing,
            cases=cases,
            examples=examples,
            open_bench=partial(open_bench, verified, settings) if verified else None,
            tell=progress.show,
        )
    if perplexity and verified:
        with open_model(verified) as opened:
            measure_missing(log, opened.engine, lambda name: console.print(f"困惑度：{name}"))


def _report(log: "EvaluationLog", console: "Console", *, all_scorers: bool) -> None:
    """Score the log, write the page and print the table."""
    from assistant.errors import AssistantError, reason
    from assistant.evaluation.page import report_page
    from assistant.evaluation.scoring import score_log
    from assistant.evaluation.summary import summarise
    from assistant.evaluation.tables import LEGEND, result_table
    from assistant.files import write_private

    with console.status("评分"):
        sheet = score_log(log)
    summary = summarise(sheet)
    page = log.folder / "report.html"
    try:
        write_private(page, report_page(log, sheet, summary))
    except OSError as error:
        raise AssistantError(f"写不进 {page}：{reason(error)}。") from None
    _print(result_table(summary, all_scorers=all_scorers), LEGEND)
    console.print(f"详细结果：{page}", markup=False, highlight=False)
    for text in summary.failures:
        console.print(f"没有写成：{text.case} {text.system}：{text.failure}", markup=False)
    if summary.failures:
        raise typer.Exit(ExitCode.FINDINGS)


def _print(table: "Table", legend: str) -> None:
    """A table on stdout, as wide as it needs to be where stdout is no terminal."""
    from rich.console import Console

    console = Console(width=None if sys.stdout.isatty() else _WIDE)
    console.print(table)
    console.print(legend, markup=False, highlight=False)


_WIDE = 200


@app.command("score")
def score_command(log: _Log, all_scorers: _All = False) -> None:
    """只对已有的结果重新评分，不再生成。"""
    from rich.console import Console

    from assistant.evaluation.log import EvaluationLog

    _report(EvaluationLog(log), Console(stderr=True), all_scorers=all_scorers)


@app.command("compare")
def compare_command(
    before: Annotated[Path, typer.Argument(help="前一次的结果文件夹。")],
    after: Annotated[Path, typer.Argument(help="后一次的结果文件夹。")],
    all_scorers: _All = False,
) -> None:
    """对比两次评测，指出哪些差别超出偶然。"""
    from assistant.evaluation.log import EvaluationLog
    from assistant.evaluation.scoring import score_log
    from assistant.evaluation.summary import compare_logs
    from assistant.evaluation.tables import COMPARISON_LEGEND, comparison_table

    logs = EvaluationLog(before), EvaluationLog(after)
    # Anew, so that both are measured with the same rule.
    comparison = compare_logs(*logs, (score_log(logs[0]), score_log(logs[1])))
    if not comparison.changes:
        raise InputError("两次评测没有共同的材料和系统，无从对比。")
    _print(comparison_table(comparison, all_scorers=all_scorers), COMPARISON_LEGEND)
    if comparison.left_out:
        print(
            f"没有计入（只有一边有，或内容已改）：{'、'.join(comparison.left_out)}", file=sys.stderr
        )


@app.command("blind")
def blind_command(
    log: _Log,
    pairs: Annotated[int, typer.Option("--pairs", min=1, help="出几对段落。")] = 20,
    seed: Annotated[int, typer.Option("--seed", help="抽取和排列次序的种子。")] = 1,
    answers: Annotated[
        Path | None, typer.Option("--answers", help="读者保存的答案；给出则计算结果。")
    ] = None,
) -> None:
    """出一份盲读表（不知道哪段是谁写的），或按答案计算结果。"""
    from assistant.evaluation.blind import judge, make_pairs, read_answers, read_key, write_form
    from assistant.evaluation.log import EvaluationLog
    from assistant.evaluation.tables import BLIND_LEGEND, blind_table

    evaluation = EvaluationLog(log)
    evaluation.header()
    if answers:
        verdicts = judge(read_key(evaluation), read_answers(answers))
        _print(blind_table(verdicts), BLIND_LEGEND)
        return
    drawn, key = make_pairs(evaluation, number=pairs, seed=seed)
    form = write_form(evaluation, drawn, key)
    if len(drawn) < pairs:
        print(f"只凑得出 {len(drawn)} 对。", file=sys.stderr)
    print("在浏览器里打开，选好后保存答案，再运行：", file=sys.stderr)
    print(f"  assistant evaluate blind {log} --answers answers.json", file=sys.stderr)
    print(form)
