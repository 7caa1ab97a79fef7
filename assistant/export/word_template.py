"""An empty Word package with the styles of a layout, and nothing else in it."""

import io
import zipfile
from collections.abc import Iterator
from xml.sax.saxutils import quoteattr

from assistant.style import MM, PAPER, Face, Style

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_PARTS = {"document": "document.main", "styles": "styles", "settings": "settings"}
_PARTS |= {"fontTable": "fontTable"}

_FALLBACKS = {
    "方正小标宋简体": "华文中宋",
    "仿宋_GB2312": "仿宋",
    "楷体_GB2312": "楷体",
}
"""What Word takes where a font is not installed."""

_DASH_BELOW_TEXT = 7.0
"""Millimetres from the type area down to the dashes of the page number."""
_DASH_HEIGHT = 0.58
"""How far a dash stands above the lower edge of its line, as a share of the line."""


def blank_package(style: Style) -> bytes:
    """A .docx without a paragraph, laid out as `style` says."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _contents(style):
            archive.writestr(name, _HEAD + content)
    return buffer.getvalue()


def twips(points: float) -> int:
    """Twentieths of a point, in which Word measures."""
    return round(points * 20)


def _contents(style: Style) -> Iterator[tuple[str, str]]:
    types = "".join(
        f'<Override PartName="/word/{part}.xml" ContentType="{_WORD_TYPE}.{name}+xml"/>'
        for part, name in _PARTS.items()
    )
    yield (
        "[Content_Types].xml",
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{types}</Types>',
    )
    yield "_rels/.rels", _relationships({"officeDocument": "word/document.xml"})
    yield (
        "word/_rels/document.xml.rels",
        _relationships({part: f"{part}.xml" for part in _PARTS if part != "document"}),
    )
    yield (
        "word/document.xml",
        f"<w:document {_W}><w:body>{_section(style)}</w:body></w:document>",
    )
    yield "word/settings.xml", _SETTINGS
    yield "word/fontTable.xml", _font_table(style)
    yield "word/styles.xml", f"<w:styles {_W}>{''.join(_styles(style))}</w:styles>"


def _relationships(targets: dict[str, str]) -> str:
    items = "".join(
        f'<Relationship Id="rId{i}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for i, (kind, target) in enumerate(targets.items(), 1)
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{space}">{items}</Relationships>'


def _section(style: Style) -> str:
    page, (width, height) = style.page, PAPER
    top, right, bottom, left = (
        twips(mm * MM) for mm in (page.top, page.right, page.bottom, page.left)
    )
    footer = (page.bottom - _DASH_BELOW_TEXT) * MM - _DASH_HEIGHT * style.page_number.size
    return (
        f'<w:sectPr><w:pgSz w:w="{twips(width * MM)}" w:h="{twips(height * MM)}"/>'
        f'<w:pgMar w:top="{top}" w:right="{right}" w:bottom="{bottom}" w:left="{left}"'
        f' w:header="{top // 2}" w:footer="{twips(max(footer, 10))}" w:gutter="0"/>'
        # A character grid would stretch the title; 28 characters are reached by spacing.
        f'<w:docGrid w:type="lines" w:linePitch="{twips(style.line_pitch)}"/></w:sectPr>'
    )


_SETTINGS = (
    f'<w:settings {_W}><w:zoom w:percent="100"/>'
    '<w:defaultTabStop w:val="640"/><w:evenAndOddHeaders/>'
    '<w:characterSpacingControl w:val="doNotCompress"/>'
    "<w:compat><w:doNotExpandShiftReturn/><w:useFELayout/>"
    '<w:compatSetting w:name="compatibilityMode"'
    ' w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
    '<w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>'
)


def _font_table(style: Style) -> str:
    faces = (style.title, style.subtitle, style.body, *style.headings)
    names = dict.fromkeys([face.font for face in faces] + [style.page_number.font, style.latin])
    fonts = "".join(
        f"<w:font w:name={quoteattr(name)}>"
        + (f'<w:altName w:val="{_FALLBACKS[name]}"/>' if name in _FALLBACKS else "")
        + "</w:font>"
        for name in names
    )
    return f"<w:fonts {_W}>{fonts}</w:fonts>"


def _styles(style: Style) -> Iterator[str]:
    pitch, body = twips(style.line_pitch), style.body
    exact = f'<w:spacing w:before="0" w:after="0" w:line="{pitch}" w:lineRule="exact"/>'
    two = twips(2 * (body.size + style.character_spacing))
    indent = f'<w:ind w:firstLineChars="200" w:firstLine="{two}"/>'
    spacing = f'<w:spacing w:val="{twips(style.character_spacing)}"/>'
    yield (
        f"<w:docDefaults><w:rPrDefault><w:rPr>{_face(body, style.latin)}"
        '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        "<w:pPrDefault/></w:docDefaults>"
    )
    yield _paragraph_style(
        "Normal",
        "Normal",
        "<w:widowControl/><w:kinsoku/><w:overflowPunct w:val='0'/>"
        f"<w:autoSpaceDE w:val='0'/><w:autoSpaceDN w:val='0'/>{exact}<w:jc w:val='both'/>",
        _face(body, style.latin, spacing),
        based_on="",
    )
    yield _paragraph_style("BodyText", "Body Text", indent)
    line = twips(style.line_pitch)
    below = f'<w:spacing w:before="0" w:after="{line}" w:line="{line}" w:lineRule="exact"/>'
    title = f'{below}<w:ind w:firstLine="0"/><w:jc w:val="center"/>'
    plain = '<w:spacing w:val="0"/>'
    yield _paragraph_style(
        "Title", "Title", f"<w:keepNext/>{title}", _face(style.title, style.latin, plain)
    )
    yield _paragraph_style("Subtitle", "Subtitle", title, _face(style.subtitle, style.latin, plain))
    for level, face in enumerate(style.headings, 1):
        run = _face(face, style.latin, spacing)
        yield _paragraph_style(
            f"Heading{level}",
            f"heading {level}",
            f'<w:keepNext/><w:keepLines/>{indent}<w:outlineLvl w:val="{level - 1}"/>',
            run,
            link=f"Heading{level}Char",
        )
        yield (
            f'<w:style w:type="character" w:customStyle="1" w:styleId="Heading{level}Char">'
            f'<w:name w:val="heading {level} Char"/><w:link w:val="Heading{level}"/>'
            f"<w:rPr>{run}</w:rPr></w:style>"
        )
    number = Face(font=style.page_number.font, size=style.page_number.size)
    number_line = f'<w:spacing w:line="{twips(number.size)}" w:lineRule="exact"/>'
    yield _paragraph_style(
        "Footer", "footer", number_line, _face(number, number.font, plain), next_style=""
    )
    yield _paragraph_style("Header", "header", "", next_style="")
    yield _paragraph_style(
        "Signature",
        "Signature",
        f'<w:ind w:rightChars="400" w:right="{2 * two}"/><w:jc w:val="right"/>',
    )
    small = f'{plain}<w:sz w:val="21"/><w:szCs w:val="21"/>'
    auto = '<w:spacing w:line="240" w:lineRule="auto"/><w:jc w:val="left"/>'
    yield _paragraph_style("CommentText", "annotation text", auto, small, next_style="")
    yield (
        '<w:style w:type="character" w:styleId="CommentReference">'
        '<w:name w:val="annotation reference"/><w:rPr><w:sz w:val="21"/></w:rPr></w:style>'
    )


def _face(face: Face, latin: str, spacing: str = "") -> str:
    chinese, other = quoteattr(face.font), quoteattr(latin)
    bold = "<w:b/><w:bCs/>" if face.bold else '<w:b w:val="0"/><w:bCs w:val="0"/>'
    half_points = round(face.size * 2)
    return (
        f"<w:rFonts w:ascii={other} w:hAnsi={other} w:eastAsia={chinese} w:cs={other}/>{bold}"
        f'{spacing}<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>'
    )


def _paragraph_style(
    style_id: str,
    name: str,
    paragraph: str,
    run: str = "",
    *,
    based_on: str = "Normal",
    next_style: str = "BodyText",
    link: str = "",
) -> str:
    default = "" if based_on else ' w:default="1"'
    parts = [f'<w:name w:val="{name}"/>']
    if based_on:
        parts.append(f'<w:basedOn w:val="{based_on}"/>')
    if next_style and style_id != "Normal":
        parts.append(f'<w:next w:val="{next_style}"/>')
    if link:
        parts.append(f'<w:link w:val="{link}"/>')
    parts.append("<w:qFormat/>")
    return (
        f'<w:style w:type="paragraph"{default} w:styleId="{style_id}">{"".join(parts)}'
        f"<w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
    )
