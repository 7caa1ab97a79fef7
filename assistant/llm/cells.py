"""The memory of llama.cpp: sequences of tokens, read, copied, decoded in step.

What a sequence's next logits are depends, in their last bits, on the order in which its cells
lie and on the shape of the batch. So that a text does not depend on what is written beside it,
cells are filled in order of time and freed only all together (`compact`), and an exact step has
a number of rows for which every kernel of llama.cpp treats each row alike: many, at least eight, a
multiple of four, fewer than sixty-four; or few, two to seven (just four where weights are
repacked). A text keeps to one of them, as they differ in their last bits. What is read is filled
up to a multiple of four as well: each row beyond one would cost as much time as several.
Sixty-four tokens and more look back by blocks of as many cells, so that what is read begins with a
block (`align`), also where several prompts are read in one go.
"""

import ctypes
from collections.abc import Iterable, Sequence
from types import ModuleType
from typing import Any

import numpy as np

from assistant.errors import Cancelled, ModelError
from assistant.llm.guard import Logits
from assistant.llm.request import FEW, Exact

READ = 256
"""Tokens of a prompt that llama.cpp reads at a time."""
MOST_ROWS = 48
"""Candidates decoded side by side at most."""
MOST_STEP = 60
"""Rows of an exact step at most."""
_SEQUENCES = 256
_PADDING, _FILLER, _RESERVED = _SEQUENCES - 1, _SEQUENCES - 2, _SEQUENCES - 3
BLOCK = 64
"""Cells that the reading of a prompt adds up together."""
_LEAST_ROWS, _ROWS_OF = 8, 4
_FEW_ROWS = range(2, 8)
_NEARLY_BLOCK = 32
"""Rows that take as long as a block does, which is looked back for in a faster way."""
_ABORTED = 2
_FLASH_ATTENTION = 1

Tokens = tuple[int, ...]
Part = tuple[Sequence[int], int, int]
"""Tokens to be read, the position of the first, the sequence."""
Row = tuple[int, int, int]
"""Token, position, sequence."""


class Cells:
    """One llama.cpp context; to be used by one thread at a time, `abort` by any."""

    def __init__(
        self, lib: ModuleType, model: Any, *, size: int, threads: int, repacked: bool
    ) -> None:
        """`repacked`: how the weights lie."""
        self._lib = lib
        self.few = range(FEW, FEW + 1) if repacked else _FEW_ROWS
        """Numbers of rows that an exact step of few may have."""
        self.size = size
        self.used = 0
        self._next = 0
        self._filling = b""
        """The state of a sequence of one token."""
        self._vocabulary = lib.llama_vocab_n_tokens(lib.llama_model_get_vocab(model))
        params = lib.llama_context_default_params()
        params.n_ctx = size
        params.n_batch = params.n_ubatch = READ
        params.n_seq_max = _SEQUENCES
        params.n_threads = params.n_threads_batch = threads
        params.kv_unified = True
        params.flash_attn_type = _FLASH_ATTENTION
        self._ctx = lib.llama_init_from_model(model, params)
        if not self._ctx:
            raise ModelError("内存不足，无法为模型建立上下文。", hint="请关闭其他程序后重试。")
        self._memory = lib.llama_get_memory(self._ctx)
        self._batch = lib.llama_batch_init(READ, 0, 1)
        # llama.cpp asks at every node of its graph whether to stop. A Python callback would wait
        # each time for the interpreter's lock, which a busy screen holds; C's own strlen over a
        # flag of one byte, "" or "\1", answers without it.
        self._flag = ctypes.create_string_buffer(2)
        strlen = ctypes.cast(ctypes.CDLL(None).strlen, lib.ggml_abort_callback)
        self._keep = strlen
        lib.llama_set_abort_callback(self._ctx, strlen, ctypes.cast(self._flag, ctypes.c_void_p))

    def close(self) -> None:
        """Free the context."""
        self._lib.llama_batch_free(self._batch)
        self._lib.llama_free(self._ctx)

    def abort(self, *, stop: bool = True) -> None:
        """Stop what is being computed (it raises `Cancelled`), or allow computing again."""
        self._flag[0] = b"\1" if stop else b"\0"

    @property
    def sequences_left(self) -> int:
        """Sequences that can still be begun before `compact` or `clear`."""
        return _RESERVED - self._next

    def clear(self) -> None:
        """Forget everything."""
        self._lib.llama_memory_clear(self._memory, False)
        self.used = self._next = 0

    def begin(self) -> int:
        """A sequence without tokens."""
        self._next += 1
        return self._next - 1

    def fork(self, source: int, *, upto: int = -1, into: int | None = None) -> int:
        """A sequence that goes on from `source` (from its first `upto` tokens), sharing cells."""
        sequence = self.begin() if into is None else into
        self._lib.llama_memory_seq_cp(self._memory, source, sequence, -1, upto)
        return sequence

    def align(self) -> None:
        """Fill cells without a use up to the next block, by copying: nothing is computed."""
        self._occupy(-self.used % BLOCK, _FILLER)

    def _occupy(self, cells: int, sequence: int) -> None:
        for _ in range(cells):
            self.restore(self._filling, 1, _PADDING)
            self.fork(_PADDING, into=sequence)
        self._lib.llama_memory_seq_rm(self._memory, _PADDING, -1, -1)

    def read(self, tokens: Sequence[int], position: int, sequence: int) -> None:
        """Read tokens into a sequence from `position` on; the last one's logits are in row -1."""
        for first in range(0, len(tokens), READ):
            chunk = tokens[first : first + READ]
            rows = [(t, position + first + i, sequence) for i, t in enumerate(chunk)]
            padding = _padding(rows, least=BLOCK if len(rows) >= _NEARLY_BLOCK else _LEAST_ROWS)
            self._fill([*rows, *padding])
            self._batch.logits[len(chunk) - 1] = True
            self._compute(rows, padding)
        self._keep_filling(sequence)

    def read_together(self, parts: Sequence[Part]) -> list[int]:
        """Read parts, each from a block on, and return the rows of their last tokens' logits.

        Several are `together` (see there) and take less time than one by one.
        """
        if len(parts) < 2:
            for part in parts:
                self.align()
                self.read(*part)
            return [-1] * len(parts)
        rows: list[Row] = []
        ends: list[int] = []
        for tokens, position, sequence in parts:
            self.align()
            self._occupy(len(tokens), _RESERVED)
            rows += ((token, position + i, sequence) for i, token in enumerate(tokens))
            ends.append(len(rows) - 1)
        # llama.cpp takes the first cells that are free.
        self._lib.llama_memory_seq_rm(self._memory, _RESERVED, -1, -1)
        self.used -= len(rows)
        padding = _padding(rows, least=BLOCK)
        self._fill([*rows, *padding])
        for end in ends:
            self._batch.logits[end] = True
        self._compute(rows, padding)
        return ends

    def step(self, rows: Sequence[Row], *, exact: Exact | None) -> None:
        """Decode one token of each of several sequences; the logits are in rows 0, 1, 2 …"""
        padding: list[Row] = []
        if exact == "few":
            padding = _unused(rows, self.few.start - len(rows))
        elif exact == "many":
            padding = _padding(rows)
        self._fill([*rows, *padding])
        for i in range(len(rows) + len(padding)):
            self._batch.logits[i] = True
        self._compute(rows, padding)

    def logits(self, row: int) -> Logits:
        """The logits of a row, to be edited in place."""
        pointer = self._lib.llama_get_logits_ith(self._ctx, row)
        return np.ctypeslib.as_array(pointer, (self._vocabulary,))

    def sample(self, sampler: Any, row: int) -> int:
        """Draw a token from a row's logits."""
        return int(self._lib.llama_sampler_sample(sampler, self._ctx, row))

    def save(self, sequence: int, *, since: int = 0) -> bytes:
        """The state of a sequence; with `since` it loses the tokens before."""
        if since:
            self._lib.llama_memory_seq_rm(self._memory, sequence, 0, since)
        size = self._lib.llama_state_seq_get_size(self._ctx, sequence)
        buffer = (ctypes.c_uint8 * size)()
        written = self._lib.llama_state_seq_get_data(self._ctx, buffer, size, sequence)
        return ctypes.string_at(buffer, written)

    def restore(self, state: bytes, tokens: int, sequence: int) -> bool:
        """Bring back a state of so many tokens; False if it is none."""
        buffer = (ctypes.c_uint8 * len(state)).from_buffer_copy(state)
        if not self._lib.llama_state_seq_set_data(self._ctx, buffer, len(state), sequence):
            return False
        self.used += tokens
        self._keep_filling(sequence)
        return True

    def compact(self, families: Iterable["Family"]) -> dict[Tokens, int]:
        """Forget everything but these families and their heads, and return the heads' sequences.

        All get new sequences.
        """
        families = list(families)
        heads = {family.head: self.save(family.head_sequence) for family in families}
        saved = [
            (
                family,
                self.save(family.base, since=len(family.head)),
                [self.save(member, since=family.tokens) for member in family.members],
            )
            for family in families
        ]
        self.clear()
        sequences = {}
        for head, state in heads.items():
            self.align()  # what is read behind it later looks back by blocks
            sequences[head] = self.begin()
            if head:
                self.restore(state, len(head), sequences[head])
        for family, tail, members in saved:
            family.head_sequence = sequences[family.head]
            family.base = self._revive(
                tail, family.tokens - len(family.head), sequences[family.head]
            )
            family.members = [self._revive(m, family.grown, family.base) for m in members]
        return sequences

    def _revive(self, state: bytes, tokens: int, before: int) -> int:
        """A new sequence that goes on from `before` with a state of so many tokens."""
        sequence = self.begin()
        if tokens:
            self.restore(state, tokens, sequence)
        return self.fork(before, into=sequence)

    def _keep_filling(self, sequence: int) -> None:
        """Keep the state of a sequence's first token, if none is kept yet."""
        if not self._filling:
            self.fork(sequence, upto=1, into=_FILLER)
            self._filling = self.save(_FILLER)
            self._lib.llama_memory_seq_rm(self._memory, _FILLER, -1, -1)

    def _fill(self, rows: Sequence[Row]) -> None:
        batch = self._batch
        batch.n_tokens = len(rows)
        for i, (token, position, sequence) in enumerate(rows):
            batch.token[i] = token
            batch.pos[i] = position
            batch.n_seq_id[i] = 1
            batch.seq_id[i][0] = sequence
            batch.logits[i] = False

    def _compute(self, rows: Sequence[Row], padding: Sequence[Row]) -> None:
        status = self._lib.llama_decode(self._ctx, self._batch)
        if status == _ABORTED:
            raise Cancelled("已取消。")
        if status:
            raise ModelError(
                f"模型运算失败（llama.cpp 返回 {status}）。", hint="请重试；详情见日志文件。"
            )
        self.used += len(rows)
        if padding:
            self._lib.llama_memory_seq_rm(self._memory, _PADDING, -1, -1)


def together(parts: Sequence[Sequence[int]]) -> bool:
    """Whether such tokens are computed alike when they are read in one go: short ones are not,
    alone they look back in another way."""
    return sum(map(len, parts)) <= READ and all(len(tokens) >= _NEARLY_BLOCK for tokens in parts)


def _padding(rows: Sequence[Row], *, least: int = _LEAST_ROWS) -> list[Row]:
    """Rows without a use, for which the others are computed alike in any company."""
    wanted = max(len(rows) + -len(rows) % _ROWS_OF, least)
    return _unused(rows, wanted - len(rows))


def _unused(rows: Sequence[Row], number: int) -> list[Row]:
    return [(rows[0][0], i, _PADDING) for i in range(number)]


class Family:
    """A prompt and the sequences that go on from it, all of the same length."""

    def __init__(self, head: Tokens, head_sequence: int, base: int, tail: int) -> None:
        """`base`: the prompt's sequence; `tail`: its tokens behind the head."""
        self.head = head
        self.head_sequence = head_sequence
        self.base = base
        self.tokens = len(head) + tail
        """Tokens of the prompt."""
        self.members: list[int] = []
        self.grown = 0
        """Tokens that each member has beyond the prompt."""
