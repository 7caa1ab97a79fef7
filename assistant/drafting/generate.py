"""From a spec to a whole document, as a stream of events."""

import time
from collections.abc import Callable, Generator, Iterable, Iterator
from functools import partial
from importlib.metadata import version
from pathlib import Path

from langchain_core.language_models import BaseChatModel

from assistant.draft import Draft, point_deviations
from assistant.drafting.book import Book
from assistant.drafting.draw import at_once, cancel
from assistant.drafting.events import DraftDone, Event, PointDone, RunStarted, SlotStarted
from assistant.drafting.parallel import told_by
from assistant.drafting.prompts import SlotPrompts
from assistant.drafting.record import (
    Cost,
    ModelIdentity,
    RunRecord,
    RunSettings,
    RunTotals,
    SlotRecord,
)
from assistant.drafting.run_folder import RunFolder
from assistant.drafting.writer import SlotWriter
from assistant.errors import InputError
from assistant.examples.store import WorkedExample
from assistant.kinds import get_kind
from assistant.llm.chat_model import LocalChatModel
from assistant.offline import forbid_tracing
from assistant.plan import Plan, Slot
from assistant.planner import make_plan
from assistant.spec import UnitSpec
from assistant.spec_file import spec_hash

_RAW_TOKENS = 200
"""Tokens of the bare decode beside which a run is measured."""


def generate(
    spec: UnitSpec,
    *,
    model: BaseChatModel,
    identity: ModelIdentity,
    folder: Path,
    examples: Iterable[WorkedExample],
    settings: RunSettings = RunSettings(),
    resume: bool = False,
    bench: bool = False,
) -> Generator[Event, None, None]:
    """Draft the document of `spec` into `folder`; closing the iterator cancels.

    Raises:
        InputError: the folder holds another run's work and `resume` is not asked for.
        AssistantError: the disk is full, the model failed, the user cancelled.
    """
    forbid_tracing()
    start = time.perf_counter()
    run = RunFolder(folder)
    if run.begun and not resume:
        raise InputError(
            f"{folder} 里已有一次起草的结果。",
            hint="接着写请加 --resume；重新写请用 --out 换一个文件夹。",
        )
    kind = get_kind(spec.kind)
    plan = make_plan(spec, kind)
    count_tokens = model.get_num_tokens if isinstance(model, LocalChatModel) else len
    prompts = SlotPrompts(spec, kind, plan, examples=examples, count_tokens=count_tokens)
    writer = SlotWriter(
        model, prompts, kind, settings, identity=identity.sha256, slots=plan.slots()
    )
    with run.locked():
        earlier = run.finished()
        kept = {
            slot.id: earlier[slot.id]
            for slot in plan.slots()
            if slot.id in earlier
            and earlier[slot.id].key == writer.key(slot)
            and not any(point_deviations(earlier[slot.id].point, slot))
        }
        records = dict(kept)
        missing = [(slot, heading) for slot, heading in _headed(plan) if slot.id not in kept]
        ahead = sum(slot.budget for slot, _ in missing if slot.drawn)
        width = at_once(model, settings.candidates)
        if width > 1:
            missing.sort(key=lambda item: writer.place(item[0]))
        yield RunStarted(plan, len(kept), len(earlier) - len(kept), ahead)
        for event in told_by(
            [partial(_write, writer, slot, heading) for slot, heading in missing],
            at_once=width,
            cancel=lambda: cancel(model),
        ):
            if isinstance(event, PointDone):
                run.save_slot(event.record)
                records[event.slot.id] = event.record
            yield event
        draft = Book(spec, folder).draft()  # with what a person has changed by now
        seconds = time.perf_counter() - start
        raw = (
            model.engine.decode_rate(steps=_RAW_TOKENS)
            if bench and isinstance(model, LocalChatModel)
            else None
        )
        ordered = {slot.id: records[slot.id] for slot in plan.slots()}
        record = RunRecord(
            model=identity,
            settings=settings,
            spec_hash=spec_hash(spec),
            versions={
                name: version(name)
                for name in ("drafting-assistant", "llama-cpp-python", "langchain-core")
            },
            characters=draft.characters,
            length=plan.length,
            findings=tuple(_open_ends(draft)),
            slots=ordered,
            totals=_totals([records[slot.id] for slot, _ in missing], seconds=seconds, raw=raw),
        )
        run.save_draft(draft, record)
        yield DraftDone(draft, record, folder)


def _write(writer: SlotWriter, slot: Slot, heading: str, tell: Callable[[Event], None]) -> None:
    tell(SlotStarted(slot, heading))
    record = writer.write(slot, tell)
    tell(PointDone(slot, record.point, record))


def _headed(plan: Plan) -> Iterator[tuple[Slot, str]]:
    """Each slot with the heading under which it stands."""
    yield plan.lead, "导语"
    for part in plan.parts:
        for section in part.sections:
            for slot in section.slots:
                yield slot, f"{part.number}{part.heading}{section.number}"


def _open_ends(draft: Draft) -> Iterator[str]:
    """What a reader must still look at."""
    for point in draft.points():
        for gap in point.gaps:
            yield f"{point.slot} 待补：{gap}"
        for sentence in point.sentences:
            if sentence.doubt:
                yield f"{point.slot} 待核：{sentence.text}（{sentence.doubt}）"
        for fact in point.unused:
            yield f"{point.slot} 未写入事实：{fact}"


def _totals(written: Iterable[SlotRecord], *, seconds: float, raw: float | None) -> RunTotals:
    total = sum((record.cost for record in written), Cost())
    return RunTotals(
        **total.model_dump() | {"seconds": round(seconds, 2)},
        raw_tokens_per_second=raw and round(raw, 2),
    )
