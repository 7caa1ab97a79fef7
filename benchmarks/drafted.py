"""Drafting a document as the product does, and what it asks of the model on the way."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage
from measured import Ask, Message, Run, Work
from pydantic import PrivateAttr

from assistant.drafting.events import DraftDone, TextArrived
from assistant.drafting.generate import generate
from assistant.drafting.record import ModelIdentity, RunSettings
from assistant.examples.store import shipped_examples
from assistant.llm.chat_model import LocalChatModel
from assistant.llm.engine import Engine
from assistant.llm.prefix_store import PrefixStore
from assistant.spec_file import read_spec

_ROLES = {"system": "system", "human": "user", "ai": "assistant"}


class Drafting:
    """Whole documents, one after the other, each from scratch; prompt heads are kept."""

    def __init__(self, model: LocalChatModel, folder: Path) -> None:
        self._model = model
        self._folder = folder
        self._runs = 0

    def run(self, work: Work) -> Run:
        """Draft the document."""
        self._runs += 1
        start = time.perf_counter()
        first = 0.0
        events = generate(
            read_spec(work.spec),
            model=self._model,
            identity=ModelIdentity(name="benchmark", sha256="benchmark"),
            folder=self._folder / str(self._runs),
            examples=shipped_examples(),
            settings=RunSettings(candidates=work.candidates),
        )
        for event in events:
            if isinstance(event, TextArrived):
                first = first or time.perf_counter() - start
            if isinstance(event, DraftDone):
                totals = event.record.totals
        return Run(
            time.perf_counter() - start, totals.tokens_decoded, totals.prompt_tokens_read, first
        )


@contextmanager
def drafting(work: Work, drafts: Path | None) -> Iterator[Drafting]:
    """The product, its model loaded; what it writes is kept in a folder of `drafts`, if any."""
    with loaded(work) as (engine, folder):
        if drafts:
            folder = drafts / f"{work.spec.stem}-{work.candidates}"
        yield Drafting(LocalChatModel(engine, name_of_model="benchmark"), folder)


def asked(work: Work) -> tuple[Ask, ...]:
    """What drafting asks the model for, those first that have a head in common.

    A prompt's beginning of an answer stands at the end of its question, since not every program
    can go on from there; each candidate is to get as many tokens as drafting drew for it.
    """
    with loaded(work) as (engine, folder):
        model = _Recorded(engine, name_of_model="benchmark")
        Drafting(model, folder).run(work)
    return tuple(sorted(model.asks, key=lambda ask: [m["content"] for m in ask.prompt]))


class _Recorded(LocalChatModel):
    """Remembers what it was asked."""

    _asks: list[Ask] = PrivateAttr(default_factory=list)

    def __init__(self, engine: Engine, **data: Any) -> None:
        super().__init__(engine, **data)

    @property
    def asks(self) -> list[Ask]:
        """So far."""
        return self._asks

    def batch(self, inputs: list[Any], *arguments: Any, **keywords: Any) -> list[AIMessage]:
        """Answer, and remember."""
        openings = list(keywords["openings"])
        answers = super().batch(inputs, *arguments, **keywords)
        *messages, begun = inputs[0]
        last = _told(messages[-1])
        last["content"] += f"\n{begun.text}{openings[0]}"
        drawn = tuple(a.usage_metadata["output_tokens"] for a in answers if a.usage_metadata)
        self._asks.append(Ask((*map(_told, messages[:-1]), last), drawn))
        return answers


def _told(message: BaseMessage) -> Message:
    return {"role": _ROLES[message.type], "content": str(message.text)}


@contextmanager
def loaded(work: Work) -> Iterator[tuple[Engine, Path]]:
    """The engine as the work wants it, and a folder that lasts as long."""
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(
            work.file,
            model_hash="benchmark",
            context=work.context,
            threads=work.threads,
            rows=work.rows,
            prefixes=PrefixStore(Path(folder) / "prefixes"),
        )
        try:
            yield engine, Path(folder)
        finally:
            engine.close()
