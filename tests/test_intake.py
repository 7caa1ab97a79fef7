"""What is asked again, how full a spec is, what a paper offers, and what the workspace keeps."""

import errno
from datetime import date
from pathlib import Path

import pytest
from tiny import TINY
from unit_specs import GOOD

from assistant import workspace
from assistant.errors import AssistantError, SpecError
from assistant.examples.claims import typical_claims
from assistant.intake import fullness, remarks, sections, total, vague
from assistant.kinds import all_kinds, get_kind
from assistant.paper_facts import likely_place, paper_facts
from assistant.preferences import Preferences, preferences_file, read_preferences, save_preferences
from assistant.settings import data_folder
from assistant.spec import Location
from assistant.spec_file import parse_spec, plain_data
from assistant.spec_template import spec_template


def told(text: str) -> dict[Location, str]:
    data = plain_data(text)
    return {r.location: r.message for r in remarks(data, get_kind(str(data["kind"])))}


def test_a_full_spec_is_full_and_a_blank_one_nearly_empty() -> None:
    for file in sorted(data_folder("fewshot").glob("*/unit.yaml")):
        data = plain_data(file.read_text(encoding="utf-8"))
        whole = total(fullness(data, get_kind(str(data["kind"])))).share
        assert whole > 0.9, file
    for kind in all_kinds().values():
        data = plain_data(spec_template(kind))
        parts = fullness(data, kind)
        assert set(parts) == {section.id for section in sections(kind)}
        assert total(parts).share < 0.1


@pytest.mark.parametrize(
    ("fact", "is_vague"),
    [
        ("工作抓得不紧，效果不好", True),
        ("有的同志学习不认真", True),
        ("2024年下乡调研37次", False),
        ("汛期巡查没有到位", False),
        ("龙尾水库除险加固进度慢", False),
        ("松川县城区内涝点没有整治", False),
    ],
)
def test_a_fact_without_figure_time_and_place_is_vague(fact: str, is_vague: bool) -> None:
    assert vague(fact) is is_vague


def test_questions_stand_where_they_belong() -> None:
    asked = told(GOOD.replace("[2024年只约谈提醒2人次]", "[抓得不紧]"))
    assert "不够具体" in asked["aspects", 3, "problems", 0, "facts", 0]
    assert "没有整改措施" in asked["aspects", 1, "problems", 0, "measures"]
    assert "还没有事实" in asked["aspects", 0, "problems", 1, "facts"]
    assert "还没有哪条原因" in asked["aspects", 2, "problems", 0, "claim"]
    assert ("aspects", 0, "problems", 0, "measures", 0, "due") not in asked


def test_measures_are_asked_for_who_and_when() -> None:
    asked = told(TINY.replace("owner: 综合科, due: 2023年3月底", "due: 尽快"))
    where = ("aspects", 0, "problems", 0, "measures", 0)
    assert "谁负责" in asked[*where, "owner"]
    assert "时限不够具体" in asked[*where, "due"]


def test_a_claim_that_occurs_twice_and_an_empty_aspect_are_shown() -> None:
    asked = told(TINY.replace("请示报告不够及时", "集中学习不够扎实"))
    assert "前面已经写过" in asked["aspects", 1, "problems", 0, "claim"]
    asked = told(TINY[: TINY.index("  - name: 作风")])
    assert "作风和廉洁自律" in asked["aspects",]


def test_claims_to_choose_from_come_from_aspects_like_this_one() -> None:
    kind = get_kind("minzhu-2024")
    for aspect in kind.aspects:
        claims = typical_claims(kind, aspect, most=5)
        assert len(set(claims)) == 5
    report = get_kind("zhuti-zeren-annual")
    assert not set(typical_claims(report, report.aspects[0])) & set(claims)


def test_a_paper_offers_its_countable_sentences() -> None:
    paper = (
        "# 2023年工作总结\n一、主要成绩\n"
        "一是学习抓得紧。全年开展集中学习１２次，交流发言36人次。会议强调要抓落实。\n"
        "2023年启动云岭水库除险加固工程；第二，自来水普及率达到91.3%。\n"
        "全年开展集中学习12次，交流发言36人次。\n"
    )
    found = paper_facts(paper)
    assert [fact.text for fact in found] == [
        "全年开展集中学习12次，交流发言36人次",
        "2023年启动云岭水库除险加固工程；第二，自来水普及率达到91.3%",
    ]
    assert found[0].figures == 2
    assert found[1].dated
    assert likely_place(found[0].text, ["河道巡查不够到位", "集中学习不够扎实"]) == 1
    assert likely_place("今日有雨", ["河道巡查不够到位"]) is None
    claims = ["划界和采砂监管没有管到位", "群众反映的问题拖着办"]
    assert likely_place("采砂巡查应巡52次，实巡31次", claims) == 0
    assert likely_place("群众通过热线反映河道问题87件", claims) == 1
    assert likely_place("采砂巡查31次", ["采砂巡查不严", "采砂巡查不够"]) is None


def test_a_document_for_another_year_keeps_what_both_kinds_ask_for(tmp_path: Path) -> None:
    file = tmp_path / "unit.yaml"
    file.write_text(GOOD, encoding="utf-8")
    same = workspace.duplicate(file, get_kind("minzhu-2024"), date(2025, 3, 1))
    assert parse_spec(same.read_text(encoding="utf-8"), "x").date == date(2025, 3, 1)
    other = workspace.duplicate(file, get_kind("minzhu-2025"), date(2026, 1, 20))
    data = plain_data(other.read_text(encoding="utf-8"))
    assert (data["unit"], data["kind"]) == ("松川县水利局", "minzhu-2025")
    assert file.read_text(encoding="utf-8") == GOOD
    assert workspace.duplicate(file, get_kind("minzhu-2025"), date(2026, 1, 20)) != other
    broken = tmp_path / "broken.yaml"
    broken.write_text("a\n\tb", encoding="utf-8")
    with pytest.raises(SpecError):
        workspace.duplicate(broken, get_kind("minzhu-2025"), date(2026, 1, 20))


def test_recent_documents_are_remembered_in_order_and_survive_damage(tmp_path: Path) -> None:
    files = [tmp_path / f"{name}.yaml" for name in "abc"]
    for file in files:
        file.write_text(TINY, encoding="utf-8")
        workspace.remember(workspace.look_at(file))
    workspace.remember(workspace.look_at(files[0]))
    assert [card.path.stem for card in workspace.recent_documents()] == ["a", "c", "b"]
    card = workspace.recent_documents()[0]
    assert (card.unit, card.paragraphs, card.written, card.fault) == ("云岭市河道管理处", 13, 0, "")
    files[1].write_text("a\n\tb", encoding="utf-8")
    assert workspace.look_at(files[1]).fault
    assert workspace.look_at(tmp_path / "gone.yaml").fault
    workspace.recent_file().write_text("[{}]", encoding="utf-8")
    assert workspace.recent_documents() == []


def test_a_new_document_goes_where_it_may_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = get_kind("minzhu-2024")
    file = workspace.new_document(kind, tmp_path, unit="松川县/水利局", speaker="局党组")
    assert file.parent == tmp_path
    assert file.stat().st_mode & 0o777 == 0o600
    assert plain_data(file.read_text(encoding="utf-8"))["unit"] == "松川县/水利局"

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(workspace, "write_private", full)
    with pytest.raises(AssistantError, match="磁盘已满"):
        workspace.new_document(kind, tmp_path, unit="松川县水利局")


def test_settings_are_kept_and_damaged_ones_are_the_usual(tmp_path: Path) -> None:
    save_preferences(Preferences(candidates=5, documents=tmp_path, theme="light"))
    assert read_preferences() == Preferences(candidates=5, documents=tmp_path, theme="light")
    preferences_file().write_text('{"candidates": 90}', encoding="utf-8")
    assert read_preferences().candidates == 3


def test_speeds_are_kept_by_model() -> None:
    assert workspace.known_speed("a") is None
    workspace.remember_speed("a", 28.14)
    workspace.remember_speed("b", 60.0)
    assert (workspace.known_speed("a"), workspace.known_speed("b")) == (28.1, 60.0)
