"""Screens as they are seen, pinned as text in tests/screens/.

PIN_SCREENS=1 writes them anew; look at the difference before it is committed.
"""

import os
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from application import (
    PROBLEM,
    Driver,
    ScriptedSession,
    drafted,
    driven,
    intake,
    put_spec,
    review,
    run,
)

from assistant.tui.screens.checklist import ChecklistScreen
from assistant.tui.screens.new import NewScreen
from assistant.tui.screens.reading import ReadingScreen

pytestmark = pytest.mark.slow

PINNED = Path(__file__).parent / "screens"
SMALL, LARGE = (80, 24), (120, 40)
_TIME = re.compile(r"\d\d:\d\d")


def seen(driver: Driver) -> str:
    """The text of the screen."""
    strips = driver.app.screen._compositor.render_strips()
    lines = (_TIME.sub("hh:mm", strip.text).rstrip() for strip in strips)
    return "\n".join(lines).rstrip("\n") + "\n"


async def home(driver: Driver) -> None:
    await driver.until(lambda: "13/13" in seen(driver) and "已就绪" in seen(driver))


async def new(driver: Driver) -> None:
    await driver.press("ctrl+n")
    await driver.screen(NewScreen)


async def filling(driver: Driver) -> None:
    await intake(driver, "履行主职主业")


async def revising(driver: Driver) -> None:
    await review(driver, PROBLEM)


async def reading(driver: Driver) -> None:
    await review(driver)
    await driver.press("f7")
    await driver.screen(ReadingScreen)


async def checking(driver: Driver) -> None:
    await review(driver)
    await driver.press("f8")
    await driver.screen(ChecklistScreen)


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "120x40"])
@pytest.mark.parametrize("go", [home, new, filling, revising, reading, checking])
def test_a_screen_looks_as_pinned_and_so_after_resizing(
    tmp_path: Path, go: Callable[[Driver], Awaitable[None]], size: tuple[int, int]
) -> None:
    file = put_spec(tmp_path)
    drafted(file)
    pinned = PINNED / f"{go.__name__}-{size[0]}x{size[1]}.txt"

    async def test() -> None:
        async with driven(ScriptedSession(file), SMALL if size == LARGE else LARGE) as driver:
            await go(driver)
            await driver.pilot.resize_terminal(*size)
            await driver.pilot.pause(0.3)
            if os.environ.get("PIN_SCREENS"):
                pinned.write_text(seen(driver), encoding="utf-8")
            await driver.until(lambda: seen(driver) == pinned.read_text(encoding="utf-8"))
        async with driven(ScriptedSession(file), size) as driver:
            await go(driver)
            await driver.until(lambda: seen(driver) == pinned.read_text(encoding="utf-8"))

    run(test())
