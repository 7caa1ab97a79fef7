"""Opening the model for an evaluation, with room for documents that are written side by side."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psutil

from assistant.drafting.record import ModelIdentity
from assistant.evaluation.log import Job, Settings
from assistant.evaluation.systems import SYSTEMS
from assistant.evaluation.task import Bench
from assistant.llm.calibration import calibrate, read_wanted
from assistant.llm.chat_model import LocalChatModel
from assistant.llm.engine import Engine
from assistant.llm.open import VerifiedModel, sizes_for
from assistant.llm.prefix_store import PrefixStore
from assistant.settings import prefix_folder

_MEMORY = 0.5
"""Share of the free main memory that cells may take."""
_MOST_CELLS = 65536
"""Of one context: each row looks through the cells of all documents, so every step takes longer
the more there are."""


def documents_at_once(documents: int, cells: int, *, rows: int, room: int) -> int:
    """How many documents to write side by side, one row each.

    `cells`: tokens that one of them holds; `room`: tokens that all of them may hold.
    """
    return max(1, min(documents, rows, room // cells))


@contextmanager
def open_bench(model: VerifiedModel, settings: Settings, jobs: Sequence[Job]) -> Iterator[Bench]:
    """The model for jobs of one round (`run.rounds`): loaded, freed at the end.

    A system that fills the batch with one document gets the engine as drafting gets it: a larger
    context would slow it down.

    Raises:
        ModelError: llama.cpp cannot load it.
    """
    sizes = sizes_for(model)
    context, at_once = sizes.context.value, 1
    if cells := SYSTEMS[jobs[0].system].cells:
        wanted = read_wanted().context
        cell_bytes = calibrate(model.file, model.sha256, sizes.threads.value).cell_bytes
        memory = int(psutil.virtual_memory().available * _MEMORY) // cell_bytes
        room = wanted or min(memory, _MOST_CELLS)
        at_once = documents_at_once(len(jobs), cells, rows=sizes.rows.value, room=room)
        context = wanted or max(context, at_once * cells)
    engine = Engine(
        model.file,
        model_hash=model.sha256,
        context=context,
        threads=sizes.threads.value,
        rows=sizes.rows.value,
        prefixes=PrefixStore(prefix_folder()),
    )
    try:
        yield Bench(
            LocalChatModel(engine, name_of_model=model.name),
            ModelIdentity(name=model.name, sha256=model.sha256),
            settings,
            at_once,
        )
    finally:
        engine.close()
