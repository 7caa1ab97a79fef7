"""Writing safe fixes into a text file, everything else byte for byte."""

import codecs
from pathlib import Path

from assistant.errors import InputError, reason
from assistant.files import write_private

_ENCODINGS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"", "utf-8"),
    (b"", "gb18030"),
    (b"", "utf-16-le"),
    (b"", "utf-16-be"),
)


def rewrite(path: Path, old: str, new: str) -> None:
    """Put `new` into a file that was read as `old`, in the file's own encoding.

    Raises:
        InputError: the file is damaged, has changed since, or cannot be written; it is untouched.
    """
    file = path.resolve()  # a link stays a link
    try:
        raw = file.read_bytes()
        for mark, encoding in _ENCODINGS:
            if mark + _encoded(old, encoding) == raw:
                write_private(file, mark + _encoded(new, encoding))
                return
    except OSError as error:
        raise InputError(f"写不进 {path}：{reason(error)}。") from None
    raise InputError(
        f"{path} 有认不出的字符，没有自动修改。", hint="请先用记事本另存为 UTF-8 再试。"
    )


def _encoded(text: str, encoding: str) -> bytes:
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        return b""
