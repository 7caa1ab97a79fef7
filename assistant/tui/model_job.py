"""Work of the model in a thread of its own: told to a screen in messages, stopped at once."""

import os
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from typing import TYPE_CHECKING

from textual.message import Message

from assistant.drafting.events import Event, TextArrived
from assistant.errors import Cancelled

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from assistant.drafting.record import ModelIdentity
    from assistant.tui.model_session import ModelSession

    Begin = Callable[[BaseChatModel, ModelIdentity], Generator[Event, None, None]]
    """What is to be done with the model."""

_BATCH = 0.08
"""Seconds of events told to the screen at a time, so that keys never wait behind tokens."""


_NICE = 5
"""Steps by which the model's threads stand back behind the one that draws the screen."""


def _stand_back() -> None:
    """Lower this thread's priority, and with it that of those started from it: the model's."""
    if sys.platform == "linux":
        screen = os.getpriority(os.PRIO_PROCESS, os.getpid())
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), min(screen + _NICE, 19))


class ModelJob:
    """One drafting or redrawing: `run` it in a worker thread, `stop` it from any."""

    class Preparing(Message):
        """The model is being checked or loaded."""

        def __init__(self, note: str) -> None:
            super().__init__()
            self.note = note

    class Happened(Message):
        """Some of what was told, each event with its time."""

        def __init__(self, events: list[tuple[float, Event]]) -> None:
            super().__init__()
            self.events = events

    class Ended(Message):
        """Finished, stopped by the user, or failed."""

        def __init__(self, error: Exception | None, *, stopped: bool) -> None:
            super().__init__()
            self.error, self.stopped = error, stopped

    def __init__(
        self,
        session: "ModelSession",
        choice: str,
        begin: "Begin",
        post: Callable[[Message], object],
    ) -> None:
        """`choice`: the model's name; `post`: how a screen is told."""
        self._session, self._choice, self._begin, self._post = session, choice, begin, post
        self._stop = threading.Event()

    def run(self) -> None:
        """Do it; the last message is `Ended`, whatever happens."""
        _stand_back()
        error: Exception | None = None
        try:
            model, identity = self._session.use(self._choice, self._prepared)
            with closing(self._begin(model, identity)) as events:
                self._pass_on(events)
        except Exception as raised:
            error = raised
        stopped = self._stop.is_set() or isinstance(error, Cancelled)
        self._post(self.Ended(error, stopped=stopped))

    def stop(self) -> None:
        """Stop at once, also while the model is loaded or a prompt is read."""
        self._stop.set()
        self._session.cancel()

    def _prepared(self, _done: int, _total: int, note: str, /) -> None:
        if self._stop.is_set():
            raise Cancelled("已停下。")
        self._post(self.Preparing(note or "正在准备模型……"))

    def _pass_on(self, events: Iterable[Event]) -> None:
        batch: list[tuple[float, Event]] = []
        told = time.monotonic()
        for event in events:
            now = time.monotonic()
            batch.append((now, event))
            if now - told >= _BATCH or not isinstance(event, TextArrived):
                self._post(self.Happened(batch))
                batch, told = [], now
            if self._stop.is_set():
                break
        self._post(self.Happened(batch))
