"""What cleaning did to a document, as a page that needs nothing else: original and result."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from jinja2 import Environment, Template

from assistant.corpus.clean import Cleaned
from assistant.corpus.rules import RULES

NAMES = {rule.id: rule.name for rule in RULES}
"""Rule id → Chinese name."""

STYLE = """\
body { font: 15px/1.7 "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; margin: 1.5em;
  color: #222 }
h1 { font-size: 1.3em }
table { border-collapse: collapse; width: 100% }
td, th { border: 1px solid #ddd; padding: .3em .6em; vertical-align: top; text-align: left }
th { background: #f3f3f3 }
.compare { table-layout: fixed }
.compare td { overflow-wrap: anywhere; white-space: pre-wrap }
.compare .n { color: #999; text-align: right; white-space: nowrap }
col.n { width: 3.5em }
tr.gone td { background: #fff6f6 }
del { background: #ffd9d9; color: #a00 }
ins { background: #d8f5d8; color: #060; text-decoration: none }
.counts { width: auto; margin-bottom: 1em }
.note { color: #a00 }
"""

_COMPARISON = """\
<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<title>{{ name }}：清洗对照</title>
<style>
{{ style }}</style>
</head>
<body>
<h1>{{ name }}：清洗对照</h1>
{% if counts %}<table class="counts">
<tr><th>规则</th><th>处数</th></tr>
{% for rule, count in counts %}<tr><td>{{ rule }}</td><td>{{ count }}</td></tr>
{% endfor %}</table>
{% else %}<p>没有改动。</p>
{% endif %}<table class="compare">
<colgroup><col class="n"><col><col></colgroup>
<tr><th class="n">行</th><th>原文（<del>删去</del>，指向它可见原因）</th>\
<th>清洗后（<ins>改写</ins>）</th></tr>
{% for row in rows %}<tr{% if row.gone %} class="gone"{% endif %}>\
<td class="n">{{ row.number }}</td>\
<td>{% for piece in row.original %}{% if piece.reason %}\
<del title="{{ piece.reason }}">{{ piece.text }}</del>{% else %}{{ piece.text }}{% endif %}\
{% endfor %}</td>\
<td>{% for piece in row.cleaned %}{% if piece.reason %}<ins>{{ piece.text }}</ins>\
{% else %}{{ piece.text }}{% endif %}{% endfor %}</td></tr>
{% endfor %}</table>
</body>
</html>
"""

_UNSEEN = str.maketrans(
    {**{chr(code): f"⟨{code:02X}⟩" for code in (*range(32), 0x7F) if code not in (9, 10)}}
    | {char: f"⟨{ord(char):04X}⟩" for char in "\u200b\u200c\u200d\u2060\ufeff\u00ad"}
    | {"\u3000": "□", "\t": "→"}
)
"""Characters that one would not see where they are struck out."""


@dataclass(frozen=True)
class Piece:
    """A stretch of a line."""

    text: str
    reason: str = ""
    """The rule that took it out or put it in; empty where it stayed as it was."""


@dataclass(frozen=True)
class Row:
    """A line of the original and what became of it."""

    number: int
    original: tuple[Piece, ...]
    cleaned: tuple[Piece, ...]

    @property
    def gone(self) -> bool:
        """Whether nothing is left of the line."""
        return not self.cleaned


def comparison_page(cleaned: Cleaned, name: str) -> str:
    """The page that shows one document side by side."""
    counts = Counter(NAMES[change.rule] for change in cleaned.changes).most_common()
    rows = comparison(cleaned)
    return _comparison_template().render(name=name, style=STYLE, counts=counts, rows=rows)


@cache
def _comparison_template() -> Template:
    return Environment(autoescape=True).from_string(_COMPARISON)


def comparison(cleaned: Cleaned) -> Iterator[Row]:
    """The lines of the original that are not blank, each with what became of it."""
    stayed = _stayed(cleaned)
    reasons = _reasons(cleaned, stayed)
    start = position = 0
    for number, line in enumerate(cleaned.original.split("\n"), 1):
        end = start + len(line)
        behind = bisect_left(cleaned.starts, end + 1, lo=position)
        result = range(position, behind)
        if line.strip():
            yield Row(
                number,
                tuple(_pieces(cleaned.original, range(start, end), reasons, show_unseen=True)),
                tuple(
                    _pieces(
                        cleaned.text,
                        (i for i in result if cleaned.text[i] != "\n"),
                        {i: "" if _same(cleaned, i) else "改写" for i in result},
                    )
                ),
            )
        position, start = behind, end + 1


def _same(cleaned: Cleaned, i: int) -> bool:
    """Whether a character of the result is one of the original."""
    start = cleaned.starts[i]
    return cleaned.ends[i] == start + 1 and cleaned.original[start] == cleaned.text[i]


def _stayed(cleaned: Cleaned) -> bytearray:
    """For each original character 1 if it stayed."""
    stayed = bytearray(len(cleaned.original))
    for i, start in enumerate(cleaned.starts):
        if _same(cleaned, i):
            stayed[start] = 1
    return stayed


def _reasons(cleaned: Cleaned, stayed: bytearray) -> dict[int, str]:
    """For each original character that did not stay the rule that took it."""
    return {
        i: NAMES[change.rule]
        for change in cleaned.changes
        for i in range(change.start, change.end)
        if not stayed[i]
    }


def _pieces(
    text: str, places: Iterable[int], reasons: dict[int, str], *, show_unseen: bool = False
) -> Iterator[Piece]:
    for reason, group in groupby(places, key=lambda i: reasons.get(i, "")):
        piece = "".join(text[i] for i in group)
        yield Piece(piece.translate(_UNSEEN) if reason and show_unseen else piece, reason)
