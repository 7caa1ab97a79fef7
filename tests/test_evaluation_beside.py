"""Documents of the usual ways written side by side: texts, time, failures, Ctrl-C, sizes."""

import threading
import time
from pathlib import Path
from typing import Any

import pytest
from evaluation_logs import IDENTITY, begun_log, invented_case, opened
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from pydantic import PrivateAttr
from tiny import tiny_spec
from tiny_model import write_tiny_model

from assistant.evaluation.clock import SharedClock
from assistant.evaluation.log import EvaluationLog, Job, Settings
from assistant.evaluation.opening import documents_at_once, open_bench
from assistant.evaluation.run import JobDone, JobGrew, RunEvent, missing_jobs, rounds, run
from assistant.evaluation.task import Bench
from assistant.llm.calibration import save_wanted
from assistant.llm.chat_model import LocalChatModel
from assistant.llm.open import VerifiedModel
from assistant.llm.sizes import Wanted

CASES = [invented_case(tiny_spec(("有2个事项", f"有{n}个事项")), f"case-{n}") for n in (2, 3, 4)]
JOBS = [Job(case.id, "outline-shot", 1) for case in CASES]


class Together(BaseChatModel):
    """Answers its first questions only when all of them have been asked."""

    first: int
    asked: int = 0
    _lock: threading.Lock = PrivateAttr(default_factory=threading.Lock)
    _all: threading.Event = PrivateAttr(default_factory=threading.Event)

    @property
    def _llm_type(self) -> str:
        return "together"

    def _generate(self, messages: list[BaseMessage], *_: Any, **__: Any) -> ChatResult:
        with self._lock:
            self.asked += 1
            if self.asked == self.first:
                self._all.set()
        assert self._all.wait(timeout=60)
        time.sleep(0.1)  # long beside the time for which the first one may have waited
        request = str(messages[-1].text)
        if "有3个事项" in request:
            raise ValueError("strange fact")
        answer = AIMessage(f"一是{len(request)}字的要求都看了。")
        return ChatResult(generations=[ChatGeneration(message=answer)])


def together(count: int) -> Bench:
    return Bench(Together(first=count), IDENTITY, Settings(), at_once=count)


class Hand:
    """A clock set by hand."""

    time = 0.0

    def __call__(self) -> float:
        return self.time


def test_seconds_are_shared_out_by_the_tokens_decoded() -> None:
    hand = Hand()
    clock = SharedClock(hand)
    hand.time = 7.0
    clock.begin("a")
    hand.time = 10.0  # 3 seconds of a alone
    clock.begin("b")
    for document in "aaab":
        clock.count(document)
    hand.time = 18.0  # 8 seconds, of which a gets 6 and b 2
    clock.end("a")
    hand.time = 20.0  # 2 seconds of b alone, which reads
    clock.begin("c")
    hand.time = 24.0  # 4 seconds of b and c, neither of which got a token
    clock.end("b")
    clock.end("c")
    spent = {name: clock.spent(name) for name in "abc"}
    assert {name: s.seconds for name, s in spent.items()} == {"a": 9, "b": 6, "c": 2}
    assert sum(s.seconds for s in spent.values()) == 24 - 7
    assert {name: s.elapsed for name, s in spent.items()} == {"a": 11, "b": 14, "c": 4}
    assert spent["a"].beside == pytest.approx((3 + 8 * 2) / 11)
    assert spent["b"].beside == pytest.approx((8 * 2 + 2 + 4 * 2) / 14)
    assert clock.spent("d").beside == 1


def do(log: EvaluationLog, jobs: list[Job], own: Bench) -> list[RunEvent]:
    told: list[RunEvent] = []
    run(log, jobs, cases=CASES, examples=(), open_bench=opened(own), tell=told.append)
    return told


@pytest.mark.slow
def test_documents_are_written_at_the_same_time_with_the_same_texts(tmp_path: Path) -> None:
    jobs = [JOBS[0], JOBS[2]]
    beside, alone = (begun_log(tmp_path / name, *CASES) for name in ("beside", "alone"))
    do(beside, jobs, together(2))
    do(alone, jobs, together(1))
    for one, other in zip(beside.records(), alone.records(), strict=True):
        assert (one.text, one.calls, one.failure) == (other.text, other.calls, None)
        assert one.beside
        assert 1 < one.beside <= 2
        assert one.peak_memory is None
        assert (other.beside, other.peak_memory is None) == (1, False)
        assert one.cost
        assert one.elapsed
        assert one.cost.seconds < one.elapsed
        assert other.cost
        assert other.cost.seconds == other.elapsed


def test_one_that_fails_costs_the_others_nothing(tmp_path: Path) -> None:
    log = begun_log(tmp_path, *CASES)
    told = do(log, JOBS, together(3))
    texts = {record.case: bool(record.text) for record in log.records()}
    assert texts == {"case-2": True, "case-3": False, "case-4": True}
    failed = log.done(JOBS[1])
    assert failed
    assert failed.failure
    assert "strange fact" in failed.failure.message
    done = [event.record.job for event in told if isinstance(event, JobDone)]
    assert sorted(done) == JOBS
    assert missing_jobs(log, JOBS, retry=False) == []


def test_rounds_by_the_engine_that_systems_want() -> None:
    jobs = [Job(case, system, 1) for case in "ab" for system in ("ours", "json", "reference")]
    jobs.append(Job("b", "one-shot", 1))
    assert [[(job.case, job.system) for job in own] for own in rounds(jobs)] == [
        [("a", "json"), ("b", "json")],
        [("b", "one-shot")],
        [("a", "ours"), ("a", "reference"), ("b", "ours"), ("b", "reference")],
    ]
    assert rounds([]) == []


@pytest.mark.parametrize(
    ("documents", "rows", "room", "expected"),
    [(14, 16, 10**6, 14), (14, 8, 10**6, 8), (14, 16, 7200, 7), (14, 16, 500, 1)],
)
def test_documents_at_once(documents: int, rows: int, room: int, expected: int) -> None:
    assert documents_at_once(documents, 1000, rows=rows, room=room) == expected


@pytest.fixture(scope="module")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> VerifiedModel:
    return VerifiedModel("tiny", write_tiny_model(tmp_path_factory.mktemp("tiny")), "1" * 64)


def test_the_engine_gets_room_for_documents_at_once_and_for_ours_what_drafting_has(
    tiny_model: VerifiedModel,
) -> None:
    def opened_for(jobs: list[Job]) -> tuple[int, int]:
        with open_bench(tiny_model, Settings(), jobs) as own:
            assert isinstance(own.model, LocalChatModel)
            return own.at_once, own.model.engine.context

    save_wanted(Wanted(rows=8))
    usual = opened_for([Job("a", "ours", 1), Job("b", "ours", 1)])
    assert usual == (1, 4096)
    assert opened_for(JOBS) == (3, 3 * 1536)
    assert opened_for(JOBS[:2]) == (2, 4096)
    assert opened_for([Job(case, "one-shot", 1) for case in "abcdefghij"]) == (8, 8 * 8192)
    save_wanted(Wanted(rows=16))
    assert opened_for([Job(case, "one-shot", 1) for case in "abcdefghij"]) == (8, 8 * 8192)
    save_wanted(Wanted(rows=8, context=4096))
    assert opened_for(JOBS) == (2, 4096)


@pytest.mark.slow
def test_a_real_engine_writes_the_same_beside_others_and_after_ctrl_c(
    tiny_model: VerifiedModel, tmp_path: Path
) -> None:
    def open_few(jobs: Any) -> Any:
        return open_bench(tiny_model, Settings(), jobs)

    def interrupt(event: RunEvent) -> None:
        if isinstance(event, JobGrew) and event.share > 0.2:
            raise KeyboardInterrupt

    save_wanted(Wanted(rows=8))
    alone, log = (begun_log(tmp_path / name, *CASES) for name in ("alone", "log"))
    for job in JOBS:
        run(alone, [job], cases=CASES, examples=(), open_bench=open_few, tell=lambda _: None)
    with pytest.raises(KeyboardInterrupt):
        run(log, JOBS, cases=CASES, examples=(), open_bench=open_few, tell=interrupt)
    assert log.records() == []
    run(log, JOBS, cases=CASES, examples=(), open_bench=open_few, tell=lambda _: None)
    assert [r.text for r in log.records()] == [r.text for r in alone.records()]
    assert all(r.beside and r.beside > 2 for r in log.records())
    assert len({r.text for r in log.records()}) == 3
