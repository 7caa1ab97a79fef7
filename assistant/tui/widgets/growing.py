"""The text of a document while it is written: several paragraphs growing side by side."""

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from assistant.drafting.book import Paragraph
from assistant.drafting.events import TextArrived
from assistant.drafting.growth import Growth

_MOST = 20
"""Finished paragraphs kept on the screen; laying out many more with each batch would be slow."""


class Growing(VerticalScroll):
    """Follows the first paragraph under way until the user scrolls, and again at the end."""

    def __init__(self) -> None:
        super().__init__(id="growing")
        self._shown: dict[str, Static] = {}
        """By slot id, in the order in which they were begun."""
        self._texts: dict[str, Growth] = {}
        """Of those under way."""
        self._paragraphs: dict[str, Paragraph] = {}
        self._following = True

    def begin(self, paragraph: Paragraph) -> None:
        """A paragraph is being written."""
        slot = paragraph.slot
        self._paragraphs[slot.id] = paragraph
        self._texts[slot.id] = Growth()
        waiting = Content.styled(f"{slot.ordinal}{slot.claim}……", "dim")
        self._show(paragraph, waiting)

    def add(self, arrived: list[TextArrived]) -> None:
        """Candidates grew."""
        for event in arrived:
            if event.slot_id in self._texts:
                self._texts[event.slot_id].add(event)
        for slot_id in dict.fromkeys(event.slot_id for event in arrived):
            if slot_id in self._texts:
                self._grow(slot_id)
        self._follow()

    def finish(self, paragraph: Paragraph) -> None:
        """A paragraph is written and saved."""
        slot = paragraph.slot
        self._texts.pop(slot.id, None)
        note = "　照您给的写成，没有用模型" if slot.told and not paragraph.touched else ""
        self._show(paragraph, Content.assemble(paragraph.point.text, (note, "dim")))
        done = [known for known in self._shown if known not in self._texts]
        for old in done[:-_MOST]:
            self._shown.pop(old).remove()
        self._follow()

    def abandon(self) -> None:
        """What is under way will be written anew."""
        for slot_id in self._texts:
            told = Content.styled("停下了，继续时从头写。", "dim")
            self._show(self._paragraphs[slot_id], told)
        self._texts.clear()

    def show(self, paragraph: Paragraph) -> None:
        """Bring a paragraph into sight because the user asks for it."""
        self._following = False
        if paragraph.slot.id not in self._shown:
            self._show(paragraph, Content(paragraph.point.text))
        shown = self._shown[paragraph.slot.id]
        self.call_after_refresh(self.scroll_to_widget, shown, animate=False, top=True)

    def _grow(self, slot_id: str) -> None:
        """The longest candidate of the last attempt, and how far each is."""
        growth = self._texts[slot_id]
        drawn = growth.texts()
        lengths = "、".join(str(len(text)) for text in drawn)
        paragraph = self._paragraphs[slot_id]
        count = f"　（{len(drawn)}稿，各{lengths}字）" if len(drawn) > 1 else ""
        opening = paragraph.slot.ordinal + paragraph.slot.opening
        self._show(paragraph, Content.assemble(opening, growth.longest, (count, "dim")))

    def _show(self, paragraph: Paragraph, text: Content) -> None:
        slot_id = paragraph.slot.id
        content = Content.assemble((paragraph.heading, "dim"), "\n", text)
        if slot_id in self._shown:
            self._shown[slot_id].update(content)
        else:
            self._shown[slot_id] = Static(content, classes="paragraph", markup=False)
            self.mount(self._shown[slot_id])

    def _follow(self) -> None:
        if not self._following:
            return
        under_way = next((self._shown[slot_id] for slot_id in self._texts), None)
        if under_way is None:
            self.scroll_end(animate=False)
        else:
            self.call_after_refresh(self.scroll_to_widget, under_way, animate=False, top=True)

    def on_mouse_scroll_up(self) -> None:
        """The user looks at something above."""
        self._following = False

    def on_mouse_scroll_down(self) -> None:
        """At the end it follows again."""
        self._following = self.scroll_offset.y >= self.max_scroll_y - 1

    def action_scroll_up(self) -> None:
        """The user looks at something above."""
        self._following = False
        super().action_scroll_up()

    def action_page_up(self) -> None:
        """The user looks at something above."""
        self._following = False
        super().action_page_up()

    def action_scroll_end(self) -> None:
        """Follow again."""
        self._following = True
        super().action_scroll_end()
