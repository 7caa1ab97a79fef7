"""The document's outline with the state of each paragraph."""

from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widgets import Tree
from textual.widgets.tree import TreeNode

from assistant.drafting.book import State
from assistant.plan import Plan, Slot

WRITING = "正在写"

MARKS: dict[str, tuple[str, str]] = {
    State.WAITING: ("·", "dim"),
    WRITING: ("▶", "cyan"),
    State.DONE: ("✓", "green"),
    State.NEEDS_FACTS: ("◇", "yellow"),
    State.DOUBTFUL: ("?", "red"),
    State.EDITED: ("◆", "green"),
    State.LOCKED: ("■", "green"),
}
"""Mark and colour of each state."""


class Outline(Tree[str]):
    """Parts, sections and paragraphs; a paragraph's node holds its slot's id."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right", "expand_node", show=False),
        Binding("left", "collapse_node", show=False),
    ]

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan.title, id="outline")
        self.show_root = False
        self.guide_depth = 2
        self._slots: dict[str, tuple[Slot, TreeNode[str]]] = {}
        self._states: dict[str, str] = {}
        self._add(self.root, plan.lead)
        for part in plan.parts:
            node = self.root.add(Text(part.number + part.heading), expand=True)
            for section in part.sections:
                below = node
                if section.heading:
                    below = node.add(Text(section.number + section.heading), expand=True)
                for slot in section.slots:
                    self._add(below, slot)
        self.root.expand()

    def _add(self, parent: TreeNode[str], slot: Slot) -> None:
        self._slots[slot.id] = (slot, parent.add_leaf(_label(slot, State.WAITING), slot.id))
        self._states[slot.id] = State.WAITING

    def mark(self, slot_id: str, state: str) -> None:
        """Show a paragraph's state."""
        slot, node = self._slots[slot_id]
        if self._states[slot_id] != state:
            self._states[slot_id] = state
            node.set_label(_label(slot, state))

    def state(self, slot_id: str) -> str:
        """The state shown."""
        return self._states[slot_id]

    def stand_on(self, slot_id: str) -> None:
        """Put the cursor on a paragraph."""
        self.move_cursor(self._slots[slot_id][1])

    @property
    def chosen(self) -> str | None:
        """Id of the paragraph on which the cursor stands."""
        return self.cursor_node.data if self.cursor_node else None

    def action_expand_node(self) -> None:
        """Unfold."""
        if self.cursor_node:
            self.cursor_node.expand()

    def action_collapse_node(self) -> None:
        """Fold, or go up."""
        node = self.cursor_node
        if node and node.is_expanded and node.children:
            node.collapse()
        elif node and node.parent and node.parent is not self.root:
            self.move_cursor(node.parent)


def _label(slot: Slot, state: str) -> Text:
    mark, style = MARKS[state]
    names = {"lead": "导语", "last_year": "上次整改情况", "case": slot.claim}
    return Text.assemble((mark, style), " ", slot.ordinal, names.get(slot.role, slot.claim))
