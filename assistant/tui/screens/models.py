"""The models: which are there, fetching one, choosing one."""

import threading
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, ProgressBar, Static
from textual.widgets.option_list import Option

from assistant.errors import AssistantError, Cancelled
from assistant.llm.catalogue import ModelEntry, load_catalogue
from assistant.llm.state import ModelState, model_state
from assistant.tui.screen import AssistantScreen
from assistant.workspace import known_speed


class ModelsScreen(AssistantScreen[None]):
    """Lists, fetches and verifies models."""

    HEADING = "模型"
    AUTO_FOCUS = "#models"
    HELP_TEXT = """# 模型

起草用的语言模型是一个大文件，只下载一次，以后不用联网。

| 键 | 作用 |
|---|---|
| 回车 | 用选中的模型 |
| F5 | 下载选中的模型；断了再按一次，会接着下载 |
| F6 | 重新校验：文件坏没坏 |
| Esc | 返回；正在下载时先问一声 |

下载只收模型文件，不发送您的任何材料。
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f5", "pull", "下载"),
        Binding("f6", "verify", "校验"),
    ]

    class Went(Message):
        """How far a step on a file is."""

        def __init__(self, done: int, total: int, note: str) -> None:
            super().__init__()
            self.done, self.total, self.note = done, total, note

    class Ended(Message):
        """A download or check has ended."""

        def __init__(self, told: str, error: Exception | None) -> None:
            super().__init__()
            self.told, self.error = told, error

    def __init__(self) -> None:
        super().__init__()
        self._entries: list[ModelEntry] = []
        self.busy = ""
        """What is under way, in Chinese."""
        self._stop = threading.Event()

    def body(self) -> ComposeResult:
        """The list and the progress."""
        with Vertical(id="models-body"):
            yield OptionList(id="models", markup=False)
            yield Static(id="model-note", markup=False)
            with Horizontal(id="model-progress"):
                yield ProgressBar(id="model-bar", show_eta=True)

    def on_mount(self) -> None:
        """List the models."""
        self.query_one("#model-progress").display = False
        self._list()

    @property
    def under_way(self) -> str:
        """What quitting now would stop."""
        return f"{self.busy}。停下以后再下载，会接着来。" if self.busy else ""

    def _list(self) -> None:
        try:
            self._entries = list(load_catalogue().values())
        except AssistantError as error:
            self.tell_error(error)
            return
        listed = self.query_one("#models", OptionList)
        stood = listed.highlighted
        listed.clear_options()
        listed.add_options(Option(self._row(entry)) for entry in self._entries)
        listed.highlighted = min(stood or 0, len(self._entries) - 1)

    def _row(self, entry: ModelEntry) -> Content:
        state = model_state(entry)
        used = entry.name == self.assistant.preferences.model or (
            entry.default and not self.assistant.preferences.model
        )
        style = "$text-success" if state is ModelState.READY else "$text-warning"
        speed = known_speed(entry.name)
        return Content.assemble(
            ("● " if used else "　", "$text-success"),
            (entry.name, "bold"),
            f"　{entry.bytes / 1e6:,.0f}MB　",
            (str(state), style),
            f"　每秒{speed:g}词元" if speed else "",
            (f"\n　　{entry.description}（{entry.licence}）", "dim"),
        )

    @property
    def _chosen(self) -> ModelEntry | None:
        index = self.query_one("#models", OptionList).highlighted
        return self._entries[index] if index is not None and self._entries else None

    @on(OptionList.OptionSelected, "#models")
    def _selected(self, event: OptionList.OptionSelected) -> None:
        entry = self._entries[event.option_index]
        self.assistant.change_preferences(model="" if entry.default else entry.name)
        self.notify(f"以后用 {entry.name} 起草。", markup=False)
        self._list()

    def action_pull(self) -> None:
        """Fetch the chosen model."""
        entry = self._chosen
        if entry and not self.busy:
            if not entry.sources:
                self.notify("这个模型是您自己登记的，不能下载；请把文件拷回原处。")
                return
            self._start(f"正在下载 {entry.name}")
            self._pull(entry)

    def action_verify(self) -> None:
        """Read the chosen model's file again."""
        entry = self._chosen
        if entry and not self.busy:
            self._start(f"正在校验 {entry.name}")
            self._verify(entry)

    def _start(self, what: str) -> None:
        self.busy = what
        self._stop.clear()
        self.query_one("#model-note", Static).update(f"{what}……")
        self.query_one("#model-progress").display = True

    def _progress(self, done: int, total: int, note: str, /) -> None:
        if self._stop.is_set():
            raise Cancelled("已停下。")
        self.post_message(self.Went(done, total, note))

    @work(thread=True, exclusive=True, group="file", exit_on_error=False)
    def _pull(self, entry: ModelEntry) -> None:
        from assistant.llm.fetch import pull

        error: Exception | None = None
        try:
            pull(entry, self._progress)
        except Exception as raised:
            error = raised
        self.post_message(self.Ended(f"{entry.name} 下载好了，校验无误。", error))

    @work(thread=True, exclusive=True, group="file", exit_on_error=False)
    def _verify(self, entry: ModelEntry) -> None:
        from assistant.llm.catalogue import verify_file

        error: Exception | None = None
        try:
            verify_file(entry, entry.path, self._progress, fresh=True)
        except Exception as raised:
            error = raised
        self.post_message(self.Ended(f"{entry.name} 完好。", error))

    @on(Went)
    def _went(self, event: Went) -> None:
        if not self.busy:
            return
        self.query_one("#model-bar", ProgressBar).update(total=event.total, progress=event.done)
        size = f"{event.done / 1e6:,.0f}／{event.total / 1e6:,.0f}MB"
        self.query_one("#model-note", Static).update(f"{self.busy}：{event.note}　{size}")

    @on(Ended)
    def _ended(self, event: Ended) -> None:
        self.busy = ""
        self.query_one("#model-progress").display = False
        note = self.query_one("#model-note", Static)
        if event.error is None:
            note.update(event.told)
        elif isinstance(event.error, Cancelled):
            note.update("停下了。再按F5，会接着下载。")
        elif isinstance(event.error, AssistantError):
            note.update("没有成功。")
            self.tell_error(event.error)
        else:
            note.update("没有成功。")
            self.tell_error(AssistantError(f"出了意外：{event.error}", hint="请再试一次。"))
        self._list()

    def action_back(self) -> None:
        """Return; while something is under way, ask first."""
        if not self.busy:
            self.dismiss()
            return
        from assistant.tui.dialogues import Confirm

        self.app.push_screen(
            Confirm(f"{self.under_way}要停下吗？", yes="停下", no="接着来"), self._stop_if
        )

    def _stop_if(self, sure: bool | None) -> None:
        if sure:
            self._stop.set()
