"""Reading a saved web page as plain text, a block a line."""

import re
from pathlib import Path

from assistant.errors import InputError
from assistant.reading.encoding import decode

_SKIPPED = ("head", "script", "style", "noscript", "template", "nav", "iframe", "svg", "form")
_BLOCKS = re.compile(
    "address|article|aside|blockquote|body|br|center|d[dlt]|div|fieldset|figcaption|figure|footer"
    "|h[1-6r]|header|li|main|[ou]l|p|pre|section|table|tr"
)
_CELLS = frozenset(("td", "th"))
_DECLARED = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]{3,20})", re.IGNORECASE)
_HEAD = 4096
"""Bytes in which a page declares its encoding."""


def read_web_page(path: Path, raw: bytes) -> str:
    """What one reads on the page; scripts, menus and forms are left out.

    Raises:
        InputError: the file is no readable page.
    """
    from lxml import etree, html

    source = _declared(raw) or decode(raw)
    if source is None or not source.strip():
        raise InputError(f"{path} 读不出文字。", hint="请用浏览器打开后另存为网页或文本再试。")
    source = re.sub(r"^\s*<\?xml[^>]*\?>", "", source)
    try:
        page: html.HtmlElement = html.fromstring(source.replace("\0", ""))
    except (etree.ParserError, ValueError):
        raise InputError(f"{path} 不是能读的网页。", hint="请用浏览器打开后另存再试。") from None
    etree.strip_elements(page, *_SKIPPED, with_tail=False)
    etree.strip_tags(page, etree.Comment, etree.ProcessingInstruction)
    for element in page.iter():
        if _BLOCKS.fullmatch(str(element.tag)):
            element.text = f"\n{element.text or ''}"
            element.tail = f"\n{element.tail or ''}"
        elif element.tag in _CELLS:
            element.tail = f"\t{(element.tail or '').lstrip()}"
    lines = page.text_content().split("\n")
    cells = (re.sub(r"[ \t\r]*\t[ \t]*", "\t", line) for line in lines)
    return "\n".join(line.strip(" \t\r") for line in cells if line.strip())


def _declared(raw: bytes) -> str | None:
    """The page in the encoding that it declares, if that holds."""
    if match := _DECLARED.search(raw[:_HEAD]):
        try:
            name = match[1].decode().lower()
            return raw.decode("gb18030" if name.startswith("gb") else name)
        except (LookupError, UnicodeDecodeError):
            return None
    return None
