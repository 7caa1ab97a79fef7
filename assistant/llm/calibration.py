"""Decode rates measured once for each model on each machine, and the sizes that the user has set.

Both are kept in `engine.json` in the user's folder; a file that is damaged is as good as none.
"""

import contextlib
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

from assistant.files import write_private
from assistant.llm.engine import Engine
from assistant.llm.native import kernels
from assistant.llm.prefix_store import PrefixStore
from assistant.llm.sizes import ROWS, Measured, Wanted
from assistant.settings import engine_file

_SECONDS = 0.3
"""For each number of rows."""
_ROUNDS = 2
_CELLS = 4096


def read_wanted() -> Wanted:
    """The sizes that the user has set."""
    try:
        wanted = Wanted(**_read().get("wanted", {}))
    except TypeError:
        return Wanted()
    sound = all(n is None or (isinstance(n, int) and n > 0) for n in asdict(wanted).values())
    return wanted if sound else Wanted()


def save_wanted(wanted: Wanted) -> None:
    """Keep the sizes that the user has set.

    Raises:
        OSError: the file cannot be written.
    """
    _write({"wanted": asdict(wanted)})


def calibrate(file: Path, model_hash: str, threads: int) -> Measured:
    """What was measured of a model, or what is now: about a second beside loading it.

    Raises:
        ModelError: llama.cpp cannot load it.
    """
    try:
        known = _read()["measured"][_key(model_hash, threads)]
        measured = Measured(
            int(known["cell_bytes"]),
            {int(rows): float(rate) for rows, rate in known["rates"].items()},
        )
        if set(ROWS) <= set(measured.rates) and measured.cell_bytes > 0:
            return measured
    except (AttributeError, KeyError, TypeError, ValueError):
        pass  # not measured yet, or damaged
    return measure(file, model_hash, threads)


def measure(
    file: Path,
    model_hash: str,
    threads: int,
    *,
    batches: Sequence[int] = ROWS,
    seconds: float = _SECONDS,
) -> Measured:
    """Measure and remember a model's decode rates, `seconds` for each number of rows.

    Raises:
        ModelError: llama.cpp cannot load it.
    """
    engine = Engine(
        file,
        model_hash=model_hash,
        context=_CELLS,
        threads=threads,
        prefixes=PrefixStore(None),
    )
    try:
        engine.decode_rate(ROWS[0], steps=1)  # the first step touches all memory
        rounds = [
            {rows: engine.decode_rate(rows, seconds=seconds / _ROUNDS) for rows in batches}
            for _ in range(_ROUNDS)
        ]
        # What else runs on the machine only slows down, and seldom for two rounds.
        rates = {rows: max(told[rows] for told in rounds) for rows in batches}
        measured = Measured(engine.cell_bytes, rates)
    finally:
        engine.close()
    with contextlib.suppress(OSError):  # a read-only disk costs only the time saved
        others = _read().get("measured", {})
        _write({"measured": others | {_key(model_hash, threads): asdict(measured)}})
    return measured


def _key(model_hash: str, threads: int) -> str:
    identity = (model_hash, version("llama-cpp-python"), kernels(), psutil.cpu_count(), threads)
    return hashlib.sha256(repr(identity).encode()).hexdigest()[:16]


def _read() -> dict[str, Any]:
    try:
        told = json.loads(engine_file().read_bytes())
    except (OSError, ValueError):
        return {}
    sound = isinstance(told, dict) and all(isinstance(part, dict) for part in told.values())
    return told if sound else {}


def _write(change: dict[str, object]) -> None:
    write_private(engine_file(), json.dumps(_read() | change, indent=1) + "\n")
