"""Writing one paragraph again, as a person asks for it."""

from collections.abc import Callable, Generator, Iterable
from functools import partial

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage, HumanMessage

from assistant.drafting.book import Paragraph
from assistant.drafting.draw import cancel
from assistant.drafting.events import Event, PointDone, SlotStarted
from assistant.drafting.parallel import told_by
from assistant.drafting.prompts import SlotPrompts
from assistant.drafting.record import ModelIdentity, RunSettings
from assistant.drafting.writer import SlotWriter
from assistant.examples.store import WorkedExample
from assistant.kinds import get_kind
from assistant.llm.chat_model import LocalChatModel
from assistant.offline import forbid_tracing
from assistant.plan import Plan, Slot
from assistant.spec import UnitSpec

SHORTER, LONGER = "短一些", "长一些"
"""Instructions that change the budget beside being told to the model."""
MORE_SPECIFIC = "更具体"
_SHARES = {SHORTER: 0.7, LONGER: 1.3}


class _InstructedPrompts(SlotPrompts):
    """The document's prompts with what a person asks for behind the request."""

    instruction = ""

    def messages(self, slot: Slot, opening: str) -> list[BaseMessage]:
        *head, request, opened = super().messages(slot, opening)
        if self.instruction:
            request = HumanMessage(f"{request.text}\n这一稿要求：{self.instruction}")
        return [*head, request, opened]


def redraw(
    paragraph: Paragraph,
    spec: UnitSpec,
    plan: Plan,
    *,
    instruction: str,
    model: BaseChatModel,
    identity: ModelIdentity,
    examples: Iterable[WorkedExample],
    settings: RunSettings,
) -> Generator[Event, None, None]:
    """Write a paragraph once more; the last event is its `PointDone`. Nothing is saved here.

    Each time is another draw: the seed counts the versions there are already.
    """
    forbid_tracing()
    kind = get_kind(spec.kind)
    count_tokens = model.get_num_tokens if isinstance(model, LocalChatModel) else len
    prompts = _InstructedPrompts(spec, kind, plan, examples=examples, count_tokens=count_tokens)
    prompts.instruction = instruction
    times = len(paragraph.versions.versions) if paragraph.versions else 1
    settings = settings.model_copy(update={"seed": settings.seed + 1000 * times})
    slot = paragraph.slot
    share = _SHARES.get(instruction, 1.0)
    slot = slot.model_copy(update={"budget": round(slot.budget * share)})
    writer = SlotWriter(model, prompts, kind, settings, identity=identity.sha256, slots=[slot])

    def write(tell: Callable[[Event], None]) -> None:
        tell(SlotStarted(slot, paragraph.heading))
        record = writer.write(slot, tell)
        tell(PointDone(slot, record.point, record))

    yield from told_by([partial(write)], at_once=1, cancel=lambda: cancel(model))
