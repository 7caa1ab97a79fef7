"""The application: screens over the same functions as the commands."""

import gc
import sys
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from textual import constants
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.events import Event, InputEvent, Key, Paste
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Input, TextArea

from assistant.errors import AssistantError
from assistant.preferences import Preferences, read_preferences, save_preferences
from assistant.tui.model_session import LocalModelSession, ModelSession
from assistant.tui.screen import AssistantScreen, tell_error
from assistant.tui.screens.home import HomeScreen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.driver import Driver

_NEW_OBJECTS = 10_000
"""Among these, garbage is found within a hundredth of a second."""
_SWITCH = 0.001
"""Seconds after which a thread that computes in Python gives way to the screen's."""
_PATIENCE = 3.0
"""Seconds after which held keys are passed on in any case."""
_THEMES = {"dark": "textual-dark", "light": "textual-light"}


class AssistantApp(App[None]):
    """From “I must hand something in” to a finished document."""

    TITLE = "公文起草助手"
    CSS_PATH = "app.tcss"
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 (declared so by Textual)
        (0, "-narrow"),
        (100, "-wide"),
    ]
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = "ctrl+p"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "help", "帮助", priority=False),
        Binding("ctrl+q", "quit", "退出", priority=True, show=False),
        Binding("ctrl+t", "change_theme", "明暗", show=False),
    ]

    def __init__(self, session: ModelSession | None = None) -> None:
        super().__init__()
        self.preferences: Preferences = read_preferences()
        self._held: deque[Key | Paste] = deque()
        self._holding: Timer | None = None
        self.session: ModelSession = session or LocalModelSession()

    def get_driver_class(self) -> "type[Driver]":
        """Textual's, but for the keyboard of a terminal."""
        if sys.platform == "win32" or constants.DRIVER:
            return super().get_driver_class()
        from assistant.tui.driver import PromptDriver

        return PromptDriver

    def on_mount(self) -> None:
        """Open the home screen."""
        self.theme = _THEMES[self.preferences.theme]
        self.push_screen(HomeScreen())

    def on_unmount(self) -> None:
        """Free the model."""
        self.session.close()

    # What is typed while the field it is meant for is still being made waits for it.

    async def on_event(self, event: Event) -> None:
        """Pass on what happens; what is typed only once the keys before have had their effect."""
        if isinstance(event, InputEvent) and self.focused and not self.focused.is_attached:
            # It was clicked while it was taken away. No key would have an effect any more.
            self.screen.set_focus(None)
        if isinstance(event, Key | Paste) and not event.is_forwarded:
            self._held.append(event)
            await self._pass_on()
        else:
            await super().on_event(event)

    def hold_keys(self) -> None:
        """Keep what is typed from now on until `release_keys`."""
        if self._holding:
            self._holding.stop()
        self._holding = self.set_timer(_PATIENCE, self.release_keys)

    def release_keys(self) -> None:
        """Pass on what was kept, to the widget that has the focus by then.

        Keys that are held anew before that stay held.
        """
        self.call_later(self._release, self._holding)  # as focusing is done, and so behind it

    async def _release(self, holding: Timer | None) -> None:
        if self._holding and self._holding is holding:
            self._holding.stop()
            self._holding = None
            await self._pass_on()

    async def _pass_on(self) -> None:
        while self._held and not self._holding:
            event = self._held.popleft()
            if isinstance(event, Key) and event.key == "enter" and self._going_on:
                self.hold_keys()
            await super().on_event(event)

    @property
    def _going_on(self) -> bool:
        """Whether Enter makes or moves to another field now."""
        holds = isinstance(self.screen, AssistantScreen) and self.screen.HOLDS_KEYS
        return holds and isinstance(self.focused, Input | TextArea)

    def change_preferences(self, **changes: Any) -> None:
        """Keep changed settings; told if they cannot be written."""
        self.preferences = replace(self.preferences, **changes)
        self.theme = _THEMES[self.preferences.theme]
        try:
            save_preferences(self.preferences)
        except AssistantError as error:
            tell_error(self.screen, error)

    def action_help(self) -> None:
        """Help on the screen in front."""
        if isinstance(self.screen, AssistantScreen):
            from assistant.tui.dialogues import Help
            from assistant.tui.help import GENERAL_HELP

            self.push_screen(Help(self.screen.HELP_TEXT + GENERAL_HELP))

    def action_change_theme(self) -> None:
        """Light to dark or back."""
        self.change_preferences(theme="light" if self.preferences.theme == "dark" else "dark")

    async def action_quit(self) -> None:
        """Leave, after asking the screens whether something is under way."""
        for screen in reversed(self.screen_stack):
            busy = getattr(screen, "under_way", "")
            if busy:
                from assistant.tui.dialogues import Confirm

                self.push_screen(Confirm(busy, yes="退出", no="不退出"), self._quit_if)
                return
            getattr(screen, "flush", lambda: None)()
        self.exit()

    def _quit_if(self, sure: bool | None) -> None:
        if sure:
            self.session.cancel()
            self.exit()

    def get_key_display(self, binding: Binding) -> str:
        """Keys as they stand on the keyboard: Ctrl+N, F2."""
        names = {"escape": "Esc", "enter": "回车", "delete": "Del"}
        parts = binding.key.split("+")
        return "+".join(names.get(part, part.capitalize()) for part in parts)

    def get_system_commands(self, screen: Screen[object]) -> "Iterable[SystemCommand]":
        """The command palette: what every screen can do, and the keys of the one in front."""
        yield SystemCommand("帮助", "这个屏幕怎么用（F1）", self.action_help)
        yield SystemCommand("明暗", "换浅色或深色（Ctrl+T）", self.action_change_theme)
        for active in screen.active_bindings.values():
            binding, node = active.binding, active.node
            if binding.description and binding.show and active.enabled and node is screen:
                yield SystemCommand(
                    binding.description,
                    f"按键 {self.get_key_display(binding)}",
                    lambda action=binding.action, node=node: self.call_later(
                        self.run_action, action, node
                    ),
                )
        yield SystemCommand("退出", "离开程序（Ctrl+Q）", self.action_quit)


class _OwnProcess(AssistantApp):
    """The application where nothing else runs in the process."""

    def on_ready(self) -> None:
        """Leave no thread and no look for garbage enough time to hold a key press up."""
        gc.freeze()  # what start-up made stays
        gc.set_threshold(_NEW_OBJECTS)
        sys.setswitchinterval(_SWITCH)


def run() -> None:
    """Open the application on the terminal."""
    _OwnProcess().run()
