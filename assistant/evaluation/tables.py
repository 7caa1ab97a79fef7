"""The results as tables for a terminal."""

from collections.abc import Iterator, Sequence

from rich.table import Table

from assistant.evaluation.blind import Verdict
from assistant.evaluation.scorers.catalogue import FAMILIES, KEY_SCORERS, SCORERS
from assistant.evaluation.scorers.scorer import Scorer
from assistant.evaluation.statistics import Difference, better
from assistant.evaluation.summary import Cell, Comparison, Summary
from assistant.evaluation.systems import SYSTEMS

_BETTER = {True: "↑", False: "↓", None: ""}
LEGEND = (
    "方括号内为按材料重抽的95%区间；↑↓表示比“本程序”好、差，且超出偶然；—表示无法评分。\n"
    "几份稿子同时写的，用时是按词元分摊给每份的，不是等待的时间；等待的时间见“历时”（--all）。"
)
BLIND_LEGEND = "方括号内为95%区间（Wilson）；区间含50%即看不出高下。"
COMPARISON_LEGEND = "差值后为95%区间；“好”“差”表示超出偶然，空白表示看不出差别。"


def result_table(summary: Summary, *, all_scorers: bool = False) -> Table:
    """Scorers × systems."""
    table = Table(title=f"评测结果（{len(summary.cases)} 份材料）", title_justify="left")
    table.add_column("指标")
    for system in summary.systems:
        table.add_column(SYSTEMS[system].title, justify="right")
    for family in FAMILIES:
        rows = [s for s in family.scorers if all_scorers or s.id in KEY_SCORERS]
        for scorer in rows:
            cells = [summary.cells[system, scorer.id] for system in summary.systems]
            if all_scorers or any(cell.estimate for cell in cells):
                table.add_row(heading(scorer), *(_cell(scorer, cell) for cell in cells))
        if rows:
            table.add_section()
    return table


def heading(scorer: Scorer) -> str:
    """A scorer's title with its unit."""
    return f"{scorer.title}（{scorer.unit}）" if scorer.unit else scorer.title


def _cell(scorer: Scorer, cell: Cell) -> str:
    if cell.estimate is None:
        return "—"
    low, high = cell.estimate.interval
    sign = _BETTER[better(scorer.id, cell.against_base)] if cell.against_base else ""
    missing = f"（{cell.estimate.unscored}份未评）" if cell.estimate.unscored else ""
    mean = number(cell.estimate.mean)
    # Without a backslash rich would take the bracket for a style.
    return f"{mean}{sign} \\[{number(low)}, {number(high)}]{missing}"


def number(value: float) -> str:
    """A value with as many decimals as tell something."""
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def comparison_table(comparison: Comparison, *, all_scorers: bool = False) -> Table:
    """What changed from one log to the other."""
    table = Table(title="两次评测对比（后者减前者）", title_justify="left")
    for column in ("系统", "指标", "前", "后", "差值", ""):
        table.add_column(column, justify="left" if column in ("系统", "指标", "") else "right")
    for change in comparison.changes:
        if all_scorers or change.scorer in KEY_SCORERS:
            table.add_row(
                SYSTEMS[change.system].title,
                heading(SCORERS[change.scorer]),
                number(change.before),
                number(change.after),
                _difference(change.difference),
                _verdict(change.scorer, change.difference),
            )
    return table


def _difference(difference: Difference) -> str:
    low, high = difference.interval
    return f"{difference.mean:+.2f} \\[{low:+.2f}, {high:+.2f}]"


def _verdict(scorer: str, difference: Difference) -> str:
    if not difference.beyond_noise:
        return ""
    return {True: "好", False: "差", None: "变"}[better(scorer, difference)]


def blind_table(verdicts: Sequence[Verdict]) -> Table:
    """How often each system was preferred to another."""
    table = Table(title="盲读结果", title_justify="left")
    for column in ("对比", "胜", "平", "负", "胜率（平计一半）"):
        table.add_column(column, justify="left" if column == "对比" else "right")
    for row in _blind_rows(verdicts):
        table.add_row(*row)
    return table


def _blind_rows(verdicts: Sequence[Verdict]) -> Iterator[tuple[str, ...]]:
    for verdict in verdicts:
        low, high = verdict.interval
        yield (
            f"{SYSTEMS[verdict.first].title} 对 {SYSTEMS[verdict.second].title}",
            str(verdict.won),
            str(verdict.even),
            str(verdict.lost),
            f"{verdict.share:.0%} \\[{low:.0%}, {high:.0%}]",
        )
