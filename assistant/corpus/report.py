"""The report of a cleaning run: on screen, as JSON, and as a page that links to each document."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from urllib.parse import quote

from jinja2 import Environment
from rich.console import Console
from rich.table import Table

from assistant.corpus.pipeline import FORMAT, State, Summary
from assistant.corpus.report_html import NAMES, STYLE
from assistant.kinds import all_kinds

MOST_ROWS = 40
"""Documents that are listed on the screen; of more only those that need attention."""
DOUBTFUL = 0.5
"""Confidence below which a kind is shown with a question mark."""

_STATES: dict[State, str] = {"done": "", "no-spec": "没有规格", "unread": "读不了"}

_INDEX = """\
<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<title>清洗报告</title>
<style>
{{ style }}</style>
</head>
<body>
<h1>清洗报告：{{ summaries | length }} 份</h1>
<table class="counts">
<tr><th>规则</th><th>处数</th></tr>
{% for rule, count in counts %}<tr><td>{{ rule }}</td><td>{{ count }}</td></tr>
{% endfor %}</table>
<table>
<tr><th>文件</th><th>文种</th><th>字数</th><th>清洗后</th><th>改动处数</th><th>隐去之处</th><th></th></tr>
{% for summary in summaries %}<tr>
<td>{% if summary.state == "unread" %}{{ summary.source }}{% else %}\
<a href="{{ link(summary) }}">{{ summary.source }}</a>{% endif %}</td>
<td>{{ kind(summary) }}</td><td>{{ summary.characters_before }}</td>\
<td>{{ summary.characters_after }}</td><td>{{ summary.edits.values() | sum }}</td>\
<td>{{ summary.placeholders }}</td><td class="note">{{ summary.message }}</td>
</tr>
{% endfor %}</table>
</body>
</html>
"""


def as_json(summaries: Sequence[Summary]) -> str:
    """All documents of a run, without the single edits."""
    whole = {"format": FORMAT, "documents": [asdict(summary) for summary in summaries]}
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def as_page(summaries: Sequence[Summary]) -> str:
    """The page that links to the comparison of each document."""
    template = Environment(autoescape=True).from_string(_INDEX)
    return template.render(
        style=STYLE,
        summaries=summaries,
        counts=_counts(summaries),
        kind=_kind,
        link=lambda summary: quote(f"{summary.slug}.html"),
    )


def show(summaries: Sequence[Summary], console: Console) -> None:
    """The report as tables."""
    listed = summaries
    if len(summaries) > MOST_ROWS:
        listed = [summary for summary in summaries if summary.state != "done"][:MOST_ROWS]
    if listed:
        table = Table("文件", "文种", "字数", "清洗后", "改动", "隐去", "", title="各份材料")
        for summary in listed:
            table.add_row(*map(str, _row(summary)))
        console.print(table, markup=False)
    counts = Table("规则", "处数", title=f"合计 {len(summaries)} 份")
    for rule, count in _counts(summaries):
        counts.add_row(rule, str(count))
    console.print(counts)
    for summary in listed:
        if summary.message:
            console.print(
                f"{summary.source}：{summary.message}",
                markup=False,
                highlight=False,
                soft_wrap=True,
            )


def _row(summary: Summary) -> tuple[str | int, ...]:
    name = summary.source.rpartition("/")[2]
    if summary.state == "unread":
        return (name, "", "", "", "", "", _STATES["unread"])
    return (
        name,
        _kind(summary),
        summary.characters_before,
        summary.characters_after,
        sum(summary.edits.values()),
        summary.placeholders,
        _STATES[summary.state],
    )


def _kind(summary: Summary) -> str:
    kind = all_kinds().get(summary.kind)
    if kind is None:
        return ""
    return kind.name + ("？" if summary.confidence < DOUBTFUL else "")


def _counts(summaries: Sequence[Summary]) -> list[tuple[str, int]]:
    total: Counter[str] = Counter()
    for summary in summaries:
        total.update(summary.edits)
    return [(NAMES.get(rule, rule), count) for rule, count in total.most_common()]
