"""How fast a model is on this machine, and what the engine gets for it."""

from collections.abc import Mapping
from dataclasses import dataclass

import psutil

from assistant.llm.calibration import measure, read_wanted
from assistant.llm.open import VerifiedModel, open_model, sizes_for
from assistant.llm.sizes import ROWS, Sizes, choose_threads, this_machine

BATCHES = (1, 2, 4, *ROWS)
"""Numbers of rows decoded at a time that are measured."""


@dataclass(frozen=True)
class BenchResult:
    """What was measured; rates in tokens a second, memory in bytes."""

    read_rate: float
    decode_rates: Mapping[int, float]
    model_bytes: int
    resident: int
    """Memory of the whole process while it writes with the sizes chosen."""
    sizes: Sizes


def bench(model: VerifiedModel, *, seconds: float = 2.0, prompt: int = 256) -> BenchResult:
    """Measure a model, `seconds` for each batch size; the rates serve later runs as well.

    Raises:
        ModelError: llama.cpp cannot load it.
    """
    threads = choose_threads(this_machine(), read_wanted()).value
    rates = measure(model.file, model.sha256, threads, batches=BATCHES, seconds=seconds).rates
    sizes = sizes_for(model)
    with open_model(model) as chat_model:
        engine = chat_model.engine
        read_rate = engine.read_rate(prompt)
        engine.decode_rate(engine.rows, steps=1)
        resident = psutil.Process().memory_info().rss
    return BenchResult(read_rate, rates, model.file.stat().st_size, resident, sizes)
