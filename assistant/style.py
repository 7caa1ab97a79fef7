"""How a document is laid out: GB/T 9704-2012, or an office's own habits."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

PAPER = (210.0, 297.0)
"""A4, width and height in millimetres."""
MM = 72 / 25.4
"""Points in a millimetre."""

NAMED_SIZES = {
    **{"初号": 42.0, "小初": 36.0, "一号": 26.0, "小一": 24.0, "二号": 22.0, "小二": 18.0},
    **{"三号": 16.0, "小三": 15.0, "四号": 14.0, "小四": 12.0, "五号": 10.5, "小五": 9.0},
}


def _points(value: object) -> object:
    return NAMED_SIZES.get(value, value) if isinstance(value, str) else value


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


Millimetres = Annotated[float, Field(ge=10, le=80)]
FontSize = Annotated[float, BeforeValidator(_points), Field(ge=5, le=72)]
"""In points; a file may also name it: 三号."""
FontName = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[\w （）()-]+$")]


class Face(_Frozen):
    """A font in a size."""

    font: FontName
    size: FontSize = NAMED_SIZES["三号"]
    bold: bool = False


class Margins(_Frozen):
    """Margins of the page in millimetres."""

    top: Millimetres = 37
    bottom: Millimetres = 35
    left: Millimetres = 28
    right: Millimetres = 26


class PageNumber(_Frozen):
    """The page number in the footer."""

    font: FontName = "宋体"
    size: FontSize = NAMED_SIZES["四号"]
    place: Literal["outside", "centre", "none"] = "outside"
    """`outside`: odd pages right, even pages left, a character from the edge."""


class Style(_Frozen):
    """The layout of a document. The default is GB/T 9704-2012."""

    page: Margins = Margins()
    title: Face = Face(font="方正小标宋简体", size=NAMED_SIZES["二号"])
    subtitle: Face = Face(font="楷体_GB2312")
    """Unit and date under the title."""
    heading1: Face = Face(font="黑体")
    heading2: Face = Face(font="楷体_GB2312")
    heading3: Face = Face(font="仿宋_GB2312")
    heading4: Face = Face(font="仿宋_GB2312")
    body: Face = Face(font="仿宋_GB2312")
    latin: FontName = "Times New Roman"
    """Font of digits and Latin letters."""
    line_pitch: Annotated[float, Field(ge=12, le=60)] = 28.95
    """Points from line to line: 225 mm hold 22 lines of 28.95 pt, of 29 pt only 21."""
    character_spacing: Annotated[float, Field(ge=-3, le=5)] = -0.25
    """Points between characters: 28 of 16 pt are wider than 156 mm; at −0.2 pt still by 0.15 pt."""
    page_number: PageNumber = PageNumber()
    signature: Literal["none", "under-title", "at-end"] = "none"
    """Where unit and date are printed."""
    keep_units: bool = True
    """Keep a figure and its unit in one line, by an invisible joiner between them."""

    @model_validator(mode="before")
    @classmethod
    def _unsaid_parts_are_the_standards(cls, data: object) -> object:
        if not isinstance(data, dict):
            return data
        filled = dict(data)
        for key, field in cls.model_fields.items():
            if isinstance(field.default, BaseModel) and isinstance(data.get(key), dict):
                filled[key] = field.default.model_dump() | data[key]
        return filled

    @model_validator(mode="after")
    def _lines_hold_their_characters(self) -> "Style":
        if self.body.size > self.line_pitch or self.title.size > self.line_pitch * 2:
            raise ValueError("line_pitch is smaller than the characters")
        return self

    @property
    def headings(self) -> tuple[Face, Face, Face, Face]:
        """The faces of the heading levels 一、 （一） 1. （1）."""
        return self.heading1, self.heading2, self.heading3, self.heading4

    @property
    def text_width(self) -> float:
        """Width of the type area in points."""
        return (PAPER[0] - self.page.left - self.page.right) * MM

    @property
    def lines_per_page(self) -> int:
        """Lines of body text that fit on a page."""
        return int((PAPER[1] - self.page.top - self.page.bottom) * MM / self.line_pitch)

    @property
    def characters_per_line(self) -> int:
        """Chinese characters of body text that fit in a line."""
        return int(self.text_width / (self.body.size + self.character_spacing))

    @property
    def title_characters(self) -> int:
        """Chinese characters of the title that fit in a line."""
        return int(self.text_width / self.title.size)


STANDARD = Style()
"""GB/T 9704-2012."""


def deviations(style: Style) -> list[str]:
    """Where a style leaves the standard, and what follows from it, a Chinese line each."""
    told = [
        f"{_NAMES.get(key, key)}：{_value(ours)}，国标为{_value(standard)}"
        for key, ours, standard in _differences(style, STANDARD, "")
    ]
    for name, here, there in (
        ("每页行数", style.lines_per_page, STANDARD.lines_per_page),
        ("每行字数", style.characters_per_line, STANDARD.characters_per_line),
    ):
        if here != there:
            told.append(f"{name}：按此设置为 {here}，国标为 {there}")
    return told


def _differences(
    ours: BaseModel, standard: BaseModel, prefix: str
) -> Iterator[tuple[str, object, object]]:
    for key in type(standard).model_fields:
        here, there = getattr(ours, key), getattr(standard, key)
        if isinstance(here, BaseModel):
            yield from _differences(here, there, f"{prefix}{key}.")
        elif here != there:
            yield prefix + key, here, there


_NAMED_BY_POINTS = {points: name for name, points in NAMED_SIZES.items()}
_FACES = {
    **{"title": "标题", "subtitle": "题下署名", "body": "正文"},
    **{"heading1": "一级标题（一、）", "heading2": "二级标题（（一））"},
    **{"heading3": "三级标题（1.）", "heading4": "四级标题（（1））", "page_number": "页码"},
}
_NAMES = {
    **{"page.top": "上边距（毫米）", "page.bottom": "下边距（毫米）"},
    **{"page.left": "左边距（毫米）", "page.right": "右边距（毫米）"},
    **{f"{key}.font": f"{name}字体" for key, name in _FACES.items()},
    **{f"{key}.size": f"{name}字号（磅）" for key, name in _FACES.items()},
    **{f"{key}.bold": f"{name}加粗" for key, name in _FACES.items()},
    **{"latin": "数字和西文字体", "line_pitch": "行距（磅）", "character_spacing": "字距（磅）"},
    **{"page_number.place": "页码位置", "signature": "署名和日期", "keep_units": "数字与单位同行"},
}
_WORDS = {
    **{"outside": "单页居右、双页居左", "centre": "居中", "none": "没有"},
    **{"under-title": "在标题下方", "at-end": "在文末"},
}


def _value(value: object) -> str:
    match value:
        case bool():
            return "是" if value else "否"
        case float() | int():
            name = _NAMED_BY_POINTS.get(value, "")
            return f"{value:g}" + (f"（{name}）" if name else "")
        case _:
            return _WORDS.get(str(value), str(value))
