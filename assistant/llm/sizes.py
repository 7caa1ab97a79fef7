"""How many threads, rows and cells the engine gets, and why.

None of them changes a text of an exact request. Rows cost memory and gain speed until the
processor is busy; how far that goes is measured once for each model on each machine.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import psutil

from assistant.llm.cells import MOST_ROWS

ROWS = (8, 16, 32, MOST_ROWS)
"""Numbers of rows to choose from; a paragraph has up to eight candidates."""
LEAST_ROWS = ROWS[0]
LEAST_CONTEXT = 4096
_WORTH = 0.95
"""Share of the best rate that is good enough with fewer rows: these need fewer cells, through all
of which every row looks back."""
_CELLS_PER_ROW = 384
_OTHER_BYTES = 800_000_000
"""Python, llama.cpp's working memory, and something left for other programs."""


@dataclass(frozen=True)
class Machine:
    """What there is to run on."""

    cores: int
    """Physical cores that this process may use."""
    memory: int
    """Bytes that programs may still take."""


@dataclass(frozen=True)
class Measured:
    """A model as measured on this machine."""

    cell_bytes: int
    """Memory of one token held."""
    rates: Mapping[int, float]
    """Tokens a second, all rows together, by number of rows; at least those of `ROWS`."""


@dataclass(frozen=True)
class Wanted:
    """What the user has set; None is left to the program."""

    threads: int | None = None
    rows: int | None = None
    context: int | None = None


@dataclass(frozen=True)
class Size:
    """A number and the reason for it, in Chinese."""

    value: int
    why: str


@dataclass(frozen=True)
class Sizes:
    """What the engine gets."""

    threads: Size
    rows: Size
    context: Size
    """Tokens held at once."""


def this_machine() -> Machine:
    """The machine as it is now."""
    allowed = psutil.Process().cpu_affinity() if psutil.LINUX else None
    logical = psutil.cpu_count() or 1
    cores = min(psutil.cpu_count(logical=False) or logical, len(allowed or range(logical)))
    return Machine(cores, psutil.virtual_memory().available)


def choose_threads(machine: Machine, wanted: Wanted) -> Size:
    """As many threads as physical cores: a second one on a core waits for the same memory."""
    if wanted.threads:
        return Size(wanted.threads, "由用户指定")
    return Size(machine.cores, f"可用的物理核心有 {machine.cores} 个")


def choose_sizes(
    machine: Machine, wanted: Wanted, measured: Measured, *, model_bytes: int
) -> Sizes:
    """The sizes for a model whose file has `model_bytes`."""
    room = (machine.memory - model_bytes - _OTHER_BYTES) // measured.cell_bytes
    rows = _choose_rows(wanted, measured.rates, room)
    return Sizes(
        choose_threads(machine, wanted), rows, _choose_context(wanted, rows.value, int(room))
    )


def _choose_rows(wanted: Wanted, rates: Mapping[int, float], room: float) -> Size:
    if wanted.rows:
        return Size(wanted.rows, "由用户指定")
    most = wanted.context or room
    fitting = [rows for rows in ROWS if rows * _CELLS_PER_ROW <= most] or [LEAST_ROWS]
    best = max(fitting, key=lambda rows: rates[rows])
    rows = min(rows for rows in fitting if rates[rows] >= _WORTH * rates[best])
    told = "、".join(f"{n} 路 {rates[n]:.1f}" for n in ROWS)
    short = "" if len(fitting) == len(ROWS) else "；再多则内存或上下文不够"
    return Size(rows, f"实测每秒词元数：{told}{short}")


def _choose_context(wanted: Wanted, rows: int, room: int) -> Size:
    if wanted.context:
        return Size(wanted.context, "由用户指定")
    needed = max(rows * _CELLS_PER_ROW, LEAST_CONTEXT)
    if needed <= room:
        return Size(needed, f"每路 {needed // rows} 个词元")
    return Size(max(room // 256 * 256, LEAST_CONTEXT), "可用内存只够这些")
