"""Home: the documents worked on lately, a new one, and whether the model is there."""

from datetime import date, datetime
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, OptionList, Static
from textual.widgets.option_list import Option

from assistant.errors import AssistantError
from assistant.tui.model_session import ModelStatus
from assistant.tui.screen import AssistantScreen
from assistant.workspace import DocumentCard, forget, look_anew, put_first, recent_documents

_FIRST_RUN = (
    "第一次用？按“新建材料”（或Ctrl+N）。程序会一步一步问您本单位的情况，"
    "再由电脑上的模型起草；您没有说的数字、名称、日期，它不编。"
)


class HomeScreen(AssistantScreen[None]):
    """Where everything begins."""

    AUTO_FOCUS = ""
    HELP_TEXT = """# 开始

这里列出最近做过的材料。回车打开一份接着做。

| 键 | 作用 |
|---|---|
| Ctrl+N | 新建：选文种，填单位，开始填写 |
| Ctrl+O | 打开一份已有的规格（.yaml） |
| F2 | 换年度：照选中的这份，为另一个年度另存一份 |
| F3 | 模型：查看、下载 |
| F4 | 设置：模型、候选数、存放文件夹 |
| Del | 从清单里去掉（文件不删） |

做一份材料的顺序：**填写 → 起草 → 逐段修改 → 自检 → 导出**。每一步都自动保存，随时可以退出。
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+n", "new", "新建"),
        Binding("ctrl+o", "open", "打开"),
        Binding("f2", "duplicate", "换年度"),
        Binding("f3", "models", "模型"),
        Binding("f4", "settings", "设置"),
        Binding("delete", "forget", "移出清单"),
        Binding("escape", "back", show=False),
    ]

    class Refreshed(Message):
        """The documents and the model were looked at anew."""

        def __init__(self, cards: list[DocumentCard], status: ModelStatus) -> None:
            super().__init__()
            self.cards, self.status = cards, status

    def __init__(self) -> None:
        super().__init__()
        self._cards: list[DocumentCard] = []

    def body(self) -> ComposeResult:
        """Buttons, the list, the model."""
        with Vertical(id="home"):
            with Horizontal(classes="buttons"):
                yield Button("新建材料", id="new", variant="primary")
                yield Button("打开规格", id="open")
                yield Button("模型", id="models")
                yield Button("设置", id="settings")
            yield Static("最近的材料", classes="heading", id="recent-heading")
            yield OptionList(id="recent", markup=False)
            yield Static(_FIRST_RUN, id="first-run")
            yield Static("模型：正在查看……", id="model", markup=False)

    def on_mount(self) -> None:
        """Show at once what is remembered; look at the files afterwards."""
        self._show(recent_documents())
        self.query_one("#recent" if self._cards else "#new").focus()

    def on_screen_resume(self) -> None:
        """Documents may have changed while another screen was in front."""
        self._look()

    @work(thread=True, exclusive=True, group="home", exit_on_error=False)
    def _look(self) -> None:
        try:
            cards = look_anew()
        except AssistantError:
            cards = recent_documents()  # a full disk: it is told where something is to be kept
        try:
            status = self.assistant.session.status(self.assistant.preferences.model)
        except AssistantError as error:
            status = ModelStatus(self.assistant.preferences.model, error.message, usable=False)
        self.post_message(self.Refreshed(cards, status))

    @on(Refreshed)
    def _refreshed(self, event: Refreshed) -> None:
        self._show(event.cards)
        status = event.status
        speed = f"，上次每秒 {status.speed:g} 词元" if status.speed else ""
        hint = "" if status.usable else "。按 F3 下载或更换"
        self.query_one("#model", Static).update(
            Content(f"模型：{status.name}　{status.state}{speed}{hint}")
        )
        self.query_one("#model").set_class(not status.usable, "warning")

    def _show(self, cards: list[DocumentCard]) -> None:
        self._cards = cards
        recent = self.query_one("#recent", OptionList)
        stood = recent.highlighted
        recent.clear_options()
        recent.add_options(Option(_row(card)) for card in cards)
        recent.highlighted = min(stood or 0, len(cards) - 1) if cards else None
        recent.display = self.query_one("#recent-heading").display = bool(cards)
        self.query_one("#first-run").display = not cards

    @property
    def _chosen(self) -> DocumentCard | None:
        index = self.query_one("#recent", OptionList).highlighted
        return self._cards[index] if index is not None and self._cards else None

    def action_back(self) -> None:
        """There is nothing behind."""

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        actions = {
            "new": self.action_new,
            "open": self.action_open,
            "models": self.action_models,
            "settings": self.action_settings,
        }
        actions[str(event.button.id)]()

    @on(OptionList.OptionSelected, "#recent")
    def _selected(self, event: OptionList.OptionSelected) -> None:
        self.open_document(self._cards[event.option_index].path)

    def open_document(self, file: Path) -> None:
        """Go on with a document where it stands: its form."""
        from assistant.spec_edit import SpecEditor
        from assistant.tui.screens.intake import IntakeScreen

        try:
            editor = SpecEditor.open(file)
        except AssistantError as error:
            self.tell_error(error)
            return
        self.attempt(lambda: put_first(file))
        self.app.push_screen(IntakeScreen(editor))

    def action_new(self) -> None:
        """Choose a kind and begin."""
        from assistant.tui.screens.new import NewScreen

        self.app.push_screen(NewScreen(), lambda file: self.open_document(file) if file else None)

    def action_open(self) -> None:
        """Open a spec written elsewhere."""
        from assistant.tui.dialogues import OpenFile

        folder = self.assistant.preferences.documents
        self.app.push_screen(
            OpenFile("打开哪份规格？", folder=folder, endings=(".yaml", ".yml")),
            lambda file: self.open_document(file) if file else None,
        )

    def action_duplicate(self) -> None:
        """The chosen document again for another year's kind."""
        from assistant.kinds import all_kinds
        from assistant.tui.dialogues import Choose

        card = self._chosen
        if card is None:
            self.notify("先在清单里选一份材料。", severity="warning")
            return
        kinds = list(all_kinds().values())
        stands = next((i for i, kind in enumerate(kinds) if kind.name == card.kind), 0)

        def make(index: int | None) -> None:
            from assistant.workspace import duplicate

            if index is None:
                return
            kind = kinds[index]
            day = max(date.today(), kind.valid_from)
            day = min(day, kind.valid_to) if kind.valid_to else day
            try:
                file = duplicate(card.path, kind, day)
            except AssistantError as error:
                self.tell_error(error)
                return
            self.notify(f"已另存为 {file.name}，两份互不影响。", markup=False)
            self.open_document(file)

        self.app.push_screen(
            Choose(
                "为哪个文种另做一份？单位、自称和相同方面的内容带过去。",
                [k.name for k in kinds],
                chosen=stands,
            ),
            make,
        )

    def action_forget(self) -> None:
        """Take the chosen document off the list."""
        card = self._chosen
        if card and self.attempt(lambda: forget(card.path)):
            self.notify(f"已移出清单，文件还在：{card.file}", markup=False)
            self._show(recent_documents())

    def action_models(self) -> None:
        """The models on this computer."""
        from assistant.tui.screens.models import ModelsScreen

        self.app.push_screen(ModelsScreen())

    def action_settings(self) -> None:
        """What is chosen once and for all."""
        from assistant.tui.screens.settings import SettingsScreen

        self.app.push_screen(SettingsScreen())


def _row(card: DocumentCard) -> Content:
    """Two lines: unit and kind; progress and last change."""
    name = card.unit or card.path.stem
    if not card.path.exists():
        below = Content.styled(f"  文件不在了：{card.file}", "$text-error")
    elif card.fault:
        below = Content.styled(f"  {card.fault}", "$text-error")
    else:
        written = f"起草{card.written}/{card.paragraphs}段" if card.paragraphs else "还没有填完"
        told = f"  填写{card.filled}%，{written}，{_ago(card.changed)}，{card.path.name}"
        below = Content.styled(told, "dim")
    return Content.assemble((name, "bold"), f"　{card.kind}", "\n", below)


def _ago(moment: datetime | None) -> str:
    """When, as one says it."""
    if moment is None:
        return ""
    days = (date.today() - moment.date()).days
    clock = f"{moment:%H:%M}"
    if days == 0:
        return f"今天 {clock}"
    if days == 1:
        return f"昨天 {clock}"
    return f"{moment.year}年{moment.month}月{moment.day}日"
