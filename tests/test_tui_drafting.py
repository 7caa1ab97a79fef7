"""Drafting on the screen: side by side with editing, told paragraphs, and with the real model."""

import subprocess
from pathlib import Path

import pytest
from application import Driver, ScriptedSession, driven, put_spec, run
from scripted import scripted
from textual.widgets import Static, TextArea
from tiny import SLOTS, SMALL_MODEL, TINY, generate_command, tiny_spec

from assistant.drafting.book import State
from assistant.preferences import Preferences, save_preferences
from assistant.tui.model_session import LocalModelSession
from assistant.tui.screens.drafting import DraftingScreen
from assistant.tui.screens.review import ReviewScreen
from assistant.tui.widgets.growing import Growing
from assistant.tui.widgets.outline import Outline
from assistant.workspace import run_folder

LEAD = "lead"
pytestmark = pytest.mark.slow


async def drafting(driver: Driver) -> DraftingScreen:
    """Open the first recent document and draft it."""
    await driver.press("enter")
    await driver.until(lambda: bool(driver.app.screen.query("#form .heading")))
    await driver.press("f5")
    return await driver.screen(DraftingScreen)


def toasts(driver: Driver) -> str:
    return "".join(note.message for note in driver.app._notifications)


def test_a_paragraph_is_edited_while_others_are_drafted(tmp_path: Path) -> None:
    file = put_spec(tmp_path)
    session = ScriptedSession(file)
    session.open.clear()

    async def test() -> None:
        async with driven(session, (80, 24)) as driver:
            behind = await drafting(driver)
            await driver.until(session.asked.is_set)
            await driver.until(lambda: behind.book[LEAD].state is State.DONE)
            await driver.press("f6")
            screen = await driver.screen(ReviewScreen)
            await driver.press("f4")
            assert "没有用模型" in toasts(driver)
            await driver.press("f2", *"某", "escape")
            assert behind.book[LEAD].text.endswith("某")
            assert behind.running
            session.open.set()
            await driver.until(lambda: behind.finished and not behind.running)
            outline = screen.query_one(Outline)
            await driver.until(lambda: outline.state("problems.1.1") == State.DONE)
            await driver.press("escape")
            assert await driver.screen(DraftingScreen) is behind
            await driver.until(lambda: behind.query_one(Outline).state(LEAD) == State.EDITED)
        assert "某" in (run_folder(file) / "draft.json").read_text(encoding="utf-8")

    run(test())


def test_no_other_paragraph_is_redrawn_while_drafting(tmp_path: Path) -> None:
    file = put_spec(tmp_path)
    session = ScriptedSession(file)

    async def test() -> None:
        async with driven(session) as driver:
            behind = await drafting(driver)
            await driver.until(lambda: behind.book["problems.1.1"].state is State.DONE)
            session.open.clear()
            await driver.until(lambda: not behind.running or session.asked.is_set())
            review = ReviewScreen(behind.book, file, slot="problems.1.1", drafting=lambda: True)
            driver.app.push_screen(review)
            await driver.screen(ReviewScreen)
            await driver.press("f4")
            assert "模型正在写别的段落" in toasts(driver)
            session.open.set()

    run(test())


def test_paragraphs_told_by_code_say_so(tmp_path: Path) -> None:
    file = put_spec(tmp_path)

    async def test() -> None:
        async with driven(ScriptedSession(file)) as driver:
            screen = await drafting(driver)
            await driver.until(lambda: screen.finished and not screen.running)
            shown = [str(s.content) for s in screen.query_one(Growing).query(Static)]
            told = ["没有用模型" in text for text in shown]
            assert told == [not slot.drawn for slot in scripted(tiny_spec()).plan.slots()]

    run(test())


def test_the_cursor_in_the_outline_leads_to_a_paragraph(tmp_path: Path) -> None:
    file = put_spec(tmp_path)

    async def test() -> None:
        async with driven(ScriptedSession(file)) as driver:
            screen = await drafting(driver)
            await driver.until(lambda: screen.finished and not screen.running)
            screen.query_one(Outline).stand_on("causes.2")
            await driver.press("enter")
            review = await driver.screen(ReviewScreen)
            assert review.paragraph.slot.id == "causes.2"
            await driver.press("f2")
            assert review.query_one(TextArea).text == review.paragraph.text

    run(test())


@pytest.mark.model
@pytest.mark.usefixtures("model_home")
def test_the_application_writes_what_the_command_writes_with_the_real_model(
    tmp_path: Path,
) -> None:
    file = put_spec(tmp_path, TINY)
    save_preferences(Preferences(model=SMALL_MODEL, candidates=1, documents=file.parent))

    async def test() -> None:
        async with driven(LocalModelSession(), (80, 24)) as driver:
            screen = await drafting(driver)
            await driver.until(lambda: screen.finished and not screen.running, patience=500.0)

    run(test())
    command = generate_command(tmp_path, SMALL_MODEL, "--candidates", "1")
    assert subprocess.run(command, capture_output=True, check=False).returncode in (0, 1)
    here = (run_folder(file) / "draft.json").read_bytes()
    assert here == (tmp_path / "draft" / "draft.json").read_bytes()
    assert len(list((run_folder(file) / "slots").iterdir())) == SLOTS
