"""Contact data and numbers of persons in a text, also where blanks or marks split the digits."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

ContactKind = Literal["identity", "mobile", "landline", "account", "mail", "link", "messenger"]

_GAP = r"[ \u00a0\u3000\-—–－_·•*~]{0,3}"
"""What may stand between two digits of one number; no full stop, which makes decimals."""
_NO_QUANTITY = r"(?!\d|\.\d|\s?[万亿]?(?:元|人|户|亩|吨|平|%|％))"
_HOST_END = r"(?:com|cn|net|org|cc|top|vip|xyz|info|club|shop|site|wang|gov|edu|me|tv)(?![A-Za-z])"
_ADDRESS_REST = r"(?:[/?#][\w./?=&%#+~:-]*)?"

_PATTERNS: tuple[tuple[ContactKind, str], ...] = (
    (
        "link",
        rf"(?:https?|ftp)\s?[:：]\s?//[\w./?=&%#+~:@-]+"
        rf"|(?<![A-Za-z0-9_.@])(?:www|wap|bbs)\s?[.．]\s?[\w-]+(?:\s?[.．]\s?[a-z]+)+{_ADDRESS_REST}",
    ),
    (
        "mail",
        r"(?<![A-Za-z0-9_.+-])[A-Za-z0-9][A-Za-z0-9_.+-]*\s?[@＠]\s?[A-Za-z0-9-]+(?:\s?[.．]\s?[A-Za-z0-9-]+)+",
    ),
    ("link", rf"(?<![A-Za-z0-9_.@-])[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.{_HOST_END}{_ADDRESS_REST}"),
    (
        "identity",
        rf"(?<!\d)[1-9](?:{_GAP}\d){{5}}{_GAP}(?:1{_GAP}9|2{_GAP}0){_GAP}\d{_GAP}\d{_GAP}"
        rf"(?:0{_GAP}[1-9]|1{_GAP}[0-2]){_GAP}[0-3]{_GAP}\d(?:{_GAP}\d){{3}}{_GAP}[\dXx](?![A-Za-z\d])",
    ),
    ("account", r"(?<![\d.])\d{4}(?:[ -]?\d{4}){3}(?:[ -]?\d{1,3})?(?!\d|\.\d)"),
    ("mobile", rf"(?<![\d.])(?:\+?86{_GAP})?1{_GAP}[3-9](?:{_GAP}\d){{9}}{_NO_QUANTITY}"),
    (
        "landline",
        r"(?<![\d.])[（(]?0(?:10|2\d|[3-9]\d\d)[）)]?\s?[-—–－ ]?\s?[2-8]\d{2,3}[ -]?\d{4}"
        rf"{_NO_QUANTITY}|(?<![\d.])[48]00[ -]?\d{{3}}[ -]?\d{{4}}{_NO_QUANTITY}"
        r"|(?:电话|热线|传真)(?:号码)?\s?[:：]\s?(?P<local>[2-8]\d{6,7})(?!\d)",
    ),
    (
        "messenger",
        r"(?:[微薇威徽][信❤♥心]|(?<![A-Za-z])(?:[VvWw][Xx]|[Ww]e[Cc]hat|[Ww]eixin|V信|v信|TG|QQ"
        r"|[Qq]q))(?:[群号]|群号|ID|id|群聊)*\s?[:：=是]?\s?"
        r"(?P<id>[A-Za-z][\w-]{4,19}|\d(?:[ -]?\d){4,10})(?![\d年月日人户条次个万])"
        r"|(?:扣扣|企鹅号?)[群号]*\s?[:：=]?\s?"
        r"(?P<qq>\d(?:[ -]?\d){4,10})(?![\d年月日人户条次个万])",
    ),
)
_CONTACT = "|".join(f"(?P<k{i}_{kind}>{pattern})" for i, (kind, pattern) in enumerate(_PATTERNS))
"""Compiled only for a text with a hint of any.

In ASCII mode: a Chinese character next to a number or address is no part of it.
"""
_KINDS: dict[str, ContactKind] = {f"k{i}_{kind}": kind for i, (kind, _) in enumerate(_PATTERNS)}
_LINE = re.compile(r"[^\n]+")
_HINT = re.compile(rf"[A-Za-z@＠]|\d(?:{_GAP}[)）]?\d){{6}}|[微薇威徽][信❤♥心]|扣扣|企鹅", re.ASCII)
"""A line without any of these is not looked at."""
_VALUES = ("local", "id", "qq")


@dataclass(frozen=True)
class Contact:
    """A number or address that leads to a person."""

    kind: ContactKind
    start: int
    """Where the value begins, its label left out."""
    end: int


def find_contacts(text: str) -> Iterator[Contact]:
    """Identity, telephone and account numbers, mail addresses, links and messenger names."""
    for line in _LINE.finditer(text):
        if not _HINT.search(line[0]):
            continue
        for match in re.compile(_CONTACT, re.ASCII).finditer(text, line.start(), line.end()):
            kind = next(_KINDS[name] for name in _KINDS if match[name] is not None)
            value = next((name for name in _VALUES if match[name] is not None), 0)
            yield Contact(kind, match.start(value), match.end(value))
