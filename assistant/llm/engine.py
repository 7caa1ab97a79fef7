"""llama.cpp in this process: many requests at once, written side by side in one running batch.

The candidates of all requests under way are decoded together; as soon as some have come to their
end the next request joins. A thread of the engine's own does the work; any number of threads may
ask.
"""

import bisect
import ctypes
import math
import threading
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

from assistant.errors import Cancelled, ModelError
from assistant.llm.batch import Batch, growth
from assistant.llm.cells import BLOCK, MOST_ROWS, Cells
from assistant.llm.native import has_tiles, kernels, load_library, load_model
from assistant.llm.prefix_store import PrefixStore
from assistant.llm.request import FEW, Completion, Request, Usage
from assistant.llm.ticket import Listener, Ticket
from assistant.llm.vocabulary import Vocabulary, read_metadata, read_vocabulary


class Engine:
    """A loaded model."""

    def __init__(
        self,
        file: Path,
        *,
        model_hash: str,
        context: int,
        threads: int,
        prefixes: PrefixStore,
        rows: int = 16,
        repacked: bool = False,
    ) -> None:
        """`context`: tokens held at once; `rows`: candidates decoded side by side at most;
        `repacked`: see `load_model`.
        """
        self._lib: ModuleType = load_library()
        self._model = load_model(file, repacked=repacked)
        self._rows = min(rows, MOST_ROWS)
        self._cells = Cells(
            self._lib,
            self._model,
            size=context,
            threads=threads,
            repacked=repacked or not has_tiles(self._model),
        )
        self._vocab = self._lib.llama_model_get_vocab(self._model)
        self.vocabulary: Vocabulary = read_vocabulary(self._lib, self._model)
        self.chat_template = read_metadata(self._lib, self._model, "tokenizer.chat_template")
        self._batch = Batch(
            self._lib,
            self._cells,
            self.vocabulary,
            rows=self._rows,
            prefixes=prefixes,
            identity=(model_hash, version("llama-cpp-python"), kernels()),
        )
        self._queue: list[Ticket] = []
        self._reading: list[Ticket] = []
        self._closed = False
        self._changed = threading.Condition()
        self._turn = threading.Lock()
        self._thread = threading.Thread(target=self._serve, name="llama.cpp", daemon=True)
        self._thread.start()

    @property
    def rows(self) -> int:
        """Candidates decoded side by side at most."""
        return self._rows

    @property
    def context(self) -> int:
        """Tokens held at once."""
        return self._cells.size

    @property
    def cell_bytes(self) -> int:
        """Memory of one token held: a key and a value of two bytes a number in each layer."""
        lib, model = self._lib, self._model
        head = lib.llama_model_n_embd(model) // lib.llama_model_n_head(model)
        return int(2 * 2 * lib.llama_model_n_layer(model) * lib.llama_model_n_head_kv(model) * head)

    def submit(
        self,
        request: Request,
        listener: Listener = lambda *_: None,
        ended: Callable[[], None] = lambda: None,
        *,
        place: int = 0,
    ) -> Ticket:
        """Put a request in the queue, behind those that have the same `place` or a lower one;
        `listener` and `ended` are called from another thread."""
        ticket = Ticket(request, listener, place=place, ended=ended, changed=self._consider_abort)
        if too_large := self._too_large(request):
            ticket.settle(too_large)
            return ticket
        with self._changed:
            bisect.insort(self._queue, ticket, key=lambda waiting: waiting.place)
            self._changed.notify()
        return ticket

    def run(
        self, request: Request, listener: Listener = lambda *_: None
    ) -> tuple[list[Completion], Usage]:
        """Write the candidates of a request and wait for them."""
        return self.submit(request, listener).result()

    def cancel(self) -> None:
        """Stop all requests at once, also while a prompt is read."""
        with self._changed:
            for ticket in [*self._queue, *self._reading, *self._batch.tickets]:
                ticket.cancelled = True
        self._consider_abort()

    def close(self) -> None:
        """Cancel everything and free the model."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self.cancel()
        self._thread.join()
        if self._model:
            self._cells.close()
            self._lib.llama_model_free(self._model)
            self._model = None

    def tokenize(self, text: str, *, control: bool = False) -> list[int]:
        """Token ids; only with `control` does `<|im_start|>` become a control token."""
        raw = text.encode()
        size = len(raw) + 8
        tokens = (ctypes.c_int32 * size)()
        count = self._lib.llama_tokenize(self._vocab, raw, len(raw), tokens, size, False, control)
        return list(tokens[:count])

    def decode_rate(
        self, sequences: int = 1, *, steps: int = 64, seconds: float = math.inf
    ) -> float:
        """Tokens per second of a bare batch loop, the bound to compare with.

        No guard, no sampling, no scheduling; waits until no request is under way. It ends with
        the step in which `seconds` have passed.
        """
        cells = self._cells
        tokens = self.tokenize("全市农村供水保障情况如下：")
        with self._turn:
            cells.abort(stop=False)
            base = cells.begin()
            cells.read(tokens, 0, base)
            members = [cells.fork(base) for _ in range(sequences)]
            start, done, passed = time.perf_counter(), 0, 0.0
            while done < steps and passed < seconds:
                token = tokens[done % len(tokens)]
                rows = [(token, len(tokens) + done, member) for member in members]
                cells.step(rows, exact=None)
                done, passed = done + 1, time.perf_counter() - start
            self._batch.clear()
        return sequences * done / passed

    def read_rate(self, tokens: int = 256) -> float:
        """Tokens per second of reading a prompt."""
        with self._turn:
            self._cells.abort(stop=False)
            start = time.perf_counter()
            self._cells.read(self.tokenize("水") * tokens, 0, self._cells.begin())
            seconds = time.perf_counter() - start
            self._batch.clear()
        return tokens / seconds

    def _too_large(self, request: Request) -> ModelError | None:
        prompt = len(request.head) + len(request.tail)
        most = FEW if request.exact == "few" else self._rows
        if len(request.seeds) > most:
            return ModelError(f"一次至多 {most} 个候选。")
        if not request.tail or prompt + growth(request) + 2 * BLOCK > self._cells.size:
            return ModelError(
                f"提示词有 {prompt} 个词元，超出模型上下文（{self._cells.size}）。",
                hint="请减少该条目的事实，或减少候选数。",
            )
        return None

    def _consider_abort(self) -> None:
        """Break off what is computed if nobody wants it any more."""
        with self._changed:
            wanted = self._reading or self._batch.tickets
            self._cells.abort(stop=bool(wanted) and all(t.cancelled for t in wanted))

    def _serve(self) -> None:
        while True:
            with self._changed:
                while not self._queue and not self._closed:
                    self._changed.wait()
                if self._closed:
                    for ticket in self._queue:
                        ticket.settle(Cancelled("已取消。"))
                    return
            with self._turn:
                self._work_off()

    def _work_off(self) -> None:
        """Until nothing is left to do."""
        batch = self._batch
        try:
            while self._queue or batch.tickets:
                self._drop_cancelled()
                self._admit()
                if batch.tickets:
                    batch.step()
                self._consider_abort()
        except Exception as error:
            # llama.cpp or memory failed in the middle of a step: no text under way is whole.
            batch.fail(error)
        finally:
            batch.clear()

    def _drop_cancelled(self) -> None:
        with self._changed:
            for ticket in [t for t in self._queue if t.cancelled]:
                self._queue.remove(ticket)
                ticket.settle(Cancelled("已取消。"))
        self._batch.drop_cancelled()
        self._consider_abort()

    def _admit(self) -> None:
        """Let requests join as long as rows and cells are free for one that waits."""
        while fitting := self._batch.fitting([*self._queue]):
            with self._changed:
                for ticket in fitting:
                    self._queue.remove(ticket)
                self._reading = fitting
                waiting = [*self._queue]
            self._consider_abort()
            try:
                self._batch.begin(fitting, waiting)
            except Exception as error:
                for ticket in fitting:
                    ticket.settle(error)
                    ticket.cancelled = True
            finally:
                with self._changed:
                    self._reading = []
                self._consider_abort()
