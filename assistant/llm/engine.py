"""llama.cpp in this process: many requests at once, written side by side in one running batch.

A prompt is a head, shared by many prompts, and a tail. A head is read once and then shared by
copying its sequence, restored from the prefix store where it was read in an earlier run. The
candidates of all requests under way are decoded together, one token each in every step; as soon
as some have come to their end the next request joins. A thread of the engine's own does the
work; any number of threads may ask.
"""

import ctypes
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

from assistant.errors import Cancelled, ModelError
from assistant.llm.candidate import Candidate
from assistant.llm.cells import BLOCK, MOST_ROWS, Cells, Family, Tokens
from assistant.llm.native import load_library, load_model
from assistant.llm.prefix_store import PrefixStore
from assistant.llm.request import Completion, Request, Usage
from assistant.llm.ticket import Listener, Ticket
from assistant.llm.vocabulary import Vocabulary, read_metadata, read_vocabulary


class _Work:
    """A request that has its prompt read and is being written."""

    def __init__(
        self, ticket: Ticket, family: Family, candidates: list[Candidate], start: float
    ) -> None:
        self.ticket = ticket
        self.family = family
        self.candidates = candidates
        self.active: list[Candidate] = []
        """Those not at their end, in the order of the family's members."""
        self.start = start
        self.reused = 0


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
    ) -> None:
        """`context`: tokens held at once; `rows`: candidates decoded side by side at most."""
        self._lib: ModuleType = load_library()
        self._model = load_model(file)
        self._prefixes = prefixes
        self._identity = (model_hash, version("llama-cpp-python"))
        self._rows = min(rows, MOST_ROWS)
        self._cells = Cells(self._lib, self._model, size=context, threads=threads)
        self._vocab = self._lib.llama_model_get_vocab(self._model)
        self.vocabulary: Vocabulary = read_vocabulary(self._lib, self._model)
        self.chat_template = read_metadata(self._lib, self._model, "tokenizer.chat_template")
        self._queue: deque[Ticket] = deque()
        self._running: list[_Work] = []
        self._heads: dict[Tokens, int] = {}
        """Sequences of the heads that are in the cells."""
        self._reading: Ticket | None = None
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
    ) -> Ticket:
        """Put a request in the queue; `listener` and `ended` are called from another thread."""
        ticket = Ticket(request, listener, ended=ended, changed=self._consider_abort)
        if too_large := self._too_large(request):
            ticket.settle(too_large)
            return ticket
        with self._changed:
            self._queue.append(ticket)
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
            for ticket in [*self._queue, *(work.ticket for work in self._running)]:
                ticket.cancelled = True
            if self._reading:
                self._reading.cancelled = True
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
                cells.step(rows, exact=False)
                done, passed = done + 1, time.perf_counter() - start
            self._forget()
        return sequences * done / passed

    def read_rate(self, tokens: int = 256) -> float:
        """Tokens per second of reading a prompt."""
        with self._turn:
            self._cells.abort(stop=False)
            start = time.perf_counter()
            self._cells.read(self.tokenize("水") * tokens, 0, self._cells.begin())
            seconds = time.perf_counter() - start
            self._forget()
        return tokens / seconds

    def _too_large(self, request: Request) -> ModelError | None:
        prompt = len(request.head) + len(request.tail)
        if len(request.seeds) > self._rows:
            return ModelError(f"一次至多 {self._rows} 个候选。")
        if not request.tail or prompt + _growth(request) + 2 * BLOCK > self._cells.size:
            return ModelError(
                f"提示词有 {prompt} 个词元，超出模型上下文（{self._cells.size}）。",
                hint="请减少该条目的事实，或减少候选数。",
            )
        return None

    def _consider_abort(self) -> None:
        """Break off what is computed if nobody wants it any more."""
        with self._changed:
            wanted = [self._reading] if self._reading else [w.ticket for w in self._running]
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
        try:
            while self._queue or self._running:
                self._drop_cancelled()
                self._admit()
                if self._running:
                    self._step()
        except Exception as error:
            # llama.cpp or memory failed in the middle of a step: no text under way is whole.
            for work in self._running:
                work.ticket.settle(error)
            self._retire(self._running)
        finally:
            self._forget()

    def _forget(self) -> None:
        self._cells.clear()
        self._heads.clear()

    def _drop_cancelled(self) -> None:
        with self._changed:
            gone = [work for work in self._running if work.ticket.cancelled]
            for ticket in [t for t in self._queue if t.cancelled]:
                self._queue.remove(ticket)
                ticket.settle(Cancelled("已取消。"))
        for work in gone:
            work.ticket.settle(Cancelled("已取消。"))
        self._retire(gone)

    def _retire(self, gone: Sequence[_Work]) -> None:
        for work in list(gone):
            for candidate in work.candidates:
                candidate.free()
            with self._changed:
                self._running.remove(work)
        self._consider_abort()

    def _admit(self) -> None:
        """Let requests join as long as rows and cells are free."""
        while self._queue:
            request = self._queue[0].request
            rows = sum(len(work.active) for work in self._running)
            if rows and rows + len(request.seeds) > self._rows:
                return
            if not self._make_room(request):
                return
            with self._changed:
                ticket = self._reading = self._queue.popleft()
            self._consider_abort()
            try:
                self._begin(ticket)
            except Exception as error:
                ticket.settle(error)
            finally:
                with self._changed:
                    self._reading = None
                self._consider_abort()

    def _make_room(self, request: Request) -> bool:
        """Whether a request fits, if need be after what is done has been cleared away."""
        promised = sum(
            len(work.active) * (work.ticket.request.max_tokens - work.family.grown)
            for work in self._running
        )
        head = 0 if tuple(request.head) in self._heads else len(request.head)
        needed = promised + head + len(request.tail) + _growth(request) + 2 * BLOCK
        sequences = len(request.seeds) + 2
        cells = self._cells
        if cells.used + needed <= cells.size and sequences <= cells.sequences_left:
            return True
        families = [work.family for work in self._running]
        heads = {tuple(request.head), *(family.head for family in families)}
        held = sum(len(head) + BLOCK for head in heads) + sum(
            family.tokens - len(family.head) + len(family.members) * family.grown
            for family in families
        )
        if held + needed - head > cells.size:
            return False
        self._heads = cells.compact(work.family for work in self._running)
        return True

    def _begin(self, ticket: Ticket) -> None:
        """Read a prompt and draw the first token of each candidate."""
        request, cells = ticket.request, self._cells
        start = time.perf_counter()
        head = tuple(request.head)
        sequence, reused = self._head(head)
        base = cells.fork(sequence)
        cells.align()
        cells.read(request.tail, len(request.head), base)
        family = Family(head, sequence, base, len(request.tail))
        candidates = [
            Candidate(self._lib, self.vocabulary, request, seed=seed) for seed in request.seeds
        ]
        work = _Work(ticket, family, candidates, start)
        work.reused = reused
        logits = cells.logits(-1).copy()
        with self._changed:
            self._running.append(work)
        for index, candidate in enumerate(candidates):
            cells.logits(-1)[:] = logits
            self._draw(work, index, candidate, -1)
            if not candidate.finished:
                work.active.append(candidate)
                family.members.append(cells.fork(base))
        self._conclude(work)

    def _head(self, name: Tokens) -> tuple[int, int]:
        """The sequence of a head, and how many of its tokens need not be read."""
        cells = self._cells
        if name in self._heads:
            return self._heads[name], len(name)
        sequence = cells.begin()
        reused = 0
        if name:
            cells.align()
            key = self._prefixes.key(*self._identity, name)
            state = self._prefixes.get(key)
            if state is not None and cells.restore(state, len(name), sequence):
                reused = len(name)
            else:
                cells.read(name, 0, sequence)
                self._prefixes.put(key, cells.save(sequence))
        self._heads[name] = sequence
        return sequence, reused

    def _step(self) -> None:
        """One more token for every candidate under way."""
        rows = [
            (candidate.token, work.family.tokens + work.family.grown, sequence)
            for work in self._running
            for candidate, sequence in zip(work.active, work.family.members, strict=True)
        ]
        exact = any(work.ticket.request.exact for work in self._running)
        try:
            self._cells.step(rows, exact=exact)
        except Cancelled:
            return  # all were cancelled, and are dropped before the next step
        row = 0
        for work in list(self._running):
            work.family.grown += 1
            going = []
            for candidate, sequence in zip(work.active, work.family.members, strict=True):
                self._draw(work, work.candidates.index(candidate), candidate, row)
                row += 1
                if not candidate.finished:
                    going.append((candidate, sequence))
            if len(going) < len(work.active) and self._served(work):
                for candidate, _ in going:
                    candidate.stop()
                going = []
            work.active = [candidate for candidate, _ in going]
            work.family.members = [sequence for _, sequence in going]
            self._conclude(work)

    def _served(self, work: _Work) -> bool:
        """Whether the candidates at their end are all that is needed."""
        ticket = work.ticket
        if not ticket.request.enough:
            return False
        done = [candidate.completion for candidate in work.candidates if candidate.finished]
        try:
            return ticket.request.enough(done)
        except Exception as error:  # the asker's own
            ticket.settle(error)
            ticket.cancelled = True
            return False

    def _draw(self, work: _Work, index: int, candidate: Candidate, row: int) -> None:
        ticket = work.ticket

        def tell(text: str) -> None:
            if not ticket.cancelled:
                ticket.listener(index, text)

        try:
            candidate.draw(self._cells, row, tell)
        except Exception as error:  # the listener's own
            ticket.settle(error)
            ticket.cancelled = True

    def _conclude(self, work: _Work) -> None:
        """Give the answer once all candidates are at their end."""
        if work.active or work.ticket.cancelled:
            return
        completions = [candidate.completion for candidate in work.candidates]
        work.ticket.settle(
            (
                completions,
                Usage(
                    prompt_read=work.family.tokens - work.reused,
                    prompt_reused=work.reused,
                    decoded=sum(completion.tokens for completion in completions),
                    seconds=time.perf_counter() - work.start,
                ),
            )
        )
        self._retire([work])


def _growth(request: Request) -> int:
    return len(request.seeds) * request.max_tokens
