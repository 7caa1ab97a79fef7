"""Small windows: confirm, ask for a line, choose from a list, open a file."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Button, DirectoryTree, Input, Markdown, OptionList, Static
from textual.widgets.option_list import Option

from assistant.tui.screen import Dialogue


class Confirm(Dialogue[bool]):
    """A question before something is lost; the safe answer has the focus."""

    def __init__(self, question: str, *, yes: str, no: str = "取消") -> None:
        super().__init__()
        self._question, self._yes, self._no = question, yes, no

    def compose(self) -> ComposeResult:
        """The question and two answers."""
        with Vertical(classes="dialogue"):
            yield Static(self._question, markup=False)
            with Horizontal(classes="buttons"):
                yield Button(self._no, id="no")
                yield Button(self._yes, id="yes", variant="error")

    @on(Button.Pressed)
    def _answer(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "yes")

    def action_cancel(self) -> None:
        """Leave everything as it is."""
        self.dismiss(False)


class Ask(Dialogue[str]):
    """Asks for a line of text, with words to choose from."""

    def __init__(
        self, question: str, *, value: str = "", placeholder: str = "", words: Sequence[str] = ()
    ) -> None:
        super().__init__()
        self._question, self._value = question, value
        self._placeholder, self._words = placeholder, words

    def compose(self) -> ComposeResult:
        """The question, a field, and the words."""
        with Vertical(classes="dialogue"):
            yield Static(self._question, markup=False)
            yield Input(self._value, placeholder=self._placeholder, id="answer")
            if self._words:
                yield OptionList(*self._words, id="words", compact=True, markup=False)
            with Horizontal(classes="buttons"):
                yield Button("取消", id="no")
                yield Button("确定", id="yes", variant="primary")

    def on_key(self, event: events.Key) -> None:
        """From the field down to the words."""
        if event.key == "down" and self.query_one("#answer", Input).has_focus:
            event.stop()
            for words in self.query(OptionList):
                words.highlighted = 0
                words.focus()

    @on(OptionList.OptionSelected)
    def _word(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._words[event.option_index])

    @on(Button.Pressed, "#no")
    def _no(self) -> None:
        self.dismiss(None)

    @on(Button.Pressed, "#yes")
    @on(Input.Submitted)
    def _yes(self) -> None:
        answer = self.query_one("#answer", Input).value.strip()
        if answer:
            self.dismiss(answer)
        else:
            self.notify("请先填写，或按 Esc 取消。", severity="warning")


_LINE = 30
"""Characters that certainly stand on one line of a choice."""


class Choose(Dialogue[int]):
    """Chooses one of a list; answers with its index."""

    def __init__(self, question: str, choices: Iterable[str], *, chosen: int = 0) -> None:
        super().__init__()
        self._question, self._choices, self._chosen = question, list(choices), chosen

    def compose(self) -> ComposeResult:
        """The question and the list."""
        with Vertical(classes="dialogue wide"):
            yield Static(self._question, markup=False)
            yield OptionList(*self._options(), id="choices", markup=False)
            yield Static("↑↓ 选择，回车确定，Esc 取消", classes="dim")

    def _options(self) -> Iterator[Option | None]:
        """The choices, with lines between them where some are longer than a line."""
        lines = max(map(len, self._choices), default=0) > _LINE
        for i, choice in enumerate(self._choices):
            if i and lines:
                yield None
            yield Option(choice)

    def on_mount(self) -> None:
        """Stand on what is chosen now."""
        choices = self.query_one(OptionList)
        choices.highlighted = self._chosen if self._choices else None
        choices.focus()

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_index)


class _Documents(DirectoryTree):
    """Folders, and files of some endings."""

    endings: tuple[str, ...] = ()

    def filter_paths(self, paths: Iterable[Path]) -> Iterable[Path]:
        """Hide what cannot be opened."""
        return [
            path
            for path in paths
            if not path.name.startswith(".")
            and (path.suffix.lower() in self.endings or path.is_dir())
        ]


class OpenFile(Dialogue[Path]):
    """Opens a file by name or from the tree of folders."""

    def __init__(self, question: str, *, folder: Path, endings: tuple[str, ...]) -> None:
        super().__init__()
        self._question, self._endings = question, endings
        self._folder = next(p for p in (folder, *folder.absolute().parents) if p.is_dir())

    def compose(self) -> ComposeResult:
        """A field for the path and the tree."""
        with Vertical(classes="dialogue wide tall"):
            yield Static(self._question, markup=False)
            yield Input(placeholder="文件的路径，或在下面选", id="path")
            tree = _Documents(self._folder, id="tree")
            tree.endings = self._endings
            yield tree
            yield Static(
                f"可打开：{'、'.join(self._endings)}　Tab 换到文件夹，Esc 取消", classes="dim"
            )

    @on(DirectoryTree.FileSelected)
    def _chosen(self, event: DirectoryTree.FileSelected) -> None:
        self.dismiss(event.path)

    @on(Input.Submitted)
    def _typed(self, event: Input.Submitted) -> None:
        path = Path(event.value.strip().strip("'\"")).expanduser()
        if path.is_file():
            self.dismiss(path)
        else:
            self.notify(
                f"没有“{path}”这个文件，请检查路径。", severity="warning", markup=False, timeout=8
            )


class Help(Dialogue[None]):
    """What a screen is for and what its keys do."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f1", "cancel", "关闭")]

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def compose(self) -> ComposeResult:
        """The text."""
        with Vertical(classes="dialogue wide tall"):
            with VerticalScroll():
                yield Markdown(self._text)
            yield Static("Esc 或 F1 关闭", classes="dim")

    def on_mount(self) -> None:
        """Let the arrow keys scroll."""
        self.query_one(VerticalScroll).focus()
