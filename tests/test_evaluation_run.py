"""Generating into a log: systems, failures, kills, resumption, refusal of what does not fit."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from evaluation_logs import (
    EXAMPLES,
    IDENTITY,
    SELF_EXAMINATION,
    begun_log,
    bench,
    header,
    invented_case,
    opened,
    worked_case,
)
from scripted import scripted
from tiny import tiny_spec

from assistant.drafting.record import ModelIdentity
from assistant.errors import InputError
from assistant.evaluation.baselines import JsonSection
from assistant.evaluation.case import Case
from assistant.evaluation.log import EvaluationLog, Job, Record, Settings
from assistant.evaluation.run import (
    JobDone,
    JobGrew,
    JobStarted,
    RunEvent,
    jobs_of,
    missing_jobs,
    run,
)
from assistant.evaluation.systems import ABLATIONS, SYSTEMS, USUAL, choose_systems
from assistant.evaluation.task import Bench
from assistant.examples.store import WorkedExample, shipped_examples

ANSWER = "一是学习不够扎实。有5次没有安排研讨。"
JSON = json.dumps(
    {
        "heading": "（一）政治定力方面",
        "points": [{"claim": "学习不扎实", "text": "有5次\n没有研讨。"}],
    },
    ensure_ascii=False,
)


@pytest.fixture
def case() -> Case:
    return invented_case(tiny_spec())


def do(
    log: EvaluationLog,
    case: Case,
    system: str,
    own: Bench | None,
    tell: Callable[[RunEvent], None] = lambda _: None,
    examples: Sequence[WorkedExample] = (),
) -> Record:
    """Let a system write a case, and give its record."""
    job = Job(case.id, system, 1)
    open_bench = opened(own) if own else None
    run(log, [job], cases=[case], examples=examples, open_bench=open_bench, tell=tell)
    record = log.done(job)
    assert record
    return record


def test_one_shot_asks_once_with_everything(tmp_path: Path, case: Case) -> None:
    own = bench(case.spec, "# 标题\n\n正文。")
    record = do(begun_log(tmp_path, case), case, "one-shot", own)
    assert (record.text, record.failure) == ("# 标题\n\n正文。", None)
    ((_, (role, request)),) = (call.messages for call in record.calls)
    assert role == "human"
    told = [f.text for slot in case.plan.slots() for f in slot.facts]
    assert all(fact in request for fact in told)
    assert record.cost
    assert record.peak_memory


def test_outline_shot_asks_once_a_section_and_prints_the_headings(
    tmp_path: Path, case: Case
) -> None:
    record = do(begun_log(tmp_path, case), case, "outline-shot", bench(case.spec, ANSWER))
    plan = case.plan
    sections = [section for part in plan.parts for section in part.sections]
    assert len(record.calls) == 1 + len(sections)
    lines = record.text.splitlines()
    headings = [f"## {p.number}{p.heading}" for p in plan.parts]
    headings += [f"### {s.number}{s.heading}" for s in sections if s.heading]
    assert set(headings) <= set(lines)
    assert (lines[0], lines[-1]) == (f"# {plan.title}", plan.closing)
    assert lines.count(ANSWER) == len(record.calls)


def test_json_sections_are_validated_and_asked_for_again(tmp_path: Path, case: Case) -> None:
    record = do(begun_log(tmp_path, case), case, "json", bench(case.spec, "导语。", JSON))
    assert JsonSection.model_validate_json(JSON)
    sections = [section for part in case.plan.parts for section in part.sections]
    # Lead, then answers by turns: JSON holds, prose does not and is asked for again.
    faults = [call for call in record.calls if call.fault]
    assert len(record.calls) == 1 + len(sections) + len(faults)
    assert len(faults) == len(sections) - 1
    assert all("请只输出一个合格的JSON对象" not in call.messages[-1][1] for call in faults)
    assert "### （一）政治定力方面" in record.text
    assert "一是学习不扎实。有5次没有研讨。" in record.text.splitlines()


def test_json_that_never_holds_leaves_a_heading_and_is_no_failure(
    tmp_path: Path, case: Case
) -> None:
    record = do(begun_log(tmp_path, case), case, "json", bench(case.spec, "不是 JSON。"))
    assert record.failure is None
    assert sum(bool(call.fault) for call in record.calls) == len(record.calls) - 1
    assert f"## {case.plan.parts[0].number}{case.plan.parts[0].heading}" in record.text


def test_ours_drafts_with_provenance_and_its_run_folder_in_the_log(
    tmp_path: Path, case: Case
) -> None:
    log = begun_log(tmp_path, case)
    record = do(log, case, "ours", bench(case.spec))
    folder = log.draft_folder(record.job)
    assert record.text == (folder / "draft.md").read_text(encoding="utf-8")
    assert json.loads((folder / "run.json").read_bytes())["settings"]["seed"] == 1
    assert record.cost
    assert record.cost.seconds > 0


def test_reference_needs_no_model_and_costs_nothing(tmp_path: Path, case: Case) -> None:
    record = do(begun_log(tmp_path, case), case, "reference", None)
    assert (record.text, record.cost, record.peak_memory) == (case.reference, None, None)


def shown_slots(log: EvaluationLog, record: Record) -> set[str]:
    slots = json.loads((log.draft_folder(record.job) / "run.json").read_bytes())["slots"]
    return {example for slot in slots.values() for example in slot["examples"]}


@pytest.mark.slow
def test_ablations_leave_out_one_thing_each(tmp_path: Path, case: Case) -> None:
    log = begun_log(tmp_path, case)
    asked: dict[str, int] = {}
    shown: dict[str, set[str]] = {}
    settings: dict[str, dict[str, object]] = {}
    for system in ("ours", *ABLATIONS):
        own = bench(case.spec)
        own = Bench(own.model, IDENTITY, Settings(candidates=2))
        record = do(log, case, system, own, examples=shipped_examples())
        assert record.failure is None
        asked[system] = len(own.model.asked)  # type: ignore[attr-defined]
        shown[system] = shown_slots(log, record)
        told = json.loads((log.draft_folder(record.job) / "run.json").read_bytes())
        settings[system] = told["settings"]
    usual = settings.pop("ours")
    changed = {s: {k: v for k, v in own.items() if v != usual[k]} for s, own in settings.items()}
    assert changed == {
        "ours-no-examples": {},
        "ours-no-gates": {"gates": False},
        "ours-one-candidate": {"candidates": 1},
        "ours-no-guard": {"guard": False},
    }
    assert shown["ours"]
    assert not shown["ours-no-examples"]
    assert asked["ours-one-candidate"] * 2 == asked["ours"]


def test_without_gates_a_fault_stays(tmp_path: Path, case: Case) -> None:
    fault = "全市第一，有9876户参加。"
    log = begun_log(tmp_path, case)
    texts = {}
    for system in ("ours", "ours-no-gates"):
        own = bench(case.spec)
        own.model.drafting = scripted(case.spec, problems_3_1=[fault] * 4)  # type: ignore[attr-defined]
        texts[system] = do(log, case, system, own).text
    assert "9876户" in texts["ours-no-gates"]
    assert "9876户" not in texts["ours"]


def test_withheld_examples_are_never_shown(tmp_path: Path, case: Case) -> None:
    def shown(withheld: set[str]) -> set[str]:
        own = case.model_copy(update={"withheld": tuple(sorted(withheld))})
        log = begun_log(tmp_path / str(len(withheld)), own)
        record = do(log, own, "ours", bench(own.spec), examples=shipped_examples())
        return {name.partition(":")[0] for name in shown_slots(log, record)}

    usual = shown(set())
    others = shown(usual)
    assert usual
    assert others
    assert not usual & others


def test_a_leaking_case_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    case = worked_case(EXAMPLES[SELF_EXAMINATION]).model_copy(update={"withheld": ()})
    log = begun_log(tmp_path, case)
    with pytest.raises(InputError, match="不能用来评测"):
        do(log, case, "reference", None, examples=shipped_examples())
    assert log.records() == []


def test_a_failure_is_a_record_and_the_next_job_follows(tmp_path: Path, case: Case) -> None:
    log = begun_log(tmp_path, case)
    jobs = [Job(case.id, "ours", 1), Job(case.id, "reference", 1)]
    own = bench(case.spec)
    own.model.drafting = scripted(tiny_spec(("河道巡查不够到位", "别的")))  # type: ignore[attr-defined]
    run(log, jobs, cases=[case], examples=(), open_bench=opened(own), tell=lambda _: None)
    failed, fine = log.records()
    assert failed.failure
    assert "StopIteration" in failed.failure.trace
    assert (failed.text, fine.text) == ("", case.reference)
    assert missing_jobs(log, jobs, retry=False) == []
    assert missing_jobs(log, jobs, retry=True) == jobs[:1]


def comparable(log: EvaluationLog) -> dict[str, object]:
    """Everything in a log that does not tell of time and memory."""
    found: dict[str, object] = {}
    for file in sorted(log.folder.rglob("*.json")):
        if file.name != "header.json" and "slots" not in file.parts:
            found[file.relative_to(log.folder).as_posix()] = _timeless(
                json.loads(file.read_bytes())
            )
    return found


_TIMES = ("seconds", "elapsed", "peak_memory")


def _timeless(data: object) -> object:
    if isinstance(data, dict):
        return {k: _timeless(v) for k, v in data.items() if k not in _TIMES}
    return [_timeless(item) for item in data] if isinstance(data, list) else data


@pytest.mark.parametrize("fail_at", [1, 20, 26])
def test_a_kill_and_a_resume_give_the_same_log(tmp_path: Path, case: Case, fail_at: int) -> None:
    systems = choose_systems(["ours", "one-shot", "outline-shot", "reference"])
    jobs = jobs_of([case], systems, [1, 2])
    whole = begun_log(tmp_path / "whole", case)
    run(
        whole, jobs, cases=[case], examples=(), open_bench=opened(bench(case.spec, ANSWER)),
        tell=lambda _: None,
    )  # fmt: skip
    killed = begun_log(tmp_path / "killed", case)
    own = bench(case.spec, ANSWER, fail_at=fail_at)
    with pytest.raises(KeyboardInterrupt):
        run(killed, jobs, cases=[case], examples=(), open_bench=opened(own), tell=lambda _: None)
    assert len(killed.records()) < len(jobs)
    resumed = begun_log(tmp_path / "killed", case)
    missing = missing_jobs(resumed, jobs, retry=False)
    assert {record.job for record in killed.records()} == set(jobs) - set(missing)
    run(
        resumed, missing, cases=[case], examples=(),
        open_bench=opened(bench(case.spec, ANSWER)), tell=lambda _: None,
    )  # fmt: skip
    assert comparable(resumed) == comparable(whole)


def test_a_damaged_record_is_written_again(tmp_path: Path, case: Case) -> None:
    log = begun_log(tmp_path, case)
    record = do(log, case, "reference", None)
    (file,) = (tmp_path / "records").rglob("*.json")
    file.write_text(file.read_text(encoding="utf-8")[:50], encoding="utf-8")
    assert missing_jobs(log, [record.job], retry=False) == [record.job]


def test_events_tell_of_growth(tmp_path: Path, case: Case) -> None:
    events: list[RunEvent] = []
    do(begun_log(tmp_path, case), case, "ours", bench(case.spec), events.append)
    first, *grew, last = events
    assert isinstance(first, JobStarted)
    assert isinstance(last, JobDone)
    shares = [event.share for event in grew if isinstance(event, JobGrew)]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_jobs_go_case_by_case_and_the_reference_is_written_once(case: Case) -> None:
    other = case.model_copy(update={"id": "other"})
    jobs = jobs_of([case, other], choose_systems(["ours", "reference"]), [1, 2])
    assert [(j.case, j.system, j.seed) for j in jobs] == [
        ("tiny", "ours", 1),
        ("tiny", "reference", 1),
        ("other", "ours", 1),
        ("other", "reference", 1),
        ("tiny", "ours", 2),
        ("other", "ours", 2),
    ]


def test_an_unknown_system_is_told_with_the_nearest() -> None:
    with pytest.raises(InputError, match="没有“one_shot”这个系统。\n最接近的是“one-shot”"):
        choose_systems(["ours", "one_shot"])
    assert [system.name for system in choose_systems([*USUAL, "ours"])] == list(USUAL)
    assert set(USUAL) | set(ABLATIONS) == set(SYSTEMS)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"model": ModelIdentity(name="other", sha256="2" * 64)}, "模型"),
        ({"settings": Settings(candidates=2)}, "设置"),
        ({"prompts": {"system.txt": "3" * 64}}, "提示词"),
    ],
)
def test_a_log_is_not_gone_on_with_in_another_way(
    tmp_path: Path, case: Case, change: dict[str, object], word: str
) -> None:
    log = begun_log(tmp_path, case)
    with pytest.raises(InputError, match=f"用另一种{word}做的评测"):
        log.begin(header(**change))


def test_a_changed_case_is_not_mixed_in(tmp_path: Path, case: Case) -> None:
    log = begun_log(tmp_path, case)
    changed = case.model_copy(update={"reference": case.reference + "又一句。"})
    with pytest.raises(InputError, match="“tiny”与现在的内容不同"):
        log.add_cases([changed], ())


def test_a_log_begun_without_a_model_takes_one_later(tmp_path: Path) -> None:
    log = EvaluationLog(tmp_path)
    log.begin(header(model=None))
    log.begin(header())
    log.begin(header(model=None))
    assert log.header().model == IDENTITY


def test_files_of_a_log_are_for_the_owner_alone(tmp_path: Path, case: Case) -> None:
    do(begun_log(tmp_path, case), case, "ours", bench(case.spec))
    files = [file for file in tmp_path.rglob("*") if file.is_file() and file.name != ".lock"]
    assert len(files) > 15
    assert all(file.stat().st_mode & 0o077 == 0 for file in files)
