"""Blocking work in a thread, its pieces as an iterator; closing the iterator cancels the work."""

import queue
import threading
from collections.abc import Callable, Generator
from typing import TypeVar

T = TypeVar("T")


def stream_from_thread(
    work: Callable[[Callable[[T], None]], object], cancel: Callable[[], None]
) -> Generator[T, None, None]:
    """Run `work(emit)` in a thread and yield what it emits; its error is raised here.

    When the iterator is closed early, `cancel` is called and the thread awaited.
    """
    pieces: queue.SimpleQueue[T | BaseException | None] = queue.SimpleQueue()
    done = threading.Event()

    def run() -> None:
        end: BaseException | None = None
        try:
            work(pieces.put)
        except BaseException as error:
            end = error
        done.set()
        pieces.put(end)

    thread = threading.Thread(target=run, name="model", daemon=True)
    thread.start()
    try:
        while (piece := pieces.get()) is not None:
            if isinstance(piece, BaseException):
                raise piece
            yield piece
    finally:
        # Repeated, because work that has only just begun clears an earlier request to stop.
        while not done.wait(0.05):
            cancel()
        thread.join()
