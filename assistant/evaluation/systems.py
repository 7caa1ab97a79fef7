"""The systems that are compared: ours, what people would use instead, ablations of ours."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from assistant.drafting.events import DraftDone, PointDone, RunStarted
from assistant.drafting.generate import generate
from assistant.drafting.record import Cost, RunSettings
from assistant.errors import InputError
from assistant.evaluation import baselines
from assistant.evaluation.task import Task, Written
from assistant.kinds import nearest
from assistant.markdown import render


@dataclass(frozen=True)
class System:
    """A way of getting from a spec to a document."""

    name: str
    title: str
    """In Chinese, for tables."""
    write: Callable[[Task], Written]
    needs_model: bool = True
    cells: int = 0
    """Tokens of context for one document, where several are written side by side, a row each; 0
    for a system that fills the batch with one."""


def ours(
    task: Task,
    *,
    examples: bool = True,
    gates: bool = True,
    guard: bool = True,
    candidates: int | None = None,
) -> Written:
    """The document as `assistant generate` drafts it; the keywords leave something out.

    What a run that was cut off has left is thrown away, so that seconds count whole.
    """
    assert task.bench
    settings = task.bench.settings
    shutil.rmtree(task.folder, ignore_errors=True)
    events = generate(
        task.case.spec,
        model=task.bench.model,
        identity=task.bench.identity,
        folder=task.folder,
        examples=task.examples if examples else (),
        settings=RunSettings(
            seed=task.seed,
            candidates=candidates or settings.candidates,
            temperature=settings.temperature,
            gates=gates,
            guard=guard,
        ),
    )
    done, total = 0, 1
    for event in events:
        match event:
            case RunStarted():
                total = len(list(event.plan.slots()))
            case PointDone():
                done += 1
                task.tell(done / total)
            case DraftDone():
                totals = event.record.totals
                cost = Cost.model_validate({k: getattr(totals, k) for k in Cost.model_fields})
                return Written(render(event.draft), cost=cost)
    raise AssertionError("a draft ends with DraftDone")


def reference(task: Task) -> Written:
    """The held-out document itself."""
    return Written(task.case.reference)


BASE = "ours"
"""The system with which the others are compared."""

_ALL = (
    System(BASE, "本程序", ours),
    System("one-shot", "一次成文", baselines.one_shot, cells=8192),
    System("outline-shot", "逐节生成", baselines.outline_shot, cells=1536),
    System("json", "逐节 JSON", baselines.json_sections, cells=2304),
    System("reference", "原文", reference, needs_model=False),
    System("ours-no-examples", "本程序，无范例", partial(ours, examples=False)),
    System("ours-no-gates", "本程序，无把关", partial(ours, gates=False)),
    System("ours-one-candidate", "本程序，单候选", partial(ours, candidates=1)),
    System("ours-no-guard", "本程序，无数字约束", partial(ours, guard=False)),
)
SYSTEMS = {system.name: system for system in _ALL}
ABLATIONS = tuple(name for name in SYSTEMS if name.startswith(f"{BASE}-"))
USUAL = (BASE, "one-shot", "outline-shot", "json", "reference")


def choose_systems(names: Sequence[str]) -> list[System]:
    """The systems of these names, each once.

    Raises:
        InputError: there is no such system.
    """
    for name in names:
        if name not in SYSTEMS:
            raise InputError(
                f"没有“{name}”这个系统。",
                hint=f"{nearest(name, list(SYSTEMS))}可选：{'、'.join(SYSTEMS)}。",
            )
    return [SYSTEMS[name] for name in dict.fromkeys(names)]
