"""Bytes of a text file → text, whatever Chinese encoding they are in."""

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DAMAGE = 0.002
"""Share of unreadable characters up to which a file counts as damaged, not as another encoding."""
_READABLE = 0.9
"""Share of Chinese and ASCII characters that a right decoding has at least."""
_USUAL = r"[\t\n\r -~\u2010-\u2027\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]"
"""Compiled only for a file that is not plainly UTF-8."""


def decode(raw: bytes) -> str | None:
    """The text, or None if no encoding makes sense of it.

    GB18030 is tried before any guessing: detectors err on short Chinese texts.
    """
    for bom, encoding in _BOMS:
        if raw.startswith(bom):
            return raw.decode(encoding, errors="replace")
    if b"\0" in raw:  # no text has NUL characters, but UTF-16 without a mark has NUL bytes
        return _best_utf16(raw)
    for encoding in ("utf-8", "gb18030"):
        text = raw.decode(encoding, errors="replace")
        if text.count("\ufffd") <= _DAMAGE * len(text) + _cut_short(text):
            return text if encoding == "utf-8" or _readable(text) else _guess(raw)
    return _guess(raw)


def _cut_short(text: str) -> int:
    """1 if only the last character of a readable text is broken, as in a file that was cut."""
    return int(text.endswith("\ufffd") and _readable(text))


def _readable(text: str) -> bool:
    return len(re.findall(_USUAL, text)) >= _READABLE * len(text)


def _best_utf16(raw: bytes) -> str | None:
    texts = (raw.decode(encoding, errors="replace") for encoding in ("utf-16-le", "utf-16-be"))
    return next((text for text in texts if _readable(text)), None)


def _guess(raw: bytes) -> str | None:
    from charset_normalizer import from_bytes

    best = from_bytes(raw).best()
    text = None if best is None else str(best)
    return text if text and _readable(text) else None
