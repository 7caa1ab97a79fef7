"""A manuscript as one HTML page that needs nothing else, and prints in the same layout."""

from jinja2 import Environment
from markupsafe import Markup, escape

from assistant.export.manuscript import MARK, Block, Heading, Manuscript
from assistant.export.title_lines import title_lines
from assistant.style import STANDARD, Face, Style

_PAGE = """\
<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ manuscript.title }}</title>
<style>
@page { size: A4;
  margin: {{ page.top }}mm {{ page.right }}mm {{ page.bottom }}mm {{ page.left }}mm }
body { max-width: {{ style.text_width }}pt; margin: 2em auto; padding: 0 1em; {{ face(style.body) }}
  letter-spacing: {{ style.character_spacing }}pt; line-height: {{ style.line_pitch }}pt;
  text-align: justify }
@media print { body { margin: 0; padding: 0 } }
h1 { {{ face(style.title) }} letter-spacing: 0; text-align: center; line-height: 1.4;
  margin: 0 0 {{ style.line_pitch }}pt }
p, h2, h3, h4, h5 { margin: 0; text-indent: 2em }
h2, h3, h4, h5 { break-after: avoid }
{% for heading in style.headings %}\
h{{ loop.index + 1 }}, .h{{ loop.index + 1 }} { {{ face(heading) }} }
{% endfor %}\
mark { background: #ff0 }
</style>
</head>
<body>
{% if title %}<h1>{{ title }}</h1>
{% endif %}\
{% for block in blocks %}{{ block }}
{% endfor %}\
</body>
</html>
"""


def write_html(manuscript: Manuscript, style: Style = STANDARD) -> str:
    """The whole page; unfinished places are marked."""
    lines = title_lines(manuscript.title, style.title_characters) if manuscript.title else []
    template = Environment(autoescape=True).from_string(_PAGE)
    return template.render(
        manuscript=manuscript,
        title=Markup("<br>").join(lines),
        blocks=[_block(block) for block in manuscript.blocks],
        style=style,
        page=style.page,
        face=lambda face: _css(face, style.latin),
    )


def _css(face: Face, latin: str) -> Markup:
    """A face as CSS; the names of fonts hold nothing that would have to be escaped."""
    weight = "bold" if face.bold else "normal"
    return Markup(f'font: {weight} {face.size:g}pt "{latin}", "{face.font}", serif;')


def _block(block: Block) -> Markup:
    if isinstance(block, Heading):
        tag = f"h{block.level + 1}"
        return Markup("<{0}>{1}</{0}>").format(tag, _marked(block.plain))
    if block.heading is None:
        return Markup("<p>{}</p>").format(_marked(block.plain))
    run_in = block.heading.plain
    span = Markup('<span class="h{}">{}</span>').format(block.heading.level + 1, run_in)
    return Markup("<p>{}{}</p>").format(span, _marked(block.plain[len(run_in) :]))


def _marked(text: str) -> Markup:
    return Markup(MARK.sub(lambda mark: f"<mark>{mark[0]}</mark>", str(escape(text))))
