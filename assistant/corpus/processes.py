"""Work on many files in several processes, in order and with bounded memory."""

import multiprocessing
import os
import signal
import threading
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
    with ProcessPoolExecutor(workers, context, _obey_parent) as pool:
        for item in items:
            running.append(pool.submit(work, item))
            if len(running) >= workers * _AHEAD:
                yield running.popleft().result()
        while running:
            yield running.popleft().result()


def _obey_parent() -> None:
    """Leave Ctrl-C to the main process, which ends this one; end with it, too, if it is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)
