"""How a Word document is laid out: its page, and the look of each line of its text."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from assistant.reading.layout import Look, WordLayout
from assistant.reading.word import document_lines
from assistant.reading.word_package import W, WordPackage, open_package
from assistant.reading.word_text import Line, text_of
from assistant.style import MM

_NO_PAGE = (0.0,) * 6


def read_layout(path: Path) -> WordLayout:
    """The layout of a .docx.

    Raises:
        InputError: the file is missing, damaged, protected, of another format, or too large.
    """
    package = open_package(path)
    root = package.xml(package.main)
    cascade = _Cascade(next(package.related("styles"), None), _grid(root))
    looks: list[Look | None] = []
    for line in document_lines(package, root):
        looks += [_look(line, cascade)] * (text_of(line).count("\n") + 1)
    width, height, top, bottom, left, right = _page(root)
    return WordLayout(
        width, height, top, bottom, left, right, _numbers_pages(package), tuple(looks)
    )


class _Cascade:
    """Looks up properties where Word does: at hand, in the styles, in the defaults."""

    def __init__(self, styles: etree._Element | None, grid: float) -> None:
        self.grid = grid
        self._styles: dict[str, etree._Element] = {}
        self._default = ""
        self._defaults: dict[str, etree._Element | None] = {"rPr": None, "pPr": None}
        if styles is None:
            return
        for style in styles.iter(f"{W}style"):
            style_id = style.get(f"{W}styleId") or ""
            self._styles[style_id] = style
            if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") in ("1", "true"):
                self._default = style_id
        for kind in self._defaults:
            self._defaults[kind] = styles.find(f"{W}docDefaults/{W}{kind}Default/{W}{kind}")

    def run(self, run: etree._Element | None, paragraph: etree._Element, name: str) -> str | None:
        """The attribute that decides about a run: "rFonts/eastAsia" or "sz/val"."""
        own = [] if run is None else list(self._own(run, "rPr", "rStyle"))
        return _first([*own, *self._of_paragraph(paragraph, "rPr")], name)

    def paragraph(self, paragraph: etree._Element, name: str) -> str | None:
        """The attribute that decides about a paragraph, such as "spacing/line"."""
        own = paragraph.find(f"{W}pPr")
        found = [] if own is None else [own]
        return _first([*found, *self._of_paragraph(paragraph, "pPr")], name)

    def _own(self, element: etree._Element, kind: str, style: str) -> Iterator[etree._Element]:
        properties = element.find(f"{W}{kind}")
        if properties is not None:
            yield properties
            named = properties.find(f"{W}{style}")
            if named is not None:
                yield from self._chain(named.get(f"{W}val") or "", kind)

    def _of_paragraph(self, paragraph: etree._Element, kind: str) -> Iterator[etree._Element]:
        named = paragraph.find(f"{W}pPr/{W}pStyle")
        style_id = self._default if named is None else named.get(f"{W}val") or ""
        yield from self._chain(style_id, kind)
        default = self._defaults[kind]
        if default is not None:
            yield default

    def _chain(self, style_id: str, kind: str) -> Iterator[etree._Element]:
        seen: set[str] = set()
        while style_id in self._styles and style_id not in seen:
            seen.add(style_id)
            style = self._styles[style_id]
            properties = style.find(f"{W}{kind}")
            if properties is not None:
                yield properties
            base = style.find(f"{W}basedOn")
            style_id = "" if base is None else base.get(f"{W}val") or ""


def _first(properties: list[etree._Element], name: str) -> str | None:
    child, attribute = name.split("/")
    for candidate in properties:
        element = candidate.find(f"{W}{child}")
        if element is not None:
            value = element.get(f"{W}{attribute}")
            if value is not None:
                return value
            if element.get(f"{W}{attribute}Theme") is not None:
                return None
    return None


def _look(line: Line, cascade: _Cascade) -> Look | None:
    weights: Counter[tuple[str, float]] = Counter()
    paragraph: etree._Element | None = None
    for piece in line:
        if piece.element is None or not piece.text.strip():
            continue
        run = piece.element.getparent()
        paragraph = next(piece.element.iterancestors(f"{W}p"), None)
        if paragraph is None or next(piece.element.iterancestors(f"{W}tbl"), None) is not None:
            return None
        font = cascade.run(run, paragraph, "rFonts/eastAsia") or ""
        size = _number(cascade.run(run, paragraph, "sz/val"), 20) / 2
        weights[font, size] += len(piece.text)
    if paragraph is None:
        return None
    (font, size), _ = weights.most_common(1)[0]
    centred = cascade.paragraph(paragraph, "jc/val") == "center"
    return Look(font, size, _pitch(paragraph, cascade), centred)


def _pitch(paragraph: etree._Element, cascade: _Cascade) -> float:
    line = _number(cascade.paragraph(paragraph, "spacing/line"), 240)
    rule = cascade.paragraph(paragraph, "spacing/lineRule") or "auto"
    if rule == "exact":
        return line / 20
    return cascade.grid * line / 240 if rule == "auto" else 0.0


def _grid(root: etree._Element) -> float:
    """Pitch of the page's line grid in points; 0 where there is none."""
    grid = root.find(f"{W}body/{W}sectPr/{W}docGrid")
    if grid is None or grid.get(f"{W}type") not in ("lines", "linesAndChars", "snapToChars"):
        return 0.0
    return _number(grid.get(f"{W}linePitch"), 0) / 20


def _page(root: etree._Element) -> tuple[float, ...]:
    """Width, height and the four margins of the last section."""
    section = root.find(f"{W}body/{W}sectPr")
    size = None if section is None else section.find(f"{W}pgSz")
    margins = None if section is None else section.find(f"{W}pgMar")
    if size is None or margins is None:
        return _NO_PAGE
    sides = ("top", "bottom", "left", "right")
    twips = [size.get(f"{W}w"), size.get(f"{W}h"), *(margins.get(f"{W}{side}") for side in sides)]
    return tuple(_number(value, 0) / 20 / MM for value in twips)


def _numbers_pages(package: WordPackage) -> bool:
    for kind in ("footer", "header"):
        for part in package.related(kind):
            simple = (field.get(f"{W}instr") or "" for field in part.iter(f"{W}fldSimple"))
            complex_ = (field.text or "" for field in part.iter(f"{W}instrText"))
            if any("PAGE" in code.split() for code in (*simple, *complex_)):
                return True
    return False


def _number(text: str | None, default: float) -> float:
    try:
        return abs(float(text)) if text is not None and len(text) < 10 else default
    except ValueError:
        return default
