"""The whole document, to be read through and searched."""

from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from assistant.drafting.book import Book
from assistant.tui.screen import AssistantScreen
from assistant.tui.widgets.paragraph import coloured


class _Paragraph(Static):
    """A paragraph of the document; a click goes to it."""

    def __init__(self, content: Content, slot: str = "", classes: str = "") -> None:
        super().__init__(content, markup=False, classes=f"paragraph {classes}")
        self.printed = content
        self.slot = slot


class ReadingScreen(AssistantScreen[str]):
    """Answers with the paragraph to go to."""

    HEADING = "通读"
    AUTO_FOCUS = "#whole"
    HELP_TEXT = """# 通读

整篇从头读一遍。↑ ↓、PageUp、PageDown 翻页；点一段就回到那一段去改。
F3 或 Ctrl+F 查找：输入几个字，回车找下一处。
右边是各部分的字数：已写的和宜写的。
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f3,ctrl+f", "search", "查找", priority=True),
    ]

    def __init__(self, book: Book) -> None:
        super().__init__()
        self.book = book
        self._stands = -1

    def body(self) -> ComposeResult:
        """The text, the counts, the search line."""
        with Horizontal(id="reading"):
            with VerticalScroll(id="whole"):
                yield from self._paragraphs()
            yield Static(self._counts(), id="counts")
        yield Input(placeholder="查找：输入几个字，回车找下一处", id="words", compact=True)

    def _paragraphs(self) -> "list[_Paragraph]":
        draft, plan = self.book.draft(), self.book.plan
        shown = [_Paragraph(Content.styled(draft.title, "bold"), classes="title")]
        shown.append(self._of(plan.lead.id))
        for part in draft.parts:
            shown.append(_Paragraph(Content.styled(part.number + part.heading, "bold")))
            for section in part.sections:
                if section.heading:
                    heading = Content.styled(section.number + section.heading, "bold")
                    shown.append(_Paragraph(heading))
                if section.intro:
                    shown.append(_Paragraph(Content(section.intro)))
                shown += [self._of(point.slot) for point in section.points]
        shown.append(_Paragraph(Content(draft.closing)))
        return shown

    def _of(self, slot_id: str) -> _Paragraph:
        return _Paragraph(coloured(self.book[slot_id]), slot_id, classes="body")

    def _counts(self) -> Content:
        lines: list[tuple[str, str] | str] = [("字数（已写／宜写）\n", "bold")]
        for name, (written, budget) in self.book.characters().items():
            far = budget and not 0.7 <= written / budget <= 1.3
            lines.append((f"{written:>5}／{budget:<5}", "$text-warning" if far else ""))
            lines.append(f"{name}\n")
        whole = self.book.draft().characters
        lines.append((f"\n全文{whole}字，要求{self.book.plan.length}字", "bold"))
        return Content.assemble(*lines)

    @on(events.Click)
    def _clicked(self, event: events.Click) -> None:
        if isinstance(event.widget, _Paragraph) and event.widget.slot:
            self.dismiss(event.widget.slot)

    def action_search(self) -> None:
        """Go to the search line."""
        self.query_one("#words").focus()

    @on(Input.Changed, "#words")
    def _typed(self) -> None:
        self._stands = -1

    @on(Input.Submitted, "#words")
    def _search(self, event: Input.Submitted) -> None:
        words = event.value.strip()
        paragraphs = list(self.query(_Paragraph))
        for paragraph in paragraphs:
            paragraph.update(paragraph.printed)
        hits = [i for i, p in enumerate(paragraphs) if words and words in p.printed.plain]
        if not hits:
            self.notify(f"没有找到“{words}”。" if words else "先输入要找的字。", markup=False)
            return
        self._stands = next((hit for hit in hits if hit > self._stands), hits[0])
        for hit in hits:
            paragraphs[hit].update(_marked(paragraphs[hit].printed, words))
        self.query_one("#whole", VerticalScroll).scroll_to_widget(
            paragraphs[self._stands], animate=False, top=True
        )
        self.notify(
            f"第{hits.index(self._stands) + 1}段，共{len(hits)}段有“{words}”。", markup=False
        )

    def action_back(self) -> None:
        """From the search line to the text, from there back."""
        whole = self.query_one("#whole")
        if self.focused is whole:
            self.dismiss(None)
        else:
            whole.focus()


def _marked(content: Content, words: str) -> Content:
    """The text with every occurrence marked."""
    at = content.plain.find(words)
    while at >= 0:
        content = content.stylize("reverse", at, at + len(words))
        at = content.plain.find(words, at + len(words))
    return content
