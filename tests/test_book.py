"""Revision: nothing that a person wrote is lost, whatever is drawn or changed afterwards."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from scripted import FILLING, Scripted, scripted
from unit_specs import unit_spec

from assistant.draft import Draft
from assistant.drafting.book import Book, State
from assistant.drafting.events import PointDone, RunStarted, SlotStarted, TextArrived
from assistant.drafting.examine import examine
from assistant.drafting.generate import generate
from assistant.drafting.pace import Pace
from assistant.drafting.points import point_from_edit
from assistant.drafting.record import CandidateRecord, Cost, ModelIdentity, RunSettings, SlotRecord
from assistant.drafting.redraw import MORE_SPECIFIC, SHORTER, redraw
from assistant.export.draft_file import read_manuscript
from assistant.export.manuscript import from_draft
from assistant.kinds import get_kind
from assistant.plan import Slot
from assistant.planner import make_plan
from assistant.self_check import Verdict, self_check
from assistant.spec import UnitSpec
from assistant.text.edits import Edit

PROBLEM = "problems.2.1"
IDENTITY = ModelIdentity(name="scripted", sha256="0" * 64)
SETTINGS = RunSettings(candidates=2)


@pytest.fixture
def spec() -> UnitSpec:
    return unit_spec(last_year=None)


@pytest.fixture
def book(spec: UnitSpec, tmp_path: Path) -> Book:
    write(spec, tmp_path)
    return Book(spec, tmp_path)


def write(spec: UnitSpec, folder: Path, model: Scripted | None = None) -> None:
    for _ in generate(
        spec,
        model=model or scripted(spec),
        identity=IDENTITY,
        folder=folder,
        examples=(),
        settings=SETTINGS,
        resume=True,
    ):
        pass


def states(book: Book) -> Iterator[State]:
    return (paragraph.state for paragraph in book)


def test_an_untouched_book_is_the_draft(book: Book, tmp_path: Path) -> None:
    drafted = Draft.model_validate_json((tmp_path / "draft.json").read_bytes())
    assert book.draft() == drafted
    assert set(states(book)) == {State.DONE, State.NEEDS_FACTS}
    assert not (tmp_path / "versions").exists()


def test_a_paragraph_not_drafted_yet_stands_as_a_gap(spec: UnitSpec, tmp_path: Path) -> None:
    book = Book(spec, tmp_path)
    assert set(states(book)) == {State.WAITING}
    assert "待补" in from_draft(book.draft()).unfinished[0]


GOOD = CandidateRecord(
    attempt=1, text="班子没有把调研放在心上。", errors=(), warnings=(), chosen=False
)
REFUSED = CandidateRecord(
    attempt=1,
    text="班子请专家研究过多次，",
    errors=("event：“研究过”不在给定事实里",),
    warnings=(),
    chosen=False,
)


def test_another_candidate_stands_behind_the_facts(book: Book, tmp_path: Path) -> None:
    add_candidates(tmp_path, REFUSED, GOOD)
    book = Book(book.spec, tmp_path)
    good, refused = book[PROBLEM].alternatives()
    stated = book[PROBLEM].slot.stated
    assert (good.text, good.faults) == (GOOD.text, ())
    assert (refused.text, refused.faults) == (REFUSED.text, ("“研究过”不在给定事实里",))
    book.choose(PROBLEM, good)
    assert book[PROBLEM].text == stated + GOOD.text
    assert book[PROBLEM].point.sentences[1].facts == (f"{PROBLEM}.f1",)
    assert GOOD.text not in [other.text for other in book[PROBLEM].alternatives()]
    book.choose(PROBLEM, refused)
    assert book[PROBLEM].state is State.DOUBTFUL
    assert book[PROBLEM].text == f"{stated}班子请专家研究过多次。【待核】"


def add_candidates(folder: Path, *candidates: CandidateRecord) -> None:
    file = folder / "slots" / f"{PROBLEM}.json"
    record = SlotRecord.model_validate_json(file.read_bytes())
    more = record.model_copy(update={"candidates": (*candidates, *record.candidates)})
    file.write_text(more.model_dump_json(), encoding="utf-8")


def test_an_edit_outlives_a_new_draw_and_can_be_taken_back(
    book: Book, spec: UnitSpec, tmp_path: Path
) -> None:
    drawn = book[PROBLEM].text
    edited = "调研不够深入。2024年下乡调研37次，其中21次当天往返，班子没有一次住村。"
    book.edit(PROBLEM, edited)
    assert book[PROBLEM].state is State.EDITED
    (tmp_path / "slots" / f"{PROBLEM}.json").unlink()
    write(spec, tmp_path)
    again = Book(spec, tmp_path)
    assert again[PROBLEM].text == edited
    assert again[PROBLEM].point.sentences[1].facts == (f"{PROBLEM}.f1",)
    again.bring_back(PROBLEM, 0)
    assert Book(spec, tmp_path)[PROBLEM].text == drawn
    again.bring_back(PROBLEM, 1)
    assert Book(spec, tmp_path)[PROBLEM].text == edited


def test_an_edit_follows_its_claim_when_the_spec_changes(
    book: Book, spec: UnitSpec, tmp_path: Path
) -> None:
    book.edit(PROBLEM, "调研不够深入。2024年下乡调研37次，其中21次当天往返。")
    data = spec.model_dump(by_alias=True)
    told = data["aspects"][1]["problems"]
    told.insert(0, {"claim": "学习不够扎实", "facts": ["2024年集中学习缺课9人次"]})
    told[1]["facts"].append("有9个乡镇一次也没有去过")
    moved = Book(UnitSpec.model_validate(data), tmp_path)["problems.2.2"]
    assert moved.text.endswith("其中21次当天往返。")
    assert moved.outdated
    assert moved.point.unused == ("problems.2.2.f2",)
    told[1]["claim"] = "调研走过场"
    told.pop(0)
    assert Book(UnitSpec.model_validate(data), tmp_path)[PROBLEM].outdated
    data["aspects"][1]["problems"] = [{"claim": "学习不够扎实"}, {"claim": "纪律不够严"}]
    data["aspects"].pop(1)
    data["aspects"].insert(1, {**spec.aspects[1].model_dump(), "problems": []})
    assert [lost.claim for lost in Book(UnitSpec.model_validate(data), tmp_path).lost] == [
        "调研不够深入"
    ]


def test_marks_stand_until_a_person_takes_them_out(book: Book) -> None:
    gap = "problems.1.2"
    assert book[gap].state is State.NEEDS_FACTS
    text = book[gap].text
    assert "【待补：" in text
    book.edit(gap, "请示报告不够及时。2024年有3件事办结后才补报【待核】" + text[text.index("【") :])
    assert book[gap].state is State.NEEDS_FACTS
    book.edit(gap, "请示报告不够及时。2024年有3件事办结后才补报。【待核】")
    assert book[gap].state is State.DOUBTFUL
    book.edit(gap, "请示报告不够及时。2024年有3件事办结后才补报。")
    assert book[gap].state is State.EDITED
    book.lock(gap, True)
    assert book[gap].state is State.LOCKED


def test_a_fix_edits_the_text_as_shown(book: Book) -> None:
    text = book[PROBLEM].text
    book.fix(PROBLEM, [Edit(0, 2, "走访")])
    assert book[PROBLEM].text == "走访" + text[2:]


def test_a_redraw_is_told_what_is_asked_for(book: Book, spec: UnitSpec) -> None:
    model = scripted(spec)
    paragraph = book[PROBLEM]
    with closing(
        redraw(
            paragraph,
            spec,
            book.plan,
            instruction=MORE_SPECIFIC,
            model=model,
            identity=IDENTITY,
            examples=(),
            settings=SETTINGS,
        )
    ) as events:
        *_, done = events
    assert isinstance(done, PointDone)
    assert "这一稿要求：更具体" in str(model.asked[0][1][-2].text)
    book.add(PROBLEM, "redrawn", done.point, told=MORE_SPECIFIC)
    assert FILLING["problem"][0] in book[PROBLEM].text
    versions = book[PROBLEM].versions
    assert versions
    assert versions.version.told == MORE_SPECIFIC


def test_a_shorter_redraw_has_a_smaller_budget(book: Book, spec: UnitSpec) -> None:
    *_, done = redraw(
        book[PROBLEM],
        spec,
        book.plan,
        instruction=SHORTER,
        model=scripted(spec),
        identity=IDENTITY,
        examples=(),
        settings=SETTINGS,
    )
    assert isinstance(done, PointDone)
    assert done.slot.budget < book[PROBLEM].slot.budget


def test_the_self_check_names_what_is_missing(book: Book, spec: UnitSpec) -> None:
    findings = [placed.finding for placed in examine(book)]
    rubric = {item.name: item for item in self_check(book.draft(), get_kind(spec.kind), findings)}
    assert rubric["没有待补、待核"].verdict is Verdict.BAD
    assert any(
        "待补" in note and "请示报告不够及时" in note for note in rubric["没有待补、待核"].notes
    )
    assert any("典型案例" in note for note in rubric["上次整改、需说明事项"].notes)


def test_a_finding_is_mended_in_its_own_paragraph(book: Book) -> None:
    book.edit(PROBLEM, "调研不够深入。2024年下乡调研37次,其中21次当天往返。")
    (placed,) = [p for p in examine(book) if p.slot == PROBLEM and p.finding.code == "T101"]
    assert placed.fix
    book.fix(PROBLEM, [placed.fix])
    assert book[PROBLEM].text == "调研不够深入。2024年下乡调研37次，其中21次当天往返。"
    assert not [p for p in examine(book) if p.slot == PROBLEM and p.finding.code == "T101"]


NEW = "没有住过村"
EDITED = f"调研不够深入。2024年下乡调研37次，其中21次当天往返，{NEW}。"


def test_what_is_exported_by_command_is_the_edited_text(book: Book, tmp_path: Path) -> None:
    book.edit(PROBLEM, EDITED)
    manuscript, _ = read_manuscript(tmp_path / "draft.json")
    assert EDITED in "".join(manuscript.plain)
    assert EDITED in (tmp_path / "draft.md").read_text(encoding="utf-8")
    book.bring_back(PROBLEM, 0)
    assert NEW not in (tmp_path / "draft.json").read_text(encoding="utf-8")


def test_a_draft_md_edited_by_hand_is_left_alone(book: Book, tmp_path: Path) -> None:
    by_hand = tmp_path / "draft.md"
    by_hand.write_text("改好的", encoding="utf-8")
    book.edit(PROBLEM, EDITED)
    assert by_hand.read_text(encoding="utf-8") == "改好的"
    assert NEW in (tmp_path / "draft.json").read_text(encoding="utf-8")


def test_a_resumed_run_keeps_what_a_person_has_changed(
    book: Book, spec: UnitSpec, tmp_path: Path
) -> None:
    book.edit(PROBLEM, EDITED)
    write(spec, tmp_path)
    assert EDITED in (tmp_path / "draft.md").read_text(encoding="utf-8")


def test_an_unfinished_document_leaves_no_draft_behind(spec: UnitSpec, tmp_path: Path) -> None:
    book = Book(spec, tmp_path)
    book.edit(PROBLEM, EDITED)
    assert not (tmp_path / "draft.json").exists()
    assert EDITED in "".join(book.draft().paragraphs())


def test_the_time_left_counts_only_what_the_model_writes(spec: UnitSpec) -> None:
    plan = make_plan(spec, get_kind(spec.kind))
    drawn = [slot for slot in plan.slots() if slot.drawn]
    pace = Pace()
    pace.note(RunStarted(plan, 0, 0, sum(slot.budget for slot in drawn)), 0.0)
    for slot in plan.slots():
        if not slot.drawn:
            pace.note(SlotStarted(slot, ""), 1.0)
            pace.note(done_event(slot), 1.0)
    assert pace.seconds_left(1.0) is None
    first, *others = drawn
    pace.note(SlotStarted(first, ""), 1.0)
    pace.note(TextArrived(first.id, 1, 0, 0, "字" * (first.budget // 2)), 10.0)
    half = pace.seconds_left(10.0)
    pace.note(done_event(first), 20.0)
    whole = pace.seconds_left(20.0)
    rest = sum(slot.budget for slot in others)
    assert half
    assert whole
    assert whole == pytest.approx(20.0 * rest / first.budget)
    assert 0.5 * whole < half < 2 * whole


def done_event(slot: Slot) -> PointDone:
    point = point_from_edit(slot.opening, slot)
    return PointDone(slot, point, SlotRecord(key="", point=point, cost=Cost(), candidates=()))
