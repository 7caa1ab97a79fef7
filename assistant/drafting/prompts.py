"""The messages for a slot: one head for each role, so that it is read only once."""

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.prompts import ChatPromptTemplate, FewShotChatMessagePromptTemplate
from pydantic import BaseModel, ConfigDict
from ruamel.yaml import YAML

from assistant.examples.selector import ExampleQuery, SlotExampleSelector
from assistant.examples.store import SlotExample, WorkedExample, formulas
from assistant.kinds import DocumentKind
from assistant.plan import Plan, Slot, SlotRole
from assistant.settings import data_folder
from assistant.spec import UnitSpec
from assistant.text.lexicon import Lexicon

EXAMPLE_TOKENS = 430
"""Room for examples in a prompt's head."""
_SELDOM = 4
"""A worn word is free in one of so many slots."""


class RolePrompt(BaseModel):
    """A file of `prompts/roles/`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    instruction: str
    """What this role's paragraphs are."""
    request: str
    """The human message; claim and facts stand in the answer that the model goes on with."""
    turns: tuple[tuple[str, ...], ...]
    """How the sentences behind the facts begin, with {speaker}: the slots of a role take these
    ways in turn. They keep the model to what the body thought, away from telling events. Every
    way differs from some other one in each of its sentences."""
    avoid: tuple[str, ...] = ()
    """Words that are not to be written, unless the slot's facts hold them."""
    worn: tuple[str, ...] = ()
    """Words that come to a model first and would stand in each paragraph: each may be written in
    one slot of four only."""
    vocabulary: tuple[str, ...] = ()
    """Files of `prompts/vocabulary/`: the words that the model may add to the unit's own."""


@functools.cache
def read_lexicon(names: tuple[str, ...]) -> Lexicon | None:
    """The words of some files of `prompts/vocabulary/`; None for no file."""
    if not names:
        return None
    files = [data_folder("prompts") / "vocabulary" / f"{name}.yaml" for name in names]
    groups = [group for file in files for group in YAML(typ="safe").load(file).values()]
    return Lexicon(word for group in groups for word in group.split())


def read_role(role: SlotRole) -> RolePrompt:
    """The prompt of a role."""
    file = data_folder("prompts") / "roles" / f"{role}.yaml"
    return RolePrompt.model_validate(YAML(typ="safe").load(file))


@dataclass(frozen=True)
class RoleHead:
    """What all slots of a role share."""

    role: RolePrompt
    prompt: ChatPromptTemplate
    examples: tuple[SlotExample, ...]

    @property
    def lexicon(self) -> Lexicon | None:
        """The words that the model may add to the unit's own; None for any."""
        return read_lexicon(self.role.vocabulary)


class SlotPrompts:
    """The prompts of one document; examples are chosen once for each role."""

    def __init__(
        self,
        spec: UnitSpec,
        kind: DocumentKind,
        plan: Plan,
        *,
        examples: Iterable[WorkedExample],
        count_tokens: Callable[[str], int],
    ) -> None:
        known = tuple(examples)
        self.formulas = formulas(known)
        self._spec = spec
        self._kind = kind
        self._plan = plan
        self._selector = SlotExampleSelector(
            known, writing=spec, count_tokens=count_tokens, token_budget=EXAMPLE_TOKENS
        )
        self._heads: dict[SlotRole, RoleHead] = {}

    @property
    def speaker(self) -> str:
        """How the document names its author."""
        return self._spec.speaker or self._kind.speaker

    @functools.cached_property
    def _system(self) -> str:
        common = (data_folder("prompts") / "system.txt").read_text(encoding="utf-8")
        return common.format(
            unit=self._spec.unit,
            document="主体责任汇报" if self._kind.genre == "report" else "对照检查材料",
            speaker=self.speaker,
        )

    def turns(self, slot: Slot) -> tuple[tuple[str, str], ...]:
        """How each sentence that the model adds to a slot's facts begins, and how it begins when
        nothing came of that."""
        ways = self.head(slot.role).role.turns
        first = self._place(slot) % len(ways)
        # The farthest one comes first: neighbours begin otherwise, too.
        others = [ways[(first + len(ways) // 2 + i) % len(ways)] for i in range(len(ways))]
        spare = [
            next(way[i] for way in others if way[i] not in ways[first])
            for i in range(len(ways[first]))
        ]
        return tuple(
            (turn.format(speaker=self.speaker), other.format(speaker=self.speaker))
            for turn, other in zip(ways[first], spare, strict=True)
        )

    def avoid(self, slot: Slot) -> tuple[str, ...]:
        """Words that are not to be written in a slot, unless its facts hold them."""
        role, place = self.head(slot.role).role, self._place(slot)
        worn = (word for i, word in enumerate(role.worn) if (place + i) % _SELDOM)
        return (*role.avoid, *worn)

    def _place(self, slot: Slot) -> int:
        """Which of the document's slots of its role it is, from 0."""
        return [other.id for other in self._plan.slots() if other.role == slot.role].index(slot.id)

    def head(self, role: SlotRole) -> RoleHead:
        """The shared part of all prompts of a role."""
        if role not in self._heads:
            self._heads[role] = self._make_head(role)
        return self._heads[role]

    def messages(self, slot: Slot, opening: str) -> list[BaseMessage]:
        """The prompt for a slot, to be continued after `opening`."""
        head = self.head(slot.role)
        return [*head.prompt.format_messages(request=head.role.request), AIMessage(opening)]

    def _make_head(self, role: SlotRole) -> RoleHead:
        prompt = read_role(role)
        claims = "，".join(slot.claim for slot in self._plan.slots() if slot.role == role)
        query = ExampleQuery(role=role, kind=self._kind, unit=self._spec.unit, claims=claims)
        chosen = [item["example"] for item in self._selector.select_examples({"query": query})]
        voice = "".join(f"\n- {rule}" for rule in self._kind.voice)
        shots = FewShotChatMessagePromptTemplate(
            examples=[{"request": prompt.request, "answer": e.point.body} for e in chosen],
            example_prompt=ChatPromptTemplate([("human", "{request}"), ("ai", "{answer}")]),
        )
        template = ChatPromptTemplate([("system", "{system}"), shots, ("human", "{request}")])
        system = f"{self._system}{prompt.instruction}{voice}"
        return RoleHead(prompt, template.partial(system=system), tuple(chosen))
