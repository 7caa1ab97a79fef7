"""Places that an author has blanked out: **, XX, ×市长, ○○, ____."""

import re
from collections.abc import Iterator

from assistant.text.scan import matches_at

PLACEHOLDER = "××"
"""The one form in which a blanked place is shown."""

_NUMERAL = "一二三四五六七八九十百千零〇"
_PLACEHOLDER = (
    r"(?<![A-Za-z\d])[*＊]+(?![A-Za-z\d])"  # 学习共**次, *%
    r"|(?<![A-Za-z])[XxＸｘ]+(?![A-Za-z]|射线|光)(?<!\dx)(?<!\dX)"  # XX局, x市长
    r"|(?<=[12]\d)[XxＸｘ]{2}(?![A-Za-z])"  # 20XX年
    r"|(?<![\d×✕✖╳])[×✕✖╳]+(?!\d)|(?<=[12]\d)[×✕✖╳]{1,2}(?=年)|[×✕✖╳]{2,}"
    rf"|(?<![{_NUMERAL}○\d])[○〇◯]{{2,}}(?![{_NUMERAL}\d])"  # ○○, but not 二〇〇八
    r"|[□▢■]{2,}|[\ufffd]+|(?:锟斤拷)+|(?<![A-Za-z\d])[_＿]{2,}(?![A-Za-z\d])"
    r"|(?<=[（(])[ \u3000]*(?=[）)])"  # （　）
)


_CANDIDATE = re.compile(r"[*＊XxＸｘ×✕✖╳○〇◯□▢■\ufffd锟_＿]|(?<=[（(])(?=[ \u3000]*[）)])")
"""Where one may begin; searching for this first is much the faster way."""


def find_placeholders(text: str) -> Iterator[re.Match[str]]:
    """Every blanked place in whatever form; it stands for something that is not known."""
    return matches_at(_CANDIDATE, _PLACEHOLDER, text)
