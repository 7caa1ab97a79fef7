"""The application from home to a finished document, with a scripted model."""

import errno
import subprocess
import sys
from pathlib import Path

import pytest
from application import (
    PROBLEM,
    SIZES,
    ScriptedSession,
    drafted,
    driven,
    intake,
    put_spec,
    run,
)
from textual.widgets import Input, OptionList, Static
from tiny import SLOTS, TINY

from assistant.draft import Draft
from assistant.drafting import run_folder as run_folder_module
from assistant.drafting.book import Book, State
from assistant.errors import Cancelled
from assistant.files import write_private
from assistant.spec_file import read_spec
from assistant.tui.dialogues import Choose, Confirm, Help
from assistant.tui.screens.drafting import DraftingScreen
from assistant.tui.screens.home import HomeScreen
from assistant.tui.screens.intake import IntakeScreen
from assistant.tui.screens.models import ModelsScreen
from assistant.tui.screens.new import NewScreen
from assistant.tui.screens.settings import SettingsScreen
from assistant.workspace import recent_documents, run_folder

pytestmark = pytest.mark.slow

# Home and new


@pytest.mark.parametrize("size", SIZES)
def test_a_first_document_is_made_with_the_keyboard_alone(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    file = put_spec(tmp_path)

    async def test() -> None:
        async with driven(ScriptedSession(file), size) as driver:
            await driver.press("ctrl+n")
            screen = await driver.screen(NewScreen)
            screen.query_one("#search", Input).focus()
            await driver.press(*"支部")
            kinds = screen.query_one("#kinds", OptionList)
            assert [o.id for o in kinds.options if not o.disabled] == ["zuzhi-2023"]
            await driver.press("enter", "enter", *"松川县水利局机关支部", "f5")
            form = await driver.screen(IntakeScreen)
            assert form.editor.at(("unit",)) == "松川县水利局机关支部"
            assert form.editor.file.parent == file.parent
            await driver.press("escape")
            await driver.screen(HomeScreen)
            assert recent_documents()[0].unit == "松川县水利局机关支部"

    run(test())


def test_a_unit_must_be_named(tmp_path: Path) -> None:
    file = put_spec(tmp_path)

    async def test() -> None:
        async with driven(ScriptedSession(file)) as driver:
            await driver.press("ctrl+n")
            screen = await driver.screen(NewScreen)
            await driver.press("f5")
            assert driver.app.screen is screen
            assert list(file.parent.glob("*.yaml")) == [file]

    run(test())


def test_home_shows_progress_and_takes_a_document_off_the_list(tmp_path: Path) -> None:
    file = put_spec(tmp_path)
    drafted(file)

    async def test() -> None:
        async with driven(ScriptedSession(file)) as driver:
            recent = driver.app.screen.query_one("#recent", OptionList)
            await driver.until(lambda: "13/13" in str(recent.options[0].prompt))
            await driver.until(
                lambda: "已就绪" in str(driver.app.screen.query_one("#model", Static).content)
            )
            await driver.press("f8")  # which goes on in the form, once too often
            assert recent_documents()
            await driver.press("delete")
            assert recent_documents() == []
            assert file.exists()

    run(test())


def test_another_year_keeps_the_unit_and_leaves_the_old_file_alone(tmp_path: Path) -> None:
    file = put_spec(tmp_path)

    async def test() -> None:
        async with driven(ScriptedSession(file)) as driver:
            await driver.press("f2")
            await driver.screen(Choose)
            await driver.press("down", "enter")
            form = await driver.screen(IntakeScreen)
            assert form.editor.file != file
            assert form.editor.at(("unit",)) == "云岭市河道管理处"
            assert file.read_text(encoding="utf-8") == TINY

    run(test())


# Drafting


def test_the_application_writes_what_the_command_writes(tmp_path: Path) -> None:
    file = put_spec(tmp_path)

    async def test() -> None:
        async with driven(ScriptedSession(file)) as driver:
            await intake(driver)
            await driver.press("f5")
            screen = await driver.screen(DraftingScreen)
            await driver.until(lambda: screen.finished and not screen.running)
            assert all(p.state is State.DONE for p in screen.book)

    run(test())
    here = run_folder(file) / "draft.json"
    there = tmp_path / "command" / "unit.yaml"
    there.parent.mkdir()
    there.write_text(TINY, encoding="utf-8")
    assert here.read_bytes() == (drafted(there) / "draft.json").read_bytes()


def test_drafting_pauses_at_once_and_goes_on(tmp_path: Path) -> None:
    file = put_spec(tmp_path)
    session = ScriptedSession(file)
    session.open.clear()

    async def test() -> None:
        async with driven(session) as driver:
            await intake(driver)
            await driver.press("f5")
            screen = await driver.screen(DraftingScreen)
            await driver.until(session.asked.is_set)
            await driver.pilot.resize_terminal(80, 24)
            await driver.press("f5")
            await driver.until(lambda: not screen.running)
            assert not screen.finished
            session.open.set()
            await driver.press("f5")
            await driver.until(lambda: screen.finished and not screen.running)
        assert len(list((run_folder(file) / "slots").glob("*.json"))) == SLOTS

    run(test())


def test_leaving_while_drafting_is_asked_first_and_loses_nothing(tmp_path: Path) -> None:
    file = put_spec(tmp_path)
    session = ScriptedSession(file)
    session.open.clear()

    async def test() -> None:
        async with driven(session) as driver:
            await intake(driver)
            await driver.press("f5")
            screen = await driver.screen(DraftingScreen)
            await driver.until(session.asked.is_set)
            await driver.press("ctrl+q")
            await driver.screen(Confirm)
            await driver.press("escape", "escape")
            await driver.screen(Confirm)
            await driver.press("enter")
            assert await driver.screen(DraftingScreen) is screen
            assert screen.running
            await driver.press("escape")
            await driver.screen(Confirm)
            await driver.press("tab", "enter")
            await driver.screen(IntakeScreen)

    run(test())


def test_a_missing_model_is_told_and_leads_to_the_models(tmp_path: Path) -> None:
    file = put_spec(tmp_path)

    async def test() -> None:
        async with driven(ScriptedSession(file, missing=True)) as driver:
            await intake(driver)
            await driver.press("f5")
            screen = await driver.screen(DraftingScreen)
            await driver.until(lambda: not screen.running)
            told = [n.title for n in driver.app._notifications]
            assert any("不在这台电脑上" in title for title in told)
            await driver.press("f3")
            await driver.screen(ModelsScreen)

    run(test())


def test_a_full_disk_stops_drafting_and_keeps_what_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = put_spec(tmp_path)
    written: list[Path] = []

    def full(place: Path, content: str | bytes) -> None:
        if len(written) >= 3:
            raise OSError(errno.ENOSPC, "full")
        written.append(place)
        write_private(place, content)

    monkeypatch.setattr(run_folder_module, "write_private", full)

    async def test() -> None:
        async with driven(ScriptedSession(file)) as driver:
            await intake(driver)
            await driver.press("f5")
            screen = await driver.screen(DraftingScreen)
            await driver.until(lambda: not screen.running)
            assert any("磁盘已满" in n.title for n in driver.app._notifications)
            done = [p for p in screen.book if p.state is not State.WAITING]
            assert len(done) == 3

    run(test())


# Models, settings, help


def test_a_model_is_fetched_with_progress_and_a_fetch_can_be_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = put_spec(tmp_path)
    stopped: list[bool] = []

    def pull(_entry: object, progress: object) -> None:
        try:
            for i in range(10_000):
                progress(i, 10_000, "下载第1部分")  # type: ignore[operator]
                __import__("time").sleep(0.01)
        except Cancelled:
            stopped.append(True)
            raise

    monkeypatch.setattr("assistant.llm.fetch.pull", pull)

    async def test() -> None:
        async with driven(ScriptedSession(file)) as driver:
            await driver.press("f3")
            screen = await driver.screen(ModelsScreen)
            await driver.press("f5")
            note = screen.query_one("#model-note", Static)
            await driver.until(lambda: "下载第1部分" in str(note.content))
            await driver.press("escape")
            await driver.screen(Confirm)
            await driver.press("tab", "enter")
            await driver.until(lambda: not screen.busy)
            assert stopped
            await driver.press("escape")
            await driver.screen(HomeScreen)

    run(test())


def test_settings_are_kept_and_wrong_ones_told(tmp_path: Path) -> None:
    file = put_spec(tmp_path)

    async def test() -> None:
        async with driven(ScriptedSession(file)) as driver:
            await driver.press("f4")
            screen = await driver.screen(SettingsScreen)
            screen.query_one("#candidates", Input).value = "9"
            await driver.press("escape")
            assert driver.app.screen is screen
            screen.query_one("#candidates", Input).value = "5"
            await driver.press("escape")
            await driver.screen(HomeScreen)
            assert driver.app.preferences.candidates == 5
            await driver.press("ctrl+t")
            assert driver.app.theme == "textual-light"
        async with driven(ScriptedSession(file)) as driver:
            assert driver.app.preferences.candidates == 5
            assert driver.app.theme == "textual-light"
            await driver.press("f1")
            await driver.screen(Help)

    run(test())


def test_nothing_slow_is_imported_before_it_is_needed() -> None:
    code = (
        "import sys, assistant.tui.app\n"
        "slow = {'langchain_core', 'llama_cpp', 'tiktoken', 'numpy', 'httpx', 'docx', 'lxml'}\n"
        "print(*slow & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.returncode) == ("", 0)


def test_the_draft_of_an_edited_document_exports_as_edited(tmp_path: Path) -> None:
    file = put_spec(tmp_path)
    folder = drafted(file)
    book = Book(read_spec(file), folder)
    book.edit(PROBLEM, "全部由人重写，不照原来的开头。")
    assert "全部由人重写" in "".join(book.draft().paragraphs())
    kept = Draft.model_validate_json((folder / "draft.json").read_bytes())
    assert list(kept.paragraphs()) == list(book.draft().paragraphs())
