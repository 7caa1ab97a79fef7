"""Work on many files in several processes, in order and with bounded memory."""

import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

_AHEAD = 8
"""Results for each process that may wait for their turn."""


def in_order(work: Callable[[T], R], items: Iterable[T], *, workers: int) -> Iterator[R]:
    """The result of `work` for each item; with one worker, in this process."""
    if workers == 1:
        yield from map(work, items)
        return
    # A progress bar's thread must not be forked.
    context = multiprocessing.get_context("forkserver")
    running: deque[Future[R]] = deque()
    with ProcessPoolExecutor(workers, context, _ignore_interrupts) as pool:
        for item in items:
            running.append(pool.submit(work, item))
            if len(running) >= workers * _AHEAD:
                yield running.popleft().result()
        while running:
            yield running.popleft().result()


def _ignore_interrupts() -> None:
    """Leave Ctrl-C to the main process, which ends this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
