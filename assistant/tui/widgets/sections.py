"""The sections of the form, each with how full it is and whether something is wrong there."""

from collections.abc import Collection, Iterator

from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from assistant.intake import fullness, remarks, sections
from assistant.spec_edit import SpecEditor
from assistant.tui.intake_notes import section_of


class SectionList(OptionList):
    """A row for each section; none while the spec's text or kind does not hold."""

    def __init__(self) -> None:
        super().__init__(id="sections", markup=False)

    def show_sections(self, editor: SpecEditor, wrong: Collection[str], stands: str) -> None:
        """Show them anew; `wrong` sections are marked, and the cursor is on `stands`."""
        found = _sections(editor)
        rows = _rows(editor, wrong)
        if self.option_count == len(found):
            for i, row in enumerate(rows):
                self.replace_option_prompt_at_index(i, row)
            return
        self.clear_options()
        self.add_options(Option(row, id=section) for row, section in zip(rows, found, strict=True))
        self.highlighted = found.index(stands) if stands in found else None

    @property
    def ids(self) -> "tuple[str, ...]":
        """What is listed."""
        return tuple(str(option.id) for option in self.options)


def _sections(editor: SpecEditor) -> tuple[str, ...]:
    if editor.kind is None or editor.broken:
        return ()
    return tuple(section.id for section in sections(editor.kind))


def _rows(editor: SpecEditor, wrong: Collection[str]) -> Iterator[Content]:
    """Mark, percent and title of each section."""
    kind = editor.kind
    if kind is None or editor.broken:
        return
    full = fullness(editor.data, kind)
    vague = {section_of(editor, remark.location) for remark in remarks(editor.data, kind)}
    for section in sections(kind):
        share = full[section.id]
        percent = f"{round(100 * share.share):3}%" if share.wanted else "可选"
        mark = "×" if section.id in wrong else "?" if section.id in vague else " "
        style = {"×": "$text-error", "?": "$text-warning"}.get(mark, "")
        yield Content.assemble((mark, style), (f"{percent} ", "dim"), section.title)
