"""A chat model that writes a passing paragraph for every slot, and faulty ones where told to."""

import re
from collections.abc import Sequence
from typing import Any

from langchain_core.language_models import SimpleChatModel
from langchain_core.messages import BaseMessage
from pydantic import Field

from assistant.drafting.prompts import read_role
from assistant.kinds import get_kind
from assistant.plan import Plan, Slot, SlotRole
from assistant.planner import make_plan
from assistant.spec import UnitSpec

FILLING: dict[SlotRole, tuple[str, ...]] = {
    "problem": ("面上的事、轻长远打算，心思没有放在上面。", "心里，抓得也松。", "远见，怕麻烦。"),
    "cause": ("眼前的事、轻长远打算，该管的事往后放。", "心里，抓得也松。", "牢，怕麻烦。"),
}


class Scripted(SimpleChatModel):
    """Answers as a function of the prompt alone; `asked` keeps every prompt with its slot."""

    plan: Plan
    answers: dict[str, Sequence[str | tuple[str, ...]]] = Field(default_factory=dict)
    """Other answers by slot id, one for each attempt: the same for each turn, or one a turn."""
    asked: list[tuple[str, list[BaseMessage]]] = Field(default_factory=list)

    @property
    def _llm_type(self) -> str:
        return "scripted"

    @property
    def slots_asked(self) -> set[str]:
        """Which slots were asked for."""
        return {slot_id for slot_id, _ in self.asked}

    def prompts(self, slot_id: str) -> list[str]:
        """How the answers to be gone on with stood, in the order of the alphabet."""
        return sorted(str(messages[-1].text) for asked, messages in self.asked if asked == slot_id)

    def _call(self, messages: list[BaseMessage], *_: Any, **__: Any) -> str:
        begun = str(messages[-1].text)
        slot = next(s for s in self.plan.slots() if s.drawn and begun.startswith(s.stated))
        sentence = sentence_of(slot, begun)
        time = [sentence_of(slot, prompt) for prompt in self.prompts(slot.id)].count(sentence)
        self.asked.append((slot.id, messages))
        answers = self.answers.get(slot.id, [])
        if time >= len(answers):
            return FILLING[slot.role][sentence]
        answer = answers[time]
        return answer if isinstance(answer, str) else answer[sentence]


def sentence_of(slot: Slot, begun: str) -> int:
    """Which of the slot's sentences begins so, from 0."""
    turn = begun.removeprefix(slot.stated)
    fitting = [
        (len(pattern), i)
        for way in read_role(slot.role).turns
        for i, pattern in enumerate(way)
        if re.fullmatch(pattern.replace("{speaker}", ".+"), turn)
    ]
    return max(fitting)[1]  # 实际上，{speaker}只求 is not {speaker}只求


def scripted(spec: UnitSpec, **answers: Sequence[str | tuple[str, ...]]) -> Scripted:
    """The model for a spec; `answers` by slot id, dots written as underscores."""
    plan = make_plan(spec, get_kind(spec.kind))
    return Scripted(plan=plan, answers={k.replace("_", "."): v for k, v in answers.items()})
