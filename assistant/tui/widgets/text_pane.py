"""The text of a paragraph: coloured to be read, or in an editor to be changed."""

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static, TextArea

from assistant.drafting.book import Paragraph
from assistant.text.sentences import count_characters
from assistant.tui.widgets.paragraph import LEGEND, coloured


class TextPane(Vertical):
    """Where the paragraph stands, its text, what the colours mean; or the editor."""

    def compose(self) -> ComposeResult:
        """Both; one of them is shown."""
        with VerticalScroll(id="text-scroll", can_focus=False):
            yield Static(id="place", classes="dim", markup=False)
            yield Static(id="text", markup=False)
            yield Static(LEGEND, id="legend")
        edit = TextArea(id="edit", soft_wrap=True, tab_behavior="focus")
        edit.display = False
        yield edit

    def show(self, paragraph: Paragraph) -> None:
        """A paragraph to be read."""
        self.query_one("#place", Static).update(_place(paragraph))
        self.tell(coloured(paragraph))

    def tell(self, text: Content) -> None:
        """Something in the text's place."""
        self.query_one("#text", Static).update(text)

    @property
    def editing(self) -> bool:
        """Whether the editor is shown."""
        return bool(self.query_one("#edit").display)

    @property
    def typed(self) -> str:
        """What stands in the editor."""
        return self.query_one("#edit", TextArea).text

    def begin_edit(self, text: str) -> None:
        """Show the editor with a text."""
        edit = self.query_one("#edit", TextArea)
        edit.load_text(text)
        edit.display = True
        self.query_one("#text-scroll").display = False
        edit.focus()
        edit.move_cursor(edit.document.end)

    def end_edit(self) -> None:
        """Show the text again."""
        self.query_one("#edit").display = False
        self.query_one("#text-scroll").display = True


def _place(paragraph: Paragraph) -> str:
    written, budget = count_characters(paragraph.point.body), paragraph.slot.budget
    place = f"{paragraph.heading}，{paragraph.state}，{written}字，宜{budget}字左右"
    if paragraph.slot.told and not paragraph.touched:
        place += "，照您给的写成"
    versions = paragraph.versions
    if versions and len(versions.versions) > 1:
        place += f"，第{versions.current + 1}版，共{len(versions.versions)}版"
    return place
