"""The application from home to a finished document, with a scripted model."""

import errno
import subprocess
import sys
from pathlib import Path

import pytest
from application import (
    PROBLEM,
    SIZES,
    Driver,
    ScriptedSession,
    drafted,
    driven,
    intake,
    put_spec,
    run,
)
from textual.events import Key
from textual.widget import Widget
from textual.widgets import Button, Input, OptionList, Select, Static, TextArea
from tiny import SLOTS, TINY

from assistant.draft import Draft
from assistant.drafting import run_folder as run_folder_module
from assistant.drafting.book import Book, State
from assistant.errors import Cancelled
from assistant.files import write_private
from assistant.spec import Measure, Problem
from assistant.spec_file import plain_data, read_spec
from assistant.tui.dialogues import Choose, Confirm, Help
from assistant.tui.intake_form import place_of
from assistant.tui.screens.drafting import DraftingScreen
from assistant.tui.screens.home import HomeScreen
from assistant.tui.screens.intake import IntakeScreen
from assistant.tui.screens.models import ModelsScreen
from assistant.tui.screens.new import NewScreen
from assistant.tui.screens.papers import PapersScreen
from assistant.tui.screens.settings import SettingsScreen
from assistant.tui.screens.spec_text import SpecTextScreen
from assistant.tui.widgets.fields import Field, Line, Note, field_id
from assistant.tui.widgets.toggles import TickList
from assistant.workspace import recent_documents, run_folder

pytestmark = pytest.mark.slow

CLAIM = ("aspects", 2, "problems", 0, "claim")
FACTS = ("aspects", 2, "problems", 0, "facts")


async def type_into(
    driver: Driver, screen: IntakeScreen, place: tuple[object, ...], text: str
) -> None:
    """Type at the end of a field."""
    name = f"#{field_id(place)}"  # type: ignore[arg-type]
    await driver.until(lambda: bool(screen.query(f"{name} Line, {name} Input")))
    field = screen.query(f"{name} Line, {name} Input").first()
    field.focus()
    await driver.press("end", *text)


async def cursor_at(driver: Driver, place: tuple[object, ...]) -> None:
    """Wait until the cursor is in a field."""
    name = field_id(place)  # type: ignore[arg-type]

    def there() -> bool:
        focused = driver.app.screen.focused
        return focused is not None and any(w.id == name for w in focused.ancestors)

    await driver.until(there)


def note(screen: IntakeScreen, where: tuple[object, ...]) -> str:
    return next((str(n.content) for n in screen.query(Note) if n.where == where and n.display), "")


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


# Intake


def test_typing_is_saved_checked_and_undone(tmp_path: Path) -> None:
    file = put_spec(tmp_path)

    async def test() -> None:
        async with driven(ScriptedSession(file)) as driver:
            screen = await intake(driver, "履行主职主业")
            await type_into(driver, screen, (*FACTS, "new"), "工作抓得不紧")
            await driver.press("enter")
            place = (*FACTS, 1)
            await driver.until(lambda: "不够具体" in note(screen, place))
            told = plain_data(file.read_text(encoding="utf-8"))
            assert told["aspects"][2]["problems"][0]["facts"][1] == "工作抓得不紧"  # type: ignore[index]
            await driver.press("ctrl+z")
            assert file.read_text(encoding="utf-8") == TINY
            await driver.press("ctrl+y")
            assert "工作抓得不紧" in file.read_text(encoding="utf-8")

    run(test())


def test_enter_goes_from_field_to_field_past_a_line_left_empty(tmp_path: Path) -> None:
    file = put_spec(tmp_path)
    measure = (*CLAIM[:-1], "measures", 0)

    async def test() -> None:
        async with driven(ScriptedSession(file)) as driver:
            screen = await intake(driver, "履行主职主业")
            await type_into(driver, screen, (*FACTS, "new"), "6月有3处淤堵")
            for place in (
                (*FACTS, "new"),
                (*measure, "do"),
                (*measure, "owner"),
                (*measure, "due"),
                (*measure[:-1], "new"),
            ):
                await driver.press("enter")
                await cursor_at(driver, place)
            assert len(read_spec(file).aspects[2].problems[0].facts) == 2

    run(test())


def test_the_cursor_stays_in_its_field_when_an_item_above_is_emptied(tmp_path: Path) -> None:
    more = "facts: [6月有3处淤堵, 17处河道"
    file = put_spec(tmp_path, TINY.replace("facts: [17处河道", more))

    async def test() -> None:
        async with driven(ScriptedSession(file)) as driver:
            screen = await intake(driver, "履行主职主业")
            await type_into(driver, screen, (*FACTS, 0), "")
            await driver.press("ctrl+u", "enter")
            await driver.until(lambda: "淤堵" not in file.read_text(encoding="utf-8"))
            await cursor_at(driver, (*FACTS, 0))

    run(test())


def test_usual_causes_are_offered_for_a_new_one(tmp_path: Path) -> None:
    file = put_spec(tmp_path)

    async def test() -> None:
        async with driven(ScriptedSession(file)) as driver:
            screen = await intake(driver, "causes")
            await type_into(driver, screen, ("causes", "new"), "")
            await driver.press("f2")
            await driver.screen(Choose)
            await driver.press("enter")
            await cursor_at(driver, ("causes", 0, "claim"))
            assert "理论学习抓得不深" in file.read_text(encoding="utf-8")

    run(test())


def test_what_is_typed_is_saved_when_the_screen_is_left_at_once(tmp_path: Path) -> None:
    file = put_spec(tmp_path)

    async def test() -> None:
        async with driven(ScriptedSession(file)) as driver:
            screen = await intake(driver, "履行主职主业")
            await type_into(driver, screen, (*FACTS, "new"), "6月有3处淤堵")
            await driver.press("f8", "escape", "escape")
            await driver.screen(HomeScreen)
        assert "6月有3处淤堵" in file.read_text(encoding="utf-8")

    run(test())


def test_mistakes_stand_at_their_field_and_keep_drafting_from_beginning(tmp_path: Path) -> None:
    file = put_spec(tmp_path, TINY.replace("有4处巡查", "有４处巡查"))

    async def test() -> None:
        async with driven(ScriptedSession(file)) as driver:
            screen = await intake(driver)
            await driver.press("f5")
            assert driver.app.screen is screen
            await driver.until(lambda: "全角数字" in note(screen, (*FACTS, 0)))

    run(test())


def test_a_renamed_problem_keeps_its_cause(tmp_path: Path) -> None:
    causes = "causes:\n  - {claim: 责任心不强, from: [河道巡查不够到位]}\n"
    file = put_spec(tmp_path, TINY + causes)

    async def test() -> None:
        async with driven(ScriptedSession(file)) as driver:
            screen = await intake(driver, "履行主职主业")
            await type_into(driver, screen, CLAIM, "位")
            await driver.until(lambda: "到位位" in file.read_text(encoding="utf-8"))
            assert read_spec(file).causes[0].from_ == ["河道巡查不够到位位"]

    run(test())


def test_typical_claims_are_offered_and_never_filled_in_unasked(tmp_path: Path) -> None:
    file = put_spec(tmp_path)

    async def test() -> None:
        async with driven(ScriptedSession(file)) as driver:
            await intake(driver, "履行主职主业")
            await driver.press("f2")
            await driver.screen(Choose)
            await driver.press("escape")
            assert file.read_text(encoding="utf-8") == TINY
            await driver.press("f2")
            await driver.screen(Choose)
            await driver.press("enter")
            await driver.screen(IntakeScreen)
            assert len(read_spec(file).aspects[2].problems) == 2

    run(test())


def test_items_are_removed_and_moved_with_the_mouse(tmp_path: Path) -> None:
    more = "      - claim: 台账管理不够实\n  - name: 作风和廉洁自律"
    file = put_spec(tmp_path, TINY.replace("  - name: 作风和廉洁自律", more))

    async def test() -> None:
        async with driven(ScriptedSession(file)) as driver:
            screen = await intake(driver, "履行主职主业")
            await driver.until(lambda: bool(screen.query(".move-item")))
            await driver.pilot.click(screen.query(".move-item").first(Button))
            await driver.until(
                lambda: read_spec(file).aspects[2].problems[0].claim == "台账管理不够实"
            )
            # The form is filled again: neither a button that goes nor one without a place yet.
            claim = f"#{field_id(CLAIM)}"
            await driver.until(
                lambda: (
                    [field.value for field in screen.query(claim).results(Field)]
                    == ["台账管理不够实"]
                )
            )

            def drops() -> list[Widget]:
                found = [b for b in screen.query(".drop-item") if b.region]
                return [b for b in found if place_of(b.name or "") == CLAIM[:-1]]

            await driver.until(lambda: len(drops()) == 1)
            await driver.pilot.click(drops()[0])
            await driver.until(lambda: len(read_spec(file).aspects[2].problems) == 1)

    run(test())


def test_a_spec_broken_by_hand_is_mended_as_text(tmp_path: Path) -> None:
    broken = TINY.replace("unit: ", "unit：")
    file = put_spec(tmp_path, broken)

    async def test() -> None:
        async with driven(ScriptedSession(file)) as driver:
            await intake(driver)
            await driver.press("f4")
            screen = await driver.screen(SpecTextScreen)
            assert "第" in str(screen.query_one("#mistakes", Static).content)
            screen.query_one(TextArea).load_text(TINY)
            await driver.press("escape")
            form = await driver.screen(IntakeScreen)
            await driver.until(lambda: bool(form.query(Field)))
            assert file.read_text(encoding="utf-8") == TINY

    run(test())


def test_nothing_typed_is_lost_however_fast(tmp_path: Path) -> None:
    file = put_spec(tmp_path)
    typed = ("断头路没人管", "3处断头", "2处塌方", "", "打通道路", "工程科", "2024年6月底前", "")

    async def test() -> None:
        async with driven(ScriptedSession(file)) as driver:
            screen = await intake(driver, "履行主职主业")
            new = screen.query_one(f"#{field_id(('aspects', 2, 'problems', 'new'))} Line")
            new.focus()
            await driver.until(lambda: driver.app.focused is new)
            for text in typed:  # all at once, before the form can show the first
                for character in text:
                    driver.app.post_message(Key(character, character))
                driver.app.post_message(Key("enter", "\r"))
            problem = ("aspects", 2, "problems", 1)
            await driver.until(lambda: bool(screen.editor.at((*problem, "measures", 0, "due"))))
            await cursor_at(driver, ("aspects", 2, "problems", "new"))
        assert read_spec(file).aspects[2].problems[1] == Problem(
            claim="断头路没人管",
            facts=["3处断头", "2处塌方"],
            measures=[Measure(do="打通道路", owner="工程科", due="2024年6月底前")],
        )

    run(test())


def test_a_click_on_what_is_being_taken_away_does_not_deafen(tmp_path: Path) -> None:
    file = put_spec(tmp_path)

    async def test() -> None:
        async with driven(ScriptedSession(file)) as driver:
            screen = await intake(driver, "履行主职主业")
            gone = screen.query(".drop-item").first()
            screen._fill()
            await driver.until(lambda: not gone.is_attached)
            screen.set_focus(gone)
            await driver.press("f8")
            await driver.until(lambda: "作风和廉洁自律" in screen.section)

    run(test())


def test_a_change_made_in_another_program_is_taken_over(tmp_path: Path) -> None:
    file = put_spec(tmp_path)

    async def test() -> None:
        async with driven(ScriptedSession(file)) as driver:
            screen = await intake(driver)
            file.write_text(TINY.replace("管理处", "管理中心"), encoding="utf-8")
            await driver.until(lambda: screen.editor.at(("unit",)) == "云岭市河道管理中心")
            await driver.until(lambda: any(f.value.endswith("中心") for f in screen.query(Field)))

    run(test())


def test_facts_from_a_paper_go_where_they_are_put(tmp_path: Path) -> None:
    file = put_spec(tmp_path)
    paper = tmp_path / "总结.txt"
    paper.write_text("会议开得好。\n6月巡查发现8处淤堵，清理了5处。\n", encoding="utf-8")

    async def test() -> None:
        async with driven(ScriptedSession(file)) as driver:
            form = await intake(driver)
            await driver.press("f3")
            screen = await driver.screen(PapersScreen)
            await driver.press("f3", *str(paper), "enter")
            await driver.screen(PapersScreen)
            await driver.until(lambda: len(screen._facts) == 1)
            ticks = screen.query_one(TickList)
            assert ticks.render_line(0).text.startswith("▐ ▌")
            await driver.press("space")
            await driver.until(lambda: ticks.render_line(0).text.startswith("▐X▌"))
            await driver.press("tab", "enter")
            await driver.until(lambda: screen.query_one(Select).expanded)
            await driver.press("escape")
            await driver.until(lambda: not screen.query_one(Select).expanded)
            assert driver.app.screen is screen
            await driver.press("f5")
            await driver.until(lambda: "已在规格里" in ticks.render_line(0).text)
            form._watch()  # as it does every other second, below
            await driver.press("up")
            assert not any("别处" in told.message for told in driver.app._notifications)
        facts = [f for a in read_spec(file).aspects for p in a.problems for f in p.facts]
        assert "6月巡查发现8处淤堵，清理了5处" in facts

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


def test_a_line_takes_composed_characters_and_pastes_as_one_line(tmp_path: Path) -> None:
    file = put_spec(tmp_path)

    async def test() -> None:
        from textual import events

        async with driven(ScriptedSession(file)) as driver:
            screen = await intake(driver, "履行主职主业")
            await type_into(driver, screen, (*FACTS, "new"), "汛期，“四乱”３处")
            line = screen.focused
            assert isinstance(line, Line)
            assert line.text == "汛期，“四乱”３处"
            line.post_message(events.Paste("第一行\n第二行" + "很长" * 2000))
            await driver.until(lambda: "第二行" in line.text)
            assert "\n" not in line.text

    run(test())


def test_the_draft_of_an_edited_document_exports_as_edited(tmp_path: Path) -> None:
    file = put_spec(tmp_path)
    folder = drafted(file)
    book = Book(read_spec(file), folder)
    book.edit(PROBLEM, "全部由人重写，不照原来的开头。")
    assert "全部由人重写" in "".join(book.draft().paragraphs())
    kept = Draft.model_validate_json((folder / "draft.json").read_bytes())
    assert list(kept.paragraphs()) == list(book.draft().paragraphs())
