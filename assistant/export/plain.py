"""A manuscript as Markdown and as plain text."""

from collections.abc import Iterator

from assistant.export.manuscript import Heading, Manuscript


def write_markdown(manuscript: Manuscript) -> str:
    """`#` title, `##` 一、, `###` （一）, a paragraph a block."""
    return "\n\n".join(_markdown_blocks(manuscript)) + "\n"


def _markdown_blocks(manuscript: Manuscript) -> Iterator[str]:
    if manuscript.title:
        yield f"# {manuscript.title}"
    for block in manuscript.blocks:
        sign = "#" * (block.level + 1) + " " if isinstance(block, Heading) else ""
        yield sign + block.plain


def write_text(manuscript: Manuscript) -> str:
    """A block a line, indented by two full-width blanks as in print."""
    title = [manuscript.title, ""] if manuscript.title else []
    return "\n".join([*title, *(f"　　{block.plain}" for block in manuscript.blocks)]) + "\n"
