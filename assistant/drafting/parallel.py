"""Several jobs in threads, what they tell as one iterator; closing the iterator cancels them."""

import queue
import threading
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
Tell = Callable[[T], None]


def told_by(
    jobs: Iterable[Callable[[Tell[T]], None]], *, at_once: int, cancel: Callable[[], None]
) -> Generator[T, None, None]:
    """Run jobs, at most `at_once` at a time, and yield what they tell.

    The first error of a job is raised here, behind what was told before it. When the iterator
    ends early, jobs not begun are dropped, `cancel` is called, and those under way are awaited.
    """
    pieces: queue.SimpleQueue[T | _End] = queue.SimpleQueue()

    def run(job: Callable[[Tell[T]], None]) -> None:
        error: BaseException | None = None
        try:
            job(pieces.put)
        except BaseException as raised:
            error = raised
        pieces.put(_End(error))

    pool = ThreadPoolExecutor(max_workers=at_once, thread_name_prefix="slot")
    left = [pool.submit(run, job) for job in jobs]
    ended = threading.Event()
    try:
        for _ in list(left):
            while not isinstance(piece := pieces.get(), _End):
                yield piece
            if piece.error:
                raise piece.error
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        # Repeated, because a job may ask the model for something just after it was cancelled.
        while not all(future.done() for future in left):
            cancel()
            ended.wait(0.02)
        pool.shutdown()


class _End:
    def __init__(self, error: BaseException | None) -> None:
        self.error = error
