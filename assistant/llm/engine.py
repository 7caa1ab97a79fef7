"""llama.cpp in this process: one context that reads a prompt once and writes several candidates.

A prompt is a head, shared by many prompts, and a tail. The head's state is restored from the
prefix store or read once; the tail is always read from the head's end on, so that the outcome
does not depend on what was read before.
"""

import codecs
import ctypes
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

import numpy as np

from assistant.errors import Cancelled, ModelError
from assistant.llm.guard import Logits
from assistant.llm.native import load_library, load_model
from assistant.llm.prefix_store import PrefixStore
from assistant.llm.vocabulary import Vocabulary, read_metadata, read_vocabulary

BATCH = 512
"""Tokens that llama.cpp reads at a time."""
MOST_CANDIDATES = 8
_ABORTED = 2


class Constraint(Protocol):
    """Steers one candidate at the logits."""

    def apply(self, logits: Logits) -> None:
        """Edit the logits of the next token in place."""

    def advance(self, token: int) -> None:
        """Take note of the token drawn."""


@dataclass(frozen=True)
class Sampling:
    """How the next token is drawn."""

    temperature: float = 0.7
    top_k: int = 40
    top_p: float = 0.9
    repeat_penalty: float = 1.05


@dataclass(frozen=True)
class Length:
    """Characters of a candidate: not to end before, to end at a sentence's end after."""

    least: int = 0
    enough: int = 100_000
    sentence_ends: str = "。！？"


@dataclass(frozen=True)
class Request:
    """One prompt and the candidates wanted for it, one per seed."""

    head: Sequence[int]
    tail: Sequence[int]
    seeds: Sequence[int]
    max_tokens: int = 512
    sampling: Sampling = Sampling()
    length: Length = Length()
    constraint: Callable[[], Constraint] | None = None
    stop: Sequence[str] = ()


@dataclass
class Completion:
    """One candidate as it grew."""

    text: str = ""
    tokens: int = 0
    finish: str = ""
    """"stop" (its own end), "length" (tokens ran out)."""


@dataclass(frozen=True)
class Usage:
    """What a request cost."""

    prompt_read: int
    prompt_reused: int
    decoded: int
    read_seconds: float
    decode_seconds: float


@dataclass
class _Candidate:
    seq: int
    sampler: Any
    constraint: Constraint | None
    completion: Completion = field(default_factory=Completion)
    decoder: codecs.IncrementalDecoder = field(
        default_factory=lambda: codecs.getincrementaldecoder("utf-8")("replace")
    )
    token: int = 0


class Engine:
    """A loaded model. One request at a time; others wait."""

    def __init__(
        self, file: Path, *, model_hash: str, context: int, threads: int, prefixes: PrefixStore
    ) -> None:
        self._lib: ModuleType = load_library()
        self._model = load_model(file)
        self._context_size = context
        self._prefixes = prefixes
        self._identity = (model_hash, version("llama-cpp-python"), context)
        self._lock = threading.Lock()
        self._cancelled = threading.Event()
        self._ctx = self._new_context(context, threads)
        self._memory = self._lib.llama_get_memory(self._ctx)
        self._batch = self._lib.llama_batch_init(BATCH, 0, 1)
        self._vocab = self._lib.llama_model_get_vocab(self._model)
        self.vocabulary: Vocabulary = read_vocabulary(self._lib, self._model)
        self.chat_template = read_metadata(self._lib, self._model, "tokenizer.chat_template")

    def _new_context(self, context: int, threads: int) -> Any:
        params = self._lib.llama_context_default_params()
        params.n_ctx = context
        params.n_batch = params.n_ubatch = BATCH
        params.n_seq_max = MOST_CANDIDATES + 1
        params.n_threads = params.n_threads_batch = threads
        params.kv_unified = True
        ctx = self._lib.llama_init_from_model(self._model, params)
        if not ctx:
            raise ModelError("内存不足，无法为模型建立上下文。", hint="请关闭其他程序后重试。")
        # llama.cpp keeps the bare pointer, so the callback object must live as long as we do.
        self._abort = self._lib.ggml_abort_callback(lambda _: self._cancelled.is_set())
        self._lib.llama_set_abort_callback(ctx, self._abort, None)
        return ctx

    def cancel(self) -> None:
        """Stop the request under way at once, also while it reads its prompt."""
        self._cancelled.set()

    def close(self) -> None:
        """Free the model."""
        with self._lock:
            if self._ctx:
                self._lib.llama_batch_free(self._batch)
                self._lib.llama_free(self._ctx)
                self._lib.llama_model_free(self._model)
                self._ctx = None

    def tokenize(self, text: str, *, control: bool = False) -> list[int]:
        """Token ids; only with `control` does `<|im_start|>` become a control token."""
        raw = text.encode()
        size = len(raw) + 8
        tokens = (ctypes.c_int32 * size)()
        count = self._lib.llama_tokenize(self._vocab, raw, len(raw), tokens, size, False, control)
        return list(tokens[:count])

    def run(
        self, request: Request, on_text: Callable[[int, str], None] = lambda *_: None
    ) -> tuple[list[Completion], Usage]:
        """Write the candidates of a request; `on_text` gets each piece with its candidate.

        Raises:
            Cancelled: after `cancel`.
            ModelError: the prompt is longer than the context, or llama.cpp failed.
        """
        with self._lock:
            self._cancelled.clear()
            self._check_size(request)
            start = time.perf_counter()
            reused = self._restore(request.head)
            self._feed(request.tail, len(request.head))
            between = time.perf_counter()
            completions = self._decode(request, on_text)
            end = time.perf_counter()
        return completions, Usage(
            prompt_read=len(request.head) + len(request.tail) - reused,
            prompt_reused=reused,
            decoded=sum(c.tokens for c in completions),
            read_seconds=between - start,
            decode_seconds=end - between,
        )

    def raw_decode_rate(self, tokens: int = 128) -> float:
        """Tokens per second of bare single-sequence decoding, the bound to compare with."""
        lib = self._lib
        with self._lock:
            self._cancelled.clear()
            lib.llama_memory_clear(self._memory, True)
            prompt = self.tokenize("全市农村供水保障情况如下：")
            self._feed(prompt, 0)
            sampler = lib.llama_sampler_init_greedy()
            start = time.perf_counter()
            for position in range(len(prompt), len(prompt) + tokens):
                token = lib.llama_sampler_sample(sampler, self._ctx, -1)
                self._feed([token], position)
            seconds = time.perf_counter() - start
            lib.llama_sampler_free(sampler)
        return tokens / seconds

    def _check_size(self, request: Request) -> None:
        prompt = len(request.head) + len(request.tail)
        if len(request.seeds) > MOST_CANDIDATES:
            raise ModelError(f"一次至多 {MOST_CANDIDATES} 个候选。")
        if (
            not request.tail
            or prompt + request.max_tokens * len(request.seeds) > self._context_size
        ):
            raise ModelError(
                f"提示词有 {prompt} 个词元，超出模型上下文（{self._context_size}）。",
                hint="请减少该条目的事实，或减少候选数。",
            )

    def _restore(self, head: Sequence[int]) -> int:
        """Bring the head into sequence 0; the number of its tokens that need not be read."""
        lib = self._lib
        lib.llama_memory_clear(self._memory, False)
        if not head:
            return 0
        key = self._prefixes.key(*self._identity, tuple(head))
        state = self._prefixes.get(key)
        if state is not None:
            buffer = (ctypes.c_uint8 * len(state)).from_buffer_copy(state)
            if lib.llama_state_seq_set_data(self._ctx, buffer, len(state), 0):
                return len(head)
            lib.llama_memory_clear(self._memory, False)
        self._feed(head, 0)
        size = lib.llama_state_seq_get_size(self._ctx, 0)
        buffer = (ctypes.c_uint8 * size)()
        written = lib.llama_state_seq_get_data(self._ctx, buffer, size, 0)
        self._prefixes.put(key, bytes(buffer[:written]))
        return 0

    def _feed(self, tokens: Sequence[int], position: int) -> None:
        """Read tokens into sequence 0 and keep the logits of the last."""
        for first in range(0, len(tokens), BATCH):
            chunk = tokens[first : first + BATCH]
            self._fill([(t, position + first + i, 0) for i, t in enumerate(chunk)], last_only=True)
            self._submit()

    def _fill(self, entries: list[tuple[int, int, int]], *, last_only: bool) -> None:
        batch = self._batch
        batch.n_tokens = len(entries)
        for i, (token, position, seq) in enumerate(entries):
            batch.token[i] = token
            batch.pos[i] = position
            batch.n_seq_id[i] = 1
            batch.seq_id[i][0] = seq
            batch.logits[i] = not last_only or i == len(entries) - 1

    def _submit(self) -> None:
        status = self._lib.llama_decode(self._ctx, self._batch)
        if status == _ABORTED or self._cancelled.is_set():
            raise Cancelled("已取消。")
        if status:
            raise ModelError(
                f"模型运算失败（llama.cpp 返回 {status}）。", hint="请重试；详情见日志文件。"
            )

    def _decode(self, request: Request, on_text: Callable[[int, str], None]) -> list[Completion]:
        lib = self._lib
        candidates = [self._candidate(i, seed, request) for i, seed in enumerate(request.seeds)]
        position = len(request.head) + len(request.tail)
        base = self._logits(-1).copy()
        rows = [-1] * len(candidates)
        active = candidates
        try:
            for candidate in candidates:
                lib.llama_memory_seq_cp(self._memory, 0, candidate.seq, -1, -1)
            while active:
                for row, candidate in zip(rows, active, strict=True):
                    if row == -1:
                        self._logits(-1)[:] = base
                    self._draw(candidate, row, request)
                    self._emit(candidate, request, on_text)
                active = [c for c in active if not c.completion.finish]
                if active:
                    self._fill([(c.token, position, c.seq) for c in active], last_only=False)
                    self._submit()
                    rows = list(range(len(active)))
                    position += 1
        finally:
            for candidate in candidates:
                lib.llama_sampler_free(candidate.sampler)
        return [candidate.completion for candidate in candidates]

    def _logits(self, row: int) -> Logits:
        pointer = self._lib.llama_get_logits_ith(self._ctx, row)
        return np.ctypeslib.as_array(pointer, (len(self.vocabulary.pieces),))

    def _candidate(self, index: int, seed: int, request: Request) -> _Candidate:
        lib, sampling = self._lib, request.sampling
        chain = lib.llama_sampler_chain_init(lib.llama_sampler_chain_default_params())
        size = len(self.vocabulary.pieces)
        for sampler in (
            lib.llama_sampler_init_top_k(sampling.top_k),
            lib.llama_sampler_init_penalties(size, 96, sampling.repeat_penalty, 0.0, 0.0),
            lib.llama_sampler_init_top_p(sampling.top_p, 1),
            lib.llama_sampler_init_temp(sampling.temperature),
            lib.llama_sampler_init_dist(seed & 0xFFFFFFFF),
        ):
            lib.llama_sampler_chain_add(chain, sampler)
        return _Candidate(index + 1, chain, request.constraint and request.constraint())

    def _draw(self, candidate: _Candidate, row: int, request: Request) -> None:
        if candidate.constraint or request.length.least:
            logits = self._logits(row)
            if candidate.constraint:
                candidate.constraint.apply(logits)
            if len(candidate.completion.text) < request.length.least:
                logits[list(self.vocabulary.ends)] = -np.inf
        candidate.token = self._lib.llama_sampler_sample(candidate.sampler, self._ctx, row)
        if candidate.constraint:
            candidate.constraint.advance(candidate.token)

    def _emit(
        self, candidate: _Candidate, request: Request, on_text: Callable[[int, str], None]
    ) -> None:
        done = candidate.completion
        done.tokens += 1
        if candidate.token in self.vocabulary.ends:
            done.finish = "stop"
            return
        before = len(done.text)
        done.text += candidate.decoder.decode(self.vocabulary.pieces[candidate.token])
        for mark in request.stop:
            if mark in done.text:
                done.text, done.finish = done.text.split(mark, 1)[0], "stop"
        if len(done.text) > before:
            on_text(candidate.seq - 1, done.text[before:])
        if done.finish:
            return
        ended = done.text.endswith(tuple(request.length.sentence_ends))
        if len(done.text) >= request.length.enough and ended:
            done.finish = "stop"
        elif done.tokens >= request.max_tokens:
            done.finish = "length"
