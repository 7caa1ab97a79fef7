"""Editing a spec: only what is meant changes, comments stay, each step is saved and undone."""

import errno
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from unit_specs import GOOD

from assistant import spec_edit
from assistant.errors import SpecError
from assistant.kinds import DocumentKind, all_kinds
from assistant.settings import data_folder
from assistant.spec import UnitSpec
from assistant.spec_edit import SpecEditor
from assistant.spec_file import parse_spec, plain_data
from assistant.spec_layout import add_item, move_up, remove, set_value
from assistant.spec_template import spec_template

TEXTS = st.one_of(
    st.text("龙尾水库37%、，。：; #-[]{}\"'&*!|>@`,?~=.ab", min_size=1, max_size=30),
    st.sampled_from(["null", "~", "- a", "a: b", "true", "2024-01-12", "# x", "[", "“引”", "x\ny"]),
).map(str.strip)
KINDS = list(all_kinds().values())
FILES = sorted(data_folder("fewshot").glob("*/unit.yaml"))


@pytest.fixture
def editor(tmp_path: Path) -> SpecEditor:
    file = tmp_path / "unit.yaml"
    file.write_text("# 抬头\n" + GOOD, encoding="utf-8")
    return SpecEditor.open(file)


def lines_changed(old: str, new: str) -> tuple[set[str], set[str]]:
    before, after = old.splitlines(), new.splitlines()
    return set(before) - set(after), set(after) - set(before)


def comments(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.lstrip().startswith("#")]


@pytest.mark.parametrize(
    "kinds", [KINDS[::6], pytest.param(KINDS, marks=pytest.mark.slow)], ids=["some", "every"]
)
def test_a_template_is_filled_in_without_losing_a_remark(kinds: list[DocumentKind]) -> None:
    """The whole of a form, key by key, and its explanations still stand where they stood."""
    for kind in kinds:
        text = template = spec_template(kind)
        text = set_value(text, ("unit",), "松川县水利局")
        for key in kind.lead_numbers:
            text = set_value(text, ("lead", key), 3)
        items = "work" if kind.genre == "report" else "problems"
        for i, aspect in enumerate(kind.aspects):
            item = ("aspects", i, items, 0)
            text = set_value(text, (*item, "claim"), f"{aspect.name[:8]}不够实")
            text = add_item(text, (*item, "facts"), "2024年6月漏办3件")
            if items == "problems":
                text = set_value(text, (*item, "measures", 0, "do"), "补办3件")
                text = set_value(text, (*item, "measures", 0, "owner"), "办公室")
        if items == "work":
            text = set_value(text, ("problems", 0, "claim"), "台账不够实")
            text = set_value(text, ("problems", 0, "measures", 0, "do"), "补办")
        assert comments(text) == comments(template), kind.id
        assert isinstance(parse_spec(text, "unit.yaml"), UnitSpec)


def test_one_value_changes_one_line() -> None:
    where = ("aspects", 0, "problems", 0, "measures", 0, "owner")
    assert lines_changed(GOOD, set_value(GOOD, where, "河湖科")) == (
        {"            owner: 办公室"},
        {"            owner: 河湖科"},
    )
    assert lines_changed(GOOD, set_value(GOOD, ("lead", "talks"), 40)) == (
        {"lead: {study_sessions: 4, opinions: 31, talks: 26}"},
        {"lead: {study_sessions: 4, opinions: 31, talks: 40}"},
    )


def test_a_removed_item_takes_no_neighbours_remark_with_it() -> None:
    text = GOOD.replace("  - name: 带头增强党性", "  # 下一个方面\n  - name: 带头增强党性")
    cut = remove(text, ("aspects", 0, "problems", 1))
    assert lines_changed(text, cut) == ({"      - claim: 请示报告不够及时"}, set())


def test_a_moved_item_moves_whole() -> None:
    moved = move_up(GOOD, ("aspects", 0, "problems", 1))
    assert sorted(moved.splitlines()) == sorted(GOOD.splitlines())
    spec = parse_spec(moved, "x")
    assert [p.claim for p in spec.aspects[0].problems] == ["请示报告不够及时", "上级部署落实不够快"]


@pytest.mark.slow
@pytest.mark.parametrize("specs", [8, pytest.param(60, marks=pytest.mark.slow)])
def test_any_edit_of_any_spec_says_what_was_meant(specs: int) -> None:
    """Whatever is written wherever, the file reads back as the old data with that one change."""
    tries = settings(
        max_examples=specs, suppress_health_check=[HealthCheck.too_slow], deadline=None
    )
    tries(given(st.data())(_edit_somewhere))()


def _edit_somewhere(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(FILES)).read_text(encoding="utf-8")
    for _ in range(3):
        before: Any = plain_data(text)
        aspect = data.draw(st.integers(0, len(before["aspects"]) - 1))
        items = "problems" if "problems" in before["aspects"][aspect] else "work"
        value = data.draw(TEXTS)
        wanted = before["aspects"][aspect].get(items) or []
        match data.draw(st.sampled_from(["set", "fact", "add", "remove", "measure"])):
            case "set" if wanted:
                text = set_value(text, ("aspects", aspect, items, 0, "claim"), value)
                wanted[0]["claim"] = value or None
            case "fact" if wanted:
                text = add_item(text, ("aspects", aspect, items, 0, "facts"), value)
                wanted[0]["facts"] = [*(wanted[0].get("facts") or []), value]
            case "measure" if wanted and items == "problems":
                measure = {"do": value, "owner": "科"}
                text = add_item(text, ("aspects", aspect, items, 0, "measures"), measure)
                wanted[0]["measures"] = [*(wanted[0].get("measures") or []), measure]
            case "remove" if wanted:
                text = remove(text, ("aspects", aspect, items, len(wanted) - 1))
                wanted.pop()
            case _:
                text = add_item(text, ("aspects", aspect, items), {"claim": value, "facts": ["甲"]})
                wanted.append({"claim": value, "facts": ["甲"]})
        before["aspects"][aspect][items] = wanted
        assert _bare(plain_data(text)) == _bare(before)


def _bare(value: object) -> object:
    """Plain data in which nothing, empty text and empty list are one."""
    if isinstance(value, dict):
        return {key: _bare(item) for key, item in value.items() if _bare(item) is not None}
    if isinstance(value, list):
        return [_bare(item) for item in value] or None
    return value or None


def test_each_change_is_on_disk_and_undone_step_by_step(editor: SpecEditor) -> None:
    begun = editor.text
    for claim in ("部", "部署", "部署慢"):
        editor.set(("aspects", 0, "problems", 0, "claim"), claim)
        assert editor.file.read_text(encoding="utf-8") == editor.text
    assert editor.at(("causes", 0, "from")) == ["部署慢", "请示报告不够及时"]
    editor.add(("aspects", 0, "problems", 1, "facts"), "3件事项办结后才补报")
    assert isinstance(editor.check(), UnitSpec)
    assert editor.undo()
    assert editor.at(("aspects", 0, "problems", 0, "claim")) == "部署慢"
    assert editor.undo()
    assert editor.text == begun == editor.file.read_text(encoding="utf-8")
    assert not editor.undo()
    assert editor.redo()
    assert editor.redo()
    assert editor.at(("aspects", 0, "problems", 1, "facts")) == ["3件事项办结后才补报"]
    assert editor.file.stat().st_mode & 0o777 == 0o600


def test_what_another_program_writes_is_taken_over_and_can_be_undone(editor: SpecEditor) -> None:
    before = editor.text
    assert not editor.refresh()
    editor.file.write_text(before.replace("松川县水利局", "松川县林业和草原局"), encoding="utf-8")
    assert editor.refresh()
    assert editor.at(("unit",)) == "松川县林业和草原局"
    assert editor.undo()
    assert editor.file.read_text(encoding="utf-8") == before


def test_a_broken_file_opens_and_is_mended_as_text(tmp_path: Path) -> None:
    file = tmp_path / "unit.yaml"
    file.write_text(GOOD.replace("  resolved: 7", "\tresolved: 7"), encoding="utf-8")
    editor = SpecEditor.open(file)
    assert isinstance(editor.broken, SpecError)
    assert "第" in str(editor.check()[0].message)  # type: ignore[index]
    editor.replace_text(GOOD)
    assert isinstance(editor.check(), UnitSpec)


def test_a_full_disk_keeps_the_change_and_the_old_file(
    editor: SpecEditor, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = editor.text

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patch:
        patch.setattr(spec_edit, "write_private", full)
        editor.set(("unit",), "松川县农业局")
        assert editor.unsaved
        assert "磁盘已满" in editor.unsaved.message
        assert editor.file.read_text(encoding="utf-8") == begun
    editor.set(("speaker",), "领导班子")
    assert editor.unsaved is None
    assert "松川县农业局" in editor.file.read_text(encoding="utf-8")
