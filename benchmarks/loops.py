"""Decoding with all rows in use: llama.cpp in a bare loop, and the engine's steps."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from measured import Run, System, Work

from assistant.drafting.prompts import SlotPrompts
from assistant.examples.store import shipped_examples
from assistant.kinds import get_kind
from assistant.llm.chat_model import LocalChatModel
from assistant.llm.engine import Engine
from assistant.llm.guard import Logits
from assistant.llm.prefix_store import PrefixStore
from assistant.llm.request import Constraint, Length, Request
from assistant.planner import make_plan
from assistant.spec_file import read_spec

_ENDLESS = Length(least=100_000)


@contextmanager
def open_loop(name: str, work: Work) -> Iterator[System]:
    """As "bare 16", "tiled 16" (on weights as the engine loads them) or "steps 16"."""
    loop, rows = name.split()
    engine = Engine(
        work.file,
        model_hash="benchmark",
        context=work.context,
        threads=work.threads,
        rows=int(rows),
        prefixes=PrefixStore(None),
        repacked=loop == "bare",
    )
    try:
        request = _request(LocalChatModel(engine, name_of_model="benchmark"), work, int(rows))
        yield (Steps if loop == "steps" else Bare)(engine, request)
    finally:
        engine.close()


def _request(model: LocalChatModel, work: Work, rows: int) -> Request:
    """What drafting asks for the first problem of a document, but as many candidates as rows."""
    spec = read_spec(work.spec)
    kind = get_kind(spec.kind)
    plan = make_plan(spec, kind)
    prompts = SlotPrompts(
        spec, kind, plan, examples=shipped_examples(), count_tokens=model.count_tokens
    )
    slot = next(slot for slot in plan.slots() if slot.role == "problem" and slot.drawn)
    return model._request(
        prompts.messages(slot, slot.stated),
        list(range(rows)),
        figures=[],
        avoid=prompts.avoid(slot),
        lexicon=prompts.head(slot.role).lexicon,
        own=(slot.stated,),
        length=_ENDLESS,
        same_question=True,
        exact="many",
    )


class Bare:
    """llama.cpp alone: a sequence in each row, behind the prompt."""

    def __init__(self, engine: Engine, request: Request) -> None:
        self._cells = engine._cells
        self._rows = len(request.seeds)
        self._prompt = [*request.head, *request.tail]
        base = self._cells.begin()
        self._cells.read(self._prompt, 0, base)
        self._state = self._cells.save(base)

    def run(self, work: Work) -> Run:
        """Decode, and nothing else."""
        cells, behind = self._cells, len(self._prompt)
        cells.clear()
        base = cells.begin()
        cells.restore(self._state, behind, base)
        members = [cells.fork(base) for _ in range(self._rows)]
        start = time.perf_counter()
        for step in range(work.steps):
            token = self._prompt[step % behind]
            cells.step([(token, behind + step, member) for member in members], exact=None)
        return Run(time.perf_counter() - start, self._rows * work.steps)


class Steps:
    """The engine: guard, sampling, scheduling; counted from the first step."""

    def __init__(self, engine: Engine, request: Request) -> None:
        self._engine = engine
        make = request.constraint
        assert make
        self._request = replace(request, constraint=lambda: _Timed(make(), self._timed))
        self._spent = {"computing": 0.0, "guard": 0.0, "sampling": 0.0}
        self._began = 0.0
        cells = engine._cells
        compute, sample = cells.step, cells.sample

        def step(*arguments: Any, **options: Any) -> None:
            self._began = self._began or time.perf_counter()
            self._timed("computing", compute, *arguments, **options)

        def draw(sampler: object, row: int) -> int:
            return int(self._timed("sampling", sample, sampler, row))

        cells.step = step  # type: ignore[method-assign]
        cells.sample = draw  # type: ignore[method-assign]

    def run(self, work: Work) -> Run:
        """A candidate in each row."""
        self._spent = dict.fromkeys(self._spent, 0.0)
        self._began = 0.0
        # The first token of each is drawn from the logits of the prompt, before any step.
        _, usage = self._engine.run(replace(self._request, max_tokens=work.steps + 1))
        seconds = time.perf_counter() - self._began
        shares = {name: spent / seconds for name, spent in self._spent.items()}
        shares["rest"] = 1 - sum(shares.values())
        return Run(seconds, usage.decoded - len(self._request.seeds), shares=shares)

    def _timed(self, name: str, function: Callable[..., Any], *arguments: Any, **more: Any) -> Any:
        start = time.perf_counter()
        try:
            return function(*arguments, **more)
        finally:
            if self._began:
                self._spent[name] += time.perf_counter() - start


class _Timed:
    """A constraint whose time is counted."""

    def __init__(self, constraint: Constraint, timed: Callable[..., Any]) -> None:
        self._constraint = constraint
        self._timed = timed

    def apply(self, logits: Logits) -> None:
        """Edit the logits."""
        self._timed("guard", self._constraint.apply, logits)

    def advance(self, token: int) -> None:
        """Take note of a token."""
        self._timed("guard", self._constraint.advance, token)
