"""A chat model that writes a passing paragraph for every slot, and faulty ones where told to."""

from collections import Counter
from typing import Any

from langchain_core.language_models import SimpleChatModel
from langchain_core.messages import BaseMessage
from pydantic import Field

from assistant.kinds import get_kind
from assistant.plan import Plan, Slot, SlotRole
from assistant.planner import make_plan
from assistant.spec import UnitSpec

_FURTHER = "心里想的还是眼前，抓得也松。想得浅，怕麻烦。"
FILLING: dict[SlotRole, str] = {
    "problem": f"面上的事、轻长远打算，心思没有放在上面。{_FURTHER}",
    "cause": f"眼前的事、轻长远打算，该管的事往后放。{_FURTHER}",
}


class Scripted(SimpleChatModel):
    """Answers as a function of the prompt alone; `asked` keeps every prompt with its slot."""

    plan: Plan
    answers: dict[str, list[str]] = Field(default_factory=dict)
    """Other answers by slot id, one for each time that it is asked."""
    asked: list[tuple[str, list[BaseMessage]]] = Field(default_factory=list)

    @property
    def _llm_type(self) -> str:
        return "scripted"

    @property
    def slots_asked(self) -> Counter[str]:
        """How often each slot was asked for."""
        return Counter(slot_id for slot_id, _ in self.asked)

    def _call(self, messages: list[BaseMessage], *_: Any, **__: Any) -> str:
        prefill = str(messages[-1].text)
        slot = next(s for s in self.plan.slots() if prefill.startswith(s.opening))
        time = self.slots_asked[slot.id]
        self.asked.append((slot.id, messages))
        answers = self.answers.get(slot.id, [])
        return answers[time] if time < len(answers) else passing(slot)


def scripted(spec: UnitSpec, **answers: list[str]) -> Scripted:
    """The model for a spec; `answers` by slot id, dots written as underscores."""
    plan = make_plan(spec, get_kind(spec.kind))
    return Scripted(plan=plan, answers={k.replace("_", "."): v for k, v in answers.items()})


def passing(slot: Slot) -> str:
    """A continuation that no gate refuses."""
    return FILLING[slot.role]
