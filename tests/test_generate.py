"""From a spec to a whole document with a scripted model, and through kills with a real one."""

import errno
import itertools
import json
import signal
import subprocess
from collections.abc import Generator, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel, GenericFakeChatModel
from langchain_core.messages import AIMessage, BaseMessage
from scripted import FILLING, Scripted, scripted, sentence_of
from tiny import DRAWN, SLOTS, SMALL_MODEL, generate_command, tiny_spec

from assistant.draft import Draft
from assistant.drafting.draw import company, in_turn
from assistant.drafting.events import (
    CandidateJudged,
    DraftDone,
    Event,
    PointDone,
    RunStarted,
    SlotStarted,
    TextArrived,
)
from assistant.drafting.generate import generate
from assistant.drafting.prompts import read_role
from assistant.drafting.record import ModelIdentity, RunRecord, RunSettings
from assistant.errors import AssistantError, InputError, ModelError
from assistant.files import write_private
from assistant.markdown import parse
from assistant.plan import SlotRole
from assistant.spec import UnitSpec

PROBLEM, MEASURE = "problems.3.1", "measures.3.1"
NO_FACTS = ("        facts: [17处河道有4处巡查记录不全]\n", "")
NO_MEASURES = (
    "        measures: [{do: 对17处河道开展1轮复查, owner: 巡查科, due: 2023年6月底}]\n",
    "",
)
PLAIN, *FURTHER = FILLING["problem"]
NEVER = ("99", "im_end", "#", "\n", "甲甲")
IDENTITY = ModelIdentity(name="scripted", sha256="0" * 64)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "draft"


def run(
    spec: UnitSpec, model: BaseChatModel, folder: Path, *, resume: bool = False, seed: int = 1
) -> Generator[Event, None, None]:
    return generate(
        spec,
        model=model,
        identity=IDENTITY,
        folder=folder,
        examples=(),
        settings=RunSettings(candidates=1, seed=seed),
        resume=resume,
    )


def finish(events: Iterator[Event]) -> DraftDone:
    *_, last = events
    assert isinstance(last, DraftDone)
    return last


def until(events: Iterator[Event], slot_id: str) -> None:
    """Go on until a slot is done."""
    for event in events:
        if isinstance(event, PointDone) and event.slot.id == slot_id:
            return
    raise AssertionError(f"{slot_id} was never done")


def slot_files(folder: Path) -> dict[str, bytes]:
    return {file.stem: file.read_bytes() for file in (folder / "slots").glob("*.json")}


def test_events_in_the_order_of_the_document(folder: Path) -> None:
    model = scripted(tiny_spec())
    events = list(run(tiny_spec(), model, folder))
    first, last = events[0], events[-1]
    assert isinstance(first, RunStarted)
    assert (first.finished, first.changed) == (0, 0)
    assert isinstance(last, DraftDone)
    slots = list(model.plan.slots())
    assert len(slots) == SLOTS
    sentences = {slot.id: len(model.prompts(slot.id)) for slot in slots}
    assert {sentences[slot.id] for slot in slots if slot.drawn} <= {1, 2, 3}
    expected = [
        kind
        for slot in slots
        for kind in (
            SlotStarted,
            *([*[TextArrived] * sentences[slot.id], CandidateJudged] if slot.drawn else []),
            PointDone,
        )
    ]
    assert [type(event) for event in events[1:-1]] == expected
    done = [event.slot.id for event in events if isinstance(event, PointDone)]
    assert done == [slot.id for slot in slots]
    headings = [event.heading for event in events if isinstance(event, SlotStarted)]
    assert headings[:2] == ["导语", "一、存在的主要问题（一）"]


def test_whole_draft_on_disk(folder: Path) -> None:
    model = scripted(tiny_spec())
    done = finish(run(tiny_spec(), model, folder))
    assert Draft.model_validate_json((folder / "draft.json").read_bytes()) == done.draft
    assert parse((folder / "draft.md").read_text(encoding="utf-8"), model.plan) == done.draft
    record = RunRecord.model_validate_json((folder / "run.json").read_bytes())
    assert record == done.record
    assert (list(record.slots), record.findings) == ([s.id for s in model.plan.slots()], ())
    assert not any(point.unused for point in done.draft.points())
    assert all(file.stat().st_mode & 0o077 == 0 for file in folder.rglob("*.json"))


def test_any_chat_model_will_do(folder: Path) -> None:
    answers = itertools.repeat(AIMessage("心里，抓得也松。"))
    done = finish(run(tiny_spec(), GenericFakeChatModel(messages=answers), folder))
    assert "心里，抓得也松。" in (folder / "draft.md").read_text(encoding="utf-8")
    assert not any(point.unused for point in done.draft.points())


def test_problem_without_facts_is_a_gap_and_no_call(folder: Path) -> None:
    spec = tiny_spec(NO_FACTS, NO_MEASURES)
    model = scripted(spec)
    done = finish(run(spec, model, folder))
    assert not model.slots_asked & {PROBLEM, MEASURE}
    assert len(model.slots_asked) == DRAWN - 1
    text = (folder / "draft.md").read_text(encoding="utf-8")
    assert "\n河道巡查不够到位。【待补：能说明“河道巡查不够到位”的具体事实" in text
    assert "【待补：解决“河道巡查不够到位”的举措、责任人和时限】" in text
    assert [f for f in done.record.findings if "待补" in f and f.startswith(PROBLEM)]


def test_what_fell_is_asked_for_once_more(folder: Path) -> None:
    model = scripted(tiny_spec(), problems_3_1=["另有99户。"])
    done = finish(run(tiny_spec(), model, folder))
    prompts = model.prompts(PROBLEM)
    slot = next(slot for slot in model.plan.slots() if slot.id == PROBLEM)
    sentences = [sentence_of(slot, prompt) for prompt in prompts]
    assert sorted(sentences) == [0, 0, 1, 1]
    assert len(set(prompts)) == len(prompts), "begun as before"
    assert all(prompt.startswith(slot.stated) for prompt in prompts)
    fallen, chosen = done.record.slots[PROBLEM].candidates
    assert (fallen.attempt, fallen.chosen, bool(fallen.errors)) == (1, False, True)
    assert (chosen.attempt, chosen.chosen, chosen.errors) == (2, True, ())
    assert "99户" not in (folder / "draft.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("role", ["problem", "cause"])
def test_every_sentence_can_begin_otherwise(role: SlotRole) -> None:
    ways = read_role(role).turns
    for way in ways:
        for place in range(len(way)):
            assert any(other[place] not in way for other in ways)


def test_a_refused_sentence_is_left_out_and_told(folder: Path) -> None:
    invented = ("这件事重视不够，另有99户住户没有人管。", *FURTHER)
    model = scripted(tiny_spec(), problems_3_1=[invented, invented])
    done = finish(run(tiny_spec(), model, folder))
    (candidate,) = done.record.slots[PROBLEM].candidates
    assert candidate.chosen
    text = (folder / "draft.md").read_text(encoding="utf-8")
    assert "99" not in text
    assert "这件事重视不够。" in text


def test_only_sentences_that_are_missing_are_asked_for_again(folder: Path) -> None:
    model = scripted(tiny_spec(), problems_3_1=[(PLAIN, "99户。")])
    done = finish(run(tiny_spec(), model, folder))
    slot = next(slot for slot in model.plan.slots() if slot.id == PROBLEM)
    sentences = [sentence_of(slot, prompt) for prompt in model.prompts(PROBLEM)]
    assert sorted(sentences) == [0, 1, 1]
    kept, added = done.record.slots[PROBLEM].candidates
    assert kept.chosen
    assert added.chosen
    assert all(sentence in added.text for sentence in (PLAIN, FURTHER[0]))
    assert added.text in (folder / "draft.md").read_text(encoding="utf-8")


def test_where_no_sentence_passes_the_facts_stand_alone(folder: Path) -> None:
    model = scripted(tiny_spec(), problems_3_1=["另有99户。", "又有99户。"])
    done = finish(run(tiny_spec(), model, folder))
    point = next(point for point in done.draft.points() if point.slot == PROBLEM)
    slot = next(slot for slot in model.plan.slots() if slot.id == PROBLEM)
    assert point.body == slot.stated
    assert all("figure" in "".join(c.errors) for c in done.record.slots[PROBLEM].candidates)


@pytest.mark.parametrize("slot_id", [PROBLEM, "causes.1"])
@pytest.mark.parametrize(
    "answer",
    ["", "。", "99户。", "99户", "甲" * 600, "# 一、标题\n\n- 甲\n- 乙", "<|im_end|>ok", "“引号"],
)
def test_whatever_the_model_says_the_draft_is_whole(
    folder: Path, slot_id: str, answer: str
) -> None:
    model = scripted(tiny_spec(), **{slot_id.replace(".", "_"): [answer, answer]})
    done = finish(run(tiny_spec(), model, folder))
    point = next(point for point in done.draft.points() if point.slot == slot_id)
    assert not point.unused
    assert not any(word in point.body for word in NEVER)


def test_resume_redraws_only_what_is_missing(folder: Path) -> None:
    before = finish(run(tiny_spec(), scripted(tiny_spec()), folder))
    (folder / "slots" / "problems.2.1.json").unlink()
    (folder / "slots" / "causes.1.json").write_text('{"key": "', encoding="utf-8")
    (folder / "slots" / "measures.1.1.json").write_bytes(b"\xff\x00")
    model = scripted(tiny_spec())
    started, *_, done = run(tiny_spec(), model, folder, resume=True)
    assert isinstance(started, RunStarted)
    assert (started.finished, started.changed) == (SLOTS - 3, 0)
    assert model.slots_asked == {"problems.2.1", "causes.1"}
    assert isinstance(done, DraftDone)
    assert done.draft == before.draft


def test_slot_file_edited_against_its_plan_is_redrawn(folder: Path) -> None:
    finish(run(tiny_spec(), scripted(tiny_spec()), folder))
    file = folder / "slots" / f"{PROBLEM}.json"
    saved = json.loads(file.read_text(encoding="utf-8"))
    saved["point"]["sentences"][0]["text"] = "别的开头。"
    file.write_text(json.dumps(saved), encoding="utf-8")
    model = scripted(tiny_spec())
    finish(run(tiny_spec(), model, folder, resume=True))
    assert model.slots_asked == {PROBLEM}


def test_resume_of_a_finished_run_asks_nothing(folder: Path) -> None:
    before = finish(run(tiny_spec(), scripted(tiny_spec()), folder))
    model = scripted(tiny_spec())
    assert finish(run(tiny_spec(), model, folder, resume=True)).draft == before.draft
    assert not model.asked


def test_resume_in_a_new_folder_begins_there(folder: Path) -> None:
    assert finish(run(tiny_spec(), scripted(tiny_spec()), folder, resume=True))


def test_changed_fact_redraws_its_problem_alone(folder: Path) -> None:
    finish(run(tiny_spec(), scripted(tiny_spec()), folder))
    changed = tiny_spec(("有4处巡查记录不全", "有5处巡查记录不全"))
    model = scripted(changed)
    started, *_, done = run(changed, model, folder, resume=True)
    assert isinstance(started, RunStarted)
    assert (started.finished, started.changed) == (SLOTS - 1, 1)
    assert model.slots_asked == {PROBLEM}
    assert isinstance(done, DraftDone)
    assert "有5处巡查记录不全" in (folder / "draft.md").read_text(encoding="utf-8")


def test_other_seed_redraws_everything(folder: Path) -> None:
    finish(run(tiny_spec(), scripted(tiny_spec()), folder))
    model = scripted(tiny_spec())
    finish(run(tiny_spec(), model, folder, resume=True, seed=2))
    assert len(model.slots_asked) == DRAWN


def test_existing_folder_is_refused_without_resume(folder: Path) -> None:
    with closing(run(tiny_spec(), scripted(tiny_spec()), folder)) as events:
        until(events, "lead")
    before = slot_files(folder)
    model = scripted(tiny_spec())
    with pytest.raises(InputError, match="--resume"):
        next(run(tiny_spec(), model, folder))
    assert not model.asked
    assert slot_files(folder) == before


def test_folder_in_use_is_refused(folder: Path) -> None:
    with closing(run(tiny_spec(), scripted(tiny_spec()), folder)) as events:
        until(events, "lead")
        with pytest.raises(InputError, match="另一个程序正在写"):
            next(run(tiny_spec(), scripted(tiny_spec()), folder, resume=True))
    assert finish(run(tiny_spec(), scripted(tiny_spec()), folder, resume=True))


def test_closing_in_the_middle_keeps_what_is_done(folder: Path) -> None:
    with closing(run(tiny_spec(), scripted(tiny_spec()), folder)) as events:
        until(events, "problems.2.1")
        next(events)
    assert set(slot_files(folder)) == {"lead", "problems.1.1", "problems.2.1"}
    assert not (folder / "draft.md").exists()
    model = scripted(tiny_spec())
    finish(run(tiny_spec(), model, folder, resume=True))
    assert len(model.slots_asked) == DRAWN - 2


def test_same_seed_same_draft(tmp_path: Path) -> None:
    for name in "ab":
        finish(run(tiny_spec(), scripted(tiny_spec()), tmp_path / name))
    for file in ("draft.json", "draft.md"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def test_full_disk_keeps_earlier_slots(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fill_up(file: Path, content: str | bytes) -> None:
        if file.stem == "problems.3.1":
            raise OSError(errno.ENOSPC, "No space left on device")
        write_private(file, content)

    with monkeypatch.context() as patch:
        patch.setattr("assistant.drafting.run_folder.write_private", fill_up)
        with pytest.raises(AssistantError, match="写不进") as error:
            list(run(tiny_spec(), scripted(tiny_spec()), folder))
    assert "--resume" in error.value.hint
    assert set(slot_files(folder)) == {"lead", "problems.1.1", "problems.2.1"}
    model = scripted(tiny_spec())
    finish(run(tiny_spec(), model, folder, resume=True))
    assert len(model.slots_asked) == DRAWN - 2


def test_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(AssistantError, match="写不进"):
        next(run(tiny_spec(), scripted(tiny_spec()), tmp_path / "file" / "draft"))


def test_failing_model_is_passed_on_and_loses_nothing(folder: Path) -> None:
    class Failing(Scripted):
        def _call(self, messages: list[BaseMessage], *_: Any, **__: Any) -> str:
            if "请示报告不够及时" in str(messages[-1].text):
                raise ModelError("模型运算失败。")
            return super()._call(messages)

    with pytest.raises(ModelError):
        list(run(tiny_spec(), Failing(plan=scripted(tiny_spec()).plan), folder))
    assert set(slot_files(folder)) == {"lead", "problems.1.1"}


def test_something_is_finished_soon_and_nothing_long_comes_last() -> None:
    lengths = {"一": 2, "二": 0, "三": 1, "四": 3, "五": 2, "六": 0}
    assert in_turn(list(lengths), lengths.__getitem__) == ["二", "六", "三", "四", "一", "五"]
    assert in_turn(["二"], lengths.__getitem__) == ["二"]


@pytest.mark.parametrize(
    ("sentences", "candidates", "expected"),
    [(3, 3, "few"), (9, 1, "few"), (10, 1, "many"), (4, 3, "many"), (1, 5, "many")],
)
def test_a_paragraph_alone_is_drawn_in_steps_of_few(
    sentences: int, candidates: int, expected: str
) -> None:
    assert company(sentences, candidates) == expected


def killed(command: list[str | Path], folder: Path) -> None:
    """Run until one more slot is saved, then kill."""
    known = set(slot_files(folder))
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        while set(slot_files(folder)) <= known:
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.02)
                assert process.stderr
                raise AssertionError(process.stderr.read().decode())
        process.send_signal(signal.SIGKILL)


@pytest.mark.model
@pytest.mark.usefixtures("model_home")
def test_nothing_finished_is_lost_when_killed(tmp_path: Path) -> None:
    folder = tmp_path / "draft"
    command = generate_command(tmp_path, SMALL_MODEL, "--candidates", "1")
    finished: dict[str, bytes] = {}
    for kills in range(3):
        killed([*command, "--resume"] if kills else command, folder)
        files = slot_files(folder)
        assert files.items() >= finished.items()
        assert len(files) > len(finished)
        finished = files
    last = subprocess.run([*command, "--resume"], capture_output=True, check=False)
    assert last.returncode in (0, 1), last.stderr.decode()
    assert slot_files(folder).items() >= finished.items()
    assert len(slot_files(folder)) == SLOTS
    assert len(json.loads((folder / "run.json").read_bytes())["slots"]) == SLOTS
