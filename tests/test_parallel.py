"""Jobs in threads, what they tell as one iterator."""

import threading
from collections.abc import Callable, Generator
from contextlib import closing

import pytest

from assistant.drafting.parallel import told_by

Emit = Callable[[int], None]


def stream(
    *jobs: Callable[[Emit], None], cancel: Callable[[], None] = lambda: None, at_once: int = 1
) -> Generator[int, None, None]:
    return told_by(jobs, at_once=at_once, cancel=cancel)


class Work:
    """Emits numbers until told to stop, as a model writes tokens."""

    def __init__(self) -> None:
        self.stop = threading.Event()
        self.ended = threading.Event()

    def __call__(self, emit: Emit) -> None:
        number = 0
        while not self.stop.wait(0.001):
            emit(number)
            number += 1
        self.ended.set()


def test_pieces_arrive_in_order() -> None:
    def work(emit: Emit) -> None:
        for number in range(100):
            emit(number)

    assert list(stream(work, cancel=lambda: None)) == list(range(100))


def test_pieces_arrive_while_the_work_goes_on() -> None:
    work = Work()
    with closing(stream(work, cancel=work.stop.set)) as pieces:
        assert next(pieces) == 0
        assert not work.ended.is_set()


def test_closing_cancels_and_waits_for_the_end() -> None:
    work = Work()
    pieces = stream(work, cancel=work.stop.set)
    assert next(pieces) == 0
    pieces.close()
    assert work.ended.is_set()


def test_cancelling_is_repeated_until_it_is_heard() -> None:
    """Work that has only just begun may clear an earlier request to stop."""
    work = Work()
    requests: list[None] = []

    def cancel() -> None:
        requests.append(None)
        if len(requests) == 3:
            work.stop.set()

    pieces = stream(work, cancel=cancel)
    next(pieces)
    pieces.close()
    assert len(requests) == 3


def test_nothing_is_cancelled_when_the_work_ends_by_itself() -> None:
    cancelled: list[None] = []

    def work(emit: Emit) -> None:
        emit(1)

    assert list(stream(work, cancel=lambda: cancelled.append(None))) == [1]
    assert not cancelled


def test_error_is_passed_on_behind_the_pieces() -> None:
    def work(emit: Emit) -> None:
        emit(1)
        raise ValueError("no more")

    pieces = stream(work, cancel=lambda: None)
    assert next(pieces) == 1
    with pytest.raises(ValueError, match="no more"):
        next(pieces)


def test_error_in_the_consumer_cancels() -> None:
    work = Work()

    def consume() -> None:
        with closing(stream(work, cancel=work.stop.set)) as pieces:
            for _ in pieces:
                raise KeyError("consumer")

    with pytest.raises(KeyError):
        consume()
    assert work.ended.is_set()


def test_jobs_run_side_by_side_and_no_more_than_allowed() -> None:
    together = threading.Barrier(3)
    running: list[int] = []
    most: list[int] = []

    def job(emit: Emit) -> None:
        running.append(1)
        most.append(len(running))
        together.wait(5)
        running.pop()
        emit(1)

    assert list(stream(*[job] * 6, at_once=3)) == [1] * 6
    assert max(most) == 3


def test_error_of_one_job_ends_the_others() -> None:
    work = Work()
    begun: list[int] = []

    def fail(_: Emit) -> None:
        raise ValueError("no more")

    def never(_: Emit) -> None:
        begun.append(1)

    with pytest.raises(ValueError, match="no more"):
        list(stream(work, fail, never, never, cancel=work.stop.set, at_once=2))
    assert work.ended.is_set()
