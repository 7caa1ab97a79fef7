"""Revision on the screen: editing, versions, candidates, reading, the check, export."""

from pathlib import Path
from unittest.mock import patch

import pytest
from application import (
    PROBLEM,
    ScriptedSession,
    drafted,
    driven,
    put_spec,
    review,
    run,
)
from scripted import FILLING
from textual.widgets import Static
from tiny import TINY

from assistant.drafting.book import Alternative, Book, Paragraph, State
from assistant.spec_file import read_spec
from assistant.tui.dialogues import Ask, Choose, Confirm
from assistant.tui.screens.checklist import ChecklistScreen
from assistant.tui.screens.export import ExportScreen
from assistant.tui.screens.reading import ReadingScreen
from assistant.tui.screens.review import ReviewScreen
from assistant.tui.screens.versions import VersionsScreen
from assistant.workspace import run_folder

pytestmark = pytest.mark.slow


def test_an_edit_is_a_version_that_outlives_the_program(tmp_path: Path) -> None:
    file = put_spec(tmp_path)
    drafted(file)
    spec = read_spec(file)

    async def test() -> None:
        async with driven(ScriptedSession(file)) as driver:
            screen = await review(driver, PROBLEM)
            before = screen.paragraph.text
            await driver.press("f2", *"这里再补一句。", "escape")
            assert screen.paragraph.text == before + "这里再补一句。"
            assert screen.paragraph.state is State.EDITED
            await driver.press("f6")
            await driver.screen(VersionsScreen)
            await driver.press("up", "enter")
            await driver.screen(ReviewScreen)
            assert screen.paragraph.text == before
            await driver.press("ctrl+y", "f5")
            assert screen.paragraph.locked
            await driver.press("f2")
            assert not screen._editing
        again = Book(spec, run_folder(file))[PROBLEM]
        assert again.text.endswith("这里再补一句。")
        assert again.state is State.LOCKED

    run(test())


def test_quitting_in_mid_edit_keeps_what_was_typed(tmp_path: Path) -> None:
    file = put_spec(tmp_path)
    drafted(file)

    async def test() -> None:
        async with driven(ScriptedSession(file)) as driver:
            await review(driver, PROBLEM)
            await driver.press("f2", *"没写完", "ctrl+q")
        assert Book(read_spec(file), run_folder(file))[PROBLEM].text.endswith("没写完")

    run(test())


def test_a_paragraph_is_redrawn_as_asked_and_a_redraw_can_be_stopped(tmp_path: Path) -> None:
    file = put_spec(tmp_path)
    drafted(file)
    session = ScriptedSession(file)

    async def test() -> None:
        async with driven(session) as driver:
            screen = await review(driver, PROBLEM)
            screen.book.edit(PROBLEM, "河道巡查不够到位。17处河道有4处巡查记录不全。")
            await driver.press("f4")
            await driver.screen(Ask)
            await driver.press("down", "enter")
            await driver.until(lambda: FILLING["problem"][0] in screen.paragraph.text)
            versions = screen.paragraph.versions
            assert versions
            assert versions.version.told == "更具体"
            await driver.until(lambda: not screen._redrawing)
            session.open.clear()
            session.asked.clear()
            await driver.press("f4")
            await driver.screen(Ask)
            await driver.press(*"短一些", "enter")
            await driver.until(session.asked.is_set)
            await driver.press("escape")
            await driver.until(lambda: not screen._redrawing)
            assert screen.paragraph.versions == versions

    run(test())


def test_reading_searching_checking_and_going_back_to_a_paragraph(tmp_path: Path) -> None:
    file = put_spec(tmp_path)
    drafted(file)

    async def test() -> None:
        async with driven(ScriptedSession(file)) as driver:
            screen = await review(driver, PROBLEM)
            await driver.press("f7")
            reading = await driver.screen(ReadingScreen)
            await driver.press("f3", *"附件", "enter")
            assert reading._stands >= 0
            await driver.press("escape", "escape")
            await driver.screen(ReviewScreen)
            await driver.press("f8")
            table = await driver.screen(ChecklistScreen)
            await driver.until(lambda: bool(table.criteria))
            assert [item.name for item in table.criteria][:2] == ["没有待补、待核", "结构完整"]
            await driver.press("escape")
            assert await driver.screen(ReviewScreen) is screen

    run(test())


def test_export_says_what_is_unfinished_and_asks_before_replacing(tmp_path: Path) -> None:
    file = put_spec(tmp_path, TINY.replace("        facts: [17处河道有4处巡查记录不全]\n", ""))
    drafted(file)

    async def test() -> None:
        async with driven(ScriptedSession(file)) as driver:
            await review(driver)
            await driver.press("f9")
            screen = await driver.screen(ExportScreen)
            assert "待补" in str(screen.query_one("#unfinished", Static).content)
            target = run_folder(file) / "unit.docx"
            await driver.press("f5")
            await driver.until(target.exists)
            assert target.read_bytes()[:2] == b"PK"
            await driver.press("down", "space")
            await driver.press("f5")
            await driver.until((run_folder(file) / "unit.md").exists)
            await driver.press("f5")
            await driver.screen(Confirm)

    run(test())


def test_while_editing_only_the_keys_are_told_that_work(tmp_path: Path) -> None:
    file = put_spec(tmp_path)
    drafted(file)

    async def test() -> None:
        async with driven(ScriptedSession(file)) as driver:
            screen = await review(driver, PROBLEM)

            def keys() -> dict[str, str]:
                told = screen.active_bindings.items()
                return {key: active.binding.description for key, active in told if active.enabled}

            assert (keys()["f2"], keys()["f4"]) == ("改", "重写")
            await driver.press("f2")
            assert keys()["f2"] == "改好了"
            assert not keys().keys() & {"f3", "f4", "f5"}
            await driver.press("f2")
            assert (keys()["f2"], keys()["f4"]) == ("改", "重写")

    run(test())


def test_another_candidate_is_chosen_from_a_list(tmp_path: Path) -> None:
    file = put_spec(tmp_path)
    drafted(file)

    async def test() -> None:
        async with driven(ScriptedSession(file)) as driver:
            screen = await review(driver, PROBLEM)
            before = screen.paragraph
            other = Alternative("班子没有把调研放在心上。", ())
            worse = Alternative("班子请专家研究过多次。" * 3, ("“研究过”不在给定事实里",))
            with patch.object(Paragraph, "alternatives", lambda _: [other, worse]):
                await driver.press("f3")
                await driver.screen(Choose)
                await driver.press("down", "enter")
            await driver.until(lambda: screen.paragraph.text != before.text)
            assert screen.paragraph.text.startswith(before.slot.stated)
            assert "【待核】" in screen.paragraph.text
            await driver.press("ctrl+z")
            await driver.until(lambda: screen.paragraph.text == before.text)

    run(test())
