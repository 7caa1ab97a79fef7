"""A parsed document as Markdown in the form of the worked examples."""

from collections.abc import Iterator

from assistant.document.tree import Document, Section


def to_markdown(document: Document) -> str:
    """`#` title, `##` 一、, `###` （一）; a paragraph a block. Marks behind glued headings fall."""
    return "\n\n".join(_blocks(document)) + "\n"


def _blocks(document: Document) -> Iterator[str]:
    if document.title:
        yield f"# {document.title}"
    yield from (paragraph.text for paragraph in document.lead)
    for section in document.walk():
        yield from _section(section, document.text)
    yield from (paragraph.text for paragraph in document.closing)


def _section(section: Section, text: str) -> Iterator[str]:
    paragraphs = [paragraph.text for paragraph in section.paragraphs]
    number_and_heading = section.span.of(text)
    if section.heading or not paragraphs:
        yield f"{'#' * (section.level + 1)} {number_and_heading}"
        yield from paragraphs
    else:  # only a number begins the paragraph
        yield number_and_heading + paragraphs[0]
        yield from paragraphs[1:]
