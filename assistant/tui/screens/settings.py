"""Settings: candidates, seed, folder, colours."""

from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Checkbox, Input, Label, Static

from assistant.preferences import MOST_CANDIDATES
from assistant.settings import user_folder
from assistant.tui.screen import AssistantScreen
from assistant.tui.widgets.toggles import Tick


class SettingsScreen(AssistantScreen[None]):
    """What is chosen once and for all."""

    HEADING = "设置"
    AUTO_FOCUS = "#candidates"
    HELP_TEXT = """# 设置

- **候选数**：每段写几个候选，取最好的一个；多写几个更好，也更慢。
- **随机种子**：同样的规格、种子和模型，在同一台电脑上写出同样的文字。
- **存放文件夹**：新建的规格放在这里，草稿放在它下面的 drafts 里。
- **模型**：在模型屏幕（开始屏幕按 F3）里选。

改好按 Esc 返回，自动保存。
"""
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "back", "保存并返回", priority=True)]

    def body(self) -> ComposeResult:
        """A field each."""
        preferences = self.assistant.preferences
        with Vertical(id="settings-body"):
            with Horizontal(classes="line"):
                yield Label(f"候选数（1—{MOST_CANDIDATES}）")
                yield Input(
                    str(preferences.candidates), id="candidates", type="integer", compact=True
                )
            yield Static("每段写几稿，取最好的一稿；多写更好，也更慢", classes="told")
            with Horizontal(classes="line"):
                yield Label("随机种子")
                yield Input(str(preferences.seed), id="seed", type="integer", compact=True)
            yield Static("换一个数，整篇就换一种写法", classes="told")
            with Horizontal(classes="line"):
                yield Label("存放文件夹")
                yield Input(str(preferences.documents), id="documents", compact=True)
            with Horizontal(classes="line"):
                yield Label("界面")
                yield Tick(
                    "浅色（Ctrl+T 也能换）", preferences.theme == "light", id="light", compact=True
                )
            with Horizontal(classes="line"):
                yield Label("模型")
                yield Button("", id="models", compact=True)
            yield Static(
                f"模型、设置和清单放在 {user_folder()}", classes="told", id="where", markup=False
            )

    def on_screen_resume(self) -> None:
        """Another model may have been chosen."""
        model = self.assistant.preferences.model or "默认的模型"
        self.query_one("#models", Button).label = f"{model}，按回车换"

    @on(Checkbox.Changed, "#light")
    def _light(self, event: Checkbox.Changed) -> None:
        self.assistant.change_preferences(theme="light" if event.value else "dark")

    @on(Button.Pressed, "#models")
    def _models(self) -> None:
        from assistant.tui.screens.models import ModelsScreen

        if self._save():
            self.app.push_screen(ModelsScreen())

    def _save(self) -> bool:
        """Keep what is written; tell what does not hold."""
        candidates = self.query_one("#candidates", Input).value
        seed = self.query_one("#seed", Input).value
        folder = self.query_one("#documents", Input).value.strip()
        if not candidates.isdigit() or not 1 <= int(candidates) <= MOST_CANDIDATES:
            self._wrong("candidates", f"候选数应是 1 到 {MOST_CANDIDATES} 的整数。")
        elif not seed.isdigit():
            self._wrong("seed", "随机种子应是 0 或正整数。")
        elif not folder:
            self._wrong("documents", "请写明存放文件夹。")
        else:
            changes = {
                "candidates": int(candidates),
                "seed": int(seed),
                "documents": Path(folder).expanduser(),
            }
            if any(getattr(self.assistant.preferences, k) != v for k, v in changes.items()):
                self.assistant.change_preferences(**changes)
            return True
        return False

    def _wrong(self, field: str, message: str) -> None:
        self.notify(message, severity="warning")
        self.query_one(f"#{field}").focus()

    def action_back(self) -> None:
        """Save and return."""
        if self._save():
            self.dismiss()
