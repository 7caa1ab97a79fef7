"""The application under a test: a scripted model, a small spec, and a pilot that waits."""

import asyncio
import tempfile
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from scripted import Scripted, scripted
from textual import events
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import OptionList
from tiny import TINY

from assistant.drafting.generate import generate
from assistant.drafting.record import ModelIdentity, RunSettings
from assistant.errors import Cancelled, ModelError
from assistant.examples.store import shipped_examples
from assistant.files import write_private
from assistant.preferences import Preferences, save_preferences
from assistant.spec_file import parse_spec
from assistant.tui.app import AssistantApp
from assistant.tui.model_session import ModelSession, ModelStatus
from assistant.tui.screens.home import HomeScreen
from assistant.tui.screens.intake import IntakeScreen
from assistant.tui.screens.review import ReviewScreen
from assistant.tui.widgets.outline import Outline
from assistant.workspace import look_at, remember, run_folder

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from assistant.llm.hashes import Progress

SIZES = ((80, 24), (120, 40))
PROBLEM = "problems.3.1"
"""A drawn paragraph of the small spec."""
_PATIENCE = 120.0
"""Seconds until something that should happen counts as not happening."""

S = TypeVar("S", bound=Screen[Any])


class Gate(Scripted):
    """A scripted model that writes only while the gate is open."""

    def _call(self, *args: Any, **kwargs: Any) -> str:
        session = _SESSIONS[id(self)]
        session.asked.set()
        while not session.open.wait(0.01):
            if session.cancelled.is_set():
                raise Cancelled("已停下。")
        return super()._call(*args, **kwargs)


_SESSIONS: dict[int, "ScriptedSession"] = {}


class ScriptedSession:
    """Gives out a scripted model for the spec file that is being worked on."""

    def __init__(self, spec: Path, *, missing: bool = False) -> None:
        self.spec = spec
        self.missing = missing
        self.open = threading.Event()
        self.open.set()
        self.asked = threading.Event()
        self.cancelled = threading.Event()

    def status(self, choice: str, /) -> ModelStatus:
        state = "未下载" if self.missing else "已就绪"
        return ModelStatus(choice or "scripted", state, usable=not self.missing, speed=28.1)

    def use(self, _choice: str, _progress: "Progress", /) -> "tuple[BaseChatModel, ModelIdentity]":
        from assistant.spec_file import read_spec

        if self.missing:
            raise ModelError("模型“scripted”不在这台电脑上。", hint="请下载。")
        self.cancelled.clear()
        model = scripted(read_spec(self.spec))
        gated = Gate(plan=model.plan)
        _SESSIONS[id(gated)] = self
        return gated, ModelIdentity(name="scripted", sha256="0" * 64)

    def cancel(self) -> None:
        self.cancelled.set()

    def close(self) -> None:
        self.cancel()
        self.open.set()


def put_spec(folder: Path, text: str = "") -> Path:
    """A spec file among the recent documents."""
    file = folder / "docs" / "unit.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text or TINY, encoding="utf-8")
    save_preferences(Preferences(documents=file.parent, candidates=1))
    remember(look_at(file))
    return file


class Driver:
    """A pilot with the words of these tests."""

    def __init__(self, app: AssistantApp, pilot: Pilot[None]) -> None:
        self.app, self.pilot = app, pilot

    async def press(self, *keys: str) -> None:
        for key in keys:
            if len(key) == 1 and not key.isascii():  # the pilot knows no full-width marks
                self.app.post_message(events.Key(key, key))
                await self.pilot.pause()
            else:
                await self.pilot.press(key)
        await self.pilot.pause()

    async def until(self, true: Callable[[], bool], *, patience: float = _PATIENCE) -> None:
        """Wait until something holds; fails after a long while."""
        async with asyncio.timeout(patience):
            while not true():
                await self.pilot.pause(0.02)

    async def screen(self, kind: type[S]) -> S:
        """Wait for a screen of that kind and until it is ready."""
        await self.until(lambda: isinstance(self.app.screen, kind) and self.app.screen.is_running)
        await self.pilot.pause()
        screen = self.app.screen
        assert isinstance(screen, kind)
        return screen


@asynccontextmanager
async def driven(
    session: ModelSession | None = None, size: tuple[int, int] = (120, 40)
) -> AsyncIterator[Driver]:
    """The application, running without a terminal."""
    app = AssistantApp(session)
    app.animation_level = "none"
    async with app.run_test(size=size) as pilot:
        driver = Driver(app, pilot)
        await driver.screen(HomeScreen)
        yield driver


def run(test: Coroutine[Any, Any, None]) -> None:
    """Run an asynchronous test."""
    asyncio.run(test)


def identity() -> ModelIdentity:
    return ModelIdentity(name="scripted", sha256="0" * 64)


def drafted(file: Path) -> Path:
    """The document of a spec file, drafted as the command does it."""
    folder = run_folder(file)
    for name, content in _draft_files(file.read_text(encoding="utf-8")).items():
        write_private(folder / name, content)
    return folder


@cache
def _draft_files(text: str) -> dict[str, bytes]:
    """What drafting a spec writes, by path in the run folder."""
    spec = parse_spec(text, "unit.yaml")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for _ in generate(
            spec,
            model=scripted(spec),
            identity=identity(),
            folder=folder,
            examples=shipped_examples(),
            settings=RunSettings(candidates=1),
            resume=True,
        ):
            pass
        files = [file for file in folder.rglob("*") if file.is_file() and file.name != ".lock"]
        return {str(file.relative_to(folder)): file.read_bytes() for file in files}


async def intake(driver: Driver, section: str = "") -> IntakeScreen:
    """Open the first recent document, at a section."""
    await driver.press("enter")
    screen = await driver.screen(IntakeScreen)
    if section:
        listed = screen.query_one("#sections", OptionList)
        await driver.until(lambda: listed.option_count > 0)
        listed.highlighted = next(
            i for i, option in enumerate(listed.options) if section in str(option.id)
        )
        await driver.until(lambda: section in screen.section and bool(screen.query(".heading")))
        await driver.pilot.pause(0.1)
    return screen


async def review(driver: Driver, slot_id: str = "") -> ReviewScreen:
    await intake(driver)
    await driver.press("f6")
    screen = await driver.screen(ReviewScreen)
    if slot_id:
        screen.query_one(Outline).stand_on(slot_id)
        await driver.until(lambda: screen.paragraph.slot.id == slot_id)
    return screen
