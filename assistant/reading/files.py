"""Any file → plain text."""

from collections.abc import Callable
from pathlib import Path

from assistant.errors import InputError, reason
from assistant.reading.encoding import decode

LARGEST = 64_000_000
"""Bytes of the largest file that is read; a document of that size is none."""

_OLD_WORD = (
    "请用 Word 或 WPS 打开，另存为 .docx 再试；"
    "份数多时可用 soffice --headless --convert-to docx *.doc。"
)


def read(path: Path) -> str:
    """The text of a document, its paragraphs as lines.

    Raises:
        InputError: it is missing, too large, damaged, empty, or of a format that is not read.
    """
    suffix = path.suffix.lower()
    if suffix in _CONVERT_FIRST:
        raise InputError(f"{path} 是旧格式（{suffix}），读不了。", hint=_OLD_WORD)
    if suffix not in _READERS:
        known = "、".join(sorted(_READERS))
        raise InputError(f"{path} 不是能读的格式。", hint=f"能读的有：{known}。")
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise InputError(f"{path} 是文件夹，不是文件。")
        if size > LARGEST:
            raise InputError(
                f"{path} 有 {size / 1e6:,.0f} MB，不像一份材料。",
                hint=f"最大能读 {LARGEST / 1e6:,.0f} MB。",
            )
        text = _READERS[suffix](path)
    except OSError as error:
        raise InputError(f"读不了 {path}：{reason(error)}。") from None
    if not text.strip():
        raise InputError(f"{path} 是空的。")
    return text


def readable(path: Path) -> bool:
    """Whether `path` looks like a document; an old one counts, so that its owner is told."""
    is_hidden = path.name.startswith((".", "~$"))
    return not is_hidden and path.suffix.lower() in {*_READERS, *_CONVERT_FIRST}


def _read_text(path: Path) -> str:
    text = decode(path.read_bytes())
    if text is None:
        raise InputError(
            f"{path} 不是文本文件，或编码认不出来。", hint="请用记事本打开，另存为 UTF-8 再试。"
        )
    return text


def _read_web_page(path: Path) -> str:
    from assistant.reading.web import read_web_page

    return read_web_page(path, path.read_bytes())


def _read_word(path: Path) -> str:
    from assistant.reading.word import read_word

    return read_word(path)


def _read_pdf(path: Path) -> str:
    from assistant.reading.pdf import read_pdf

    return read_pdf(path)


_READERS: dict[str, Callable[[Path], str]] = {
    ".txt": _read_text,
    ".md": _read_text,
    ".docx": _read_word,
    ".html": _read_web_page,
    ".htm": _read_web_page,
    ".pdf": _read_pdf,
}
_CONVERT_FIRST = frozenset((".doc", ".wps", ".rtf", ".odt"))
