"""Bar charts with intervals as inline SVG."""

from dataclasses import dataclass
from html import escape

from markupsafe import Markup

from assistant.evaluation.scorers.scorer import Scorer
from assistant.evaluation.statistics import Estimate
from assistant.evaluation.summary import Summary
from assistant.evaluation.systems import BASE, SYSTEMS
from assistant.evaluation.tables import heading, number

_WIDTH, _ROW, _TOP = 420, 26, 30
_LABEL, _BAR = 120, 230
_ARROWS = {"high": "（高为好）", "low": "（低为好）", "none": ""}


@dataclass(frozen=True)
class _Scale:
    """From a value to a place on the bar."""

    low: float
    high: float

    def x(self, value: float) -> float:
        return _LABEL + _BAR * (value - self.low) / ((self.high - self.low) or 1)


def bar_chart(scorer: Scorer, summary: Summary) -> Markup:
    """A bar for each system that could be scored, with its interval."""
    rows = [
        (name, estimate)
        for name in summary.systems
        if (estimate := summary.cells[name, scorer.id].estimate)
    ]
    ends = [edge for _, estimate in rows for edge in (*estimate.interval, estimate.mean)]
    scale = _Scale(min([0.0, *ends]), max([0.0, *ends]))
    height = _TOP + _ROW * len(rows) + 6
    title = f"{heading(scorer)}{_ARROWS[scorer.best]}"
    drawn = "".join(_bar(*row, scale, _TOP + _ROW * i) for i, row in enumerate(rows))
    return Markup(
        f'<svg class="chart" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}"'
        f' role="img" aria-label="{escape(title)}">'
        f'<text x="0" y="16" class="title">{escape(title)}</text>{drawn}</svg>'
    )


def _bar(name: str, estimate: Estimate, scale: _Scale, y: int) -> str:
    zero, end = scale.x(0), scale.x(estimate.mean)
    low, high = (scale.x(edge) for edge in estimate.interval)
    middle = y + _ROW / 2 - 2
    css = "bar own" if name == BASE else "bar"
    label, value = escape(SYSTEMS[name].title), number(estimate.mean)
    ends = "".join(f"M{edge:.1f} {middle - 4}v8" for edge in (low, high))
    return (
        f'<text x="{_LABEL - 8}" y="{middle + 5}" class="label">{label}</text>'
        f'<rect x="{min(zero, end):.1f}" y="{y + 3}" width="{abs(end - zero):.1f}"'
        f' height="{_ROW - 10}" class="{css}"/>'
        f'<path d="M{low:.1f} {middle}H{high:.1f}{ends}" class="whisker"/>'
        f'<text x="{_LABEL + _BAR + 10}" y="{middle + 5}" class="value">{value}</text>'
    )
