"""The form over a spec: typing, items, suggestions, facts from papers, mistakes."""

from pathlib import Path

import pytest
from application import (
    Driver,
    ScriptedSession,
    driven,
    intake,
    put_spec,
    run,
)
from textual.events import Key
from textual.widget import Widget
from textual.widgets import Button, Select, Static, TextArea
from tiny import TINY

from assistant.spec import Measure, Problem
from assistant.spec_file import plain_data, read_spec
from assistant.tui.dialogues import Choose
from assistant.tui.intake_form import place_of
from assistant.tui.screens.home import HomeScreen
from assistant.tui.screens.intake import IntakeScreen
from assistant.tui.screens.papers import PapersScreen
from assistant.tui.screens.spec_text import SpecTextScreen
from assistant.tui.widgets.fields import Field, Line, Note, field_id
from assistant.tui.widgets.toggles import TickList

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
            await type_into(driver, screen, ("causes", 0, "facts", "new"), "总觉得学过就行")
            await driver.press("enter")
            await driver.until(lambda: read_spec(file).causes[0].facts == ["总觉得学过就行"])

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
            screen.form.fill()
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
