"""How long each paragraph is to be, so that the document gets the length asked for."""

from assistant.kinds import DocumentKind
from assistant.plan import PartPlan, Plan, Slot
from assistant.text.sentences import count_characters

_MOST_ADDED = 130
"""Characters that are worth adding to the facts of a problem or cause."""


def with_budgets(plan: Plan, kind: DocumentKind) -> Plan:
    """Share the characters that headings, facts and measures leave over among the slots."""
    shares = {part.role: part.share for part in kind.parts}
    settled = sum(_settled(slot) for slot in plan.slots() if slot.told)
    open_parts = [part.role for part in plan.parts if not all(slot.told for slot in part.slots())]
    total = sum(shares[role] for role in open_parts)
    free = plan.length - _fixed(plan) - settled

    def budget(slot: Slot, each: float) -> int:
        if slot.told:
            return _settled(slot)
        told = count_characters(slot.stated + slot.ending)
        # Room for what code writes and a sentence of the model's, but not for empty talk.
        return min(max(round(each * _weight(slot)), told + 30), told + _MOST_ADDED)

    def share_out(part: PartPlan) -> PartPlan:
        characters = free * shares[part.role] / total if part.role in open_parts else 0
        each = characters / (sum(_weight(slot) for slot in part.slots() if not slot.told) or 1)
        sections = tuple(
            section.model_copy(
                update={
                    "slots": tuple(
                        slot.model_copy(update={"budget": budget(slot, each)})
                        for slot in section.slots
                    )
                }
            )
            for section in part.sections
        )
        return part.model_copy(update={"sections": sections})

    lead = plan.lead.model_copy(update={"budget": _settled(plan.lead)})
    return plan.model_copy(
        update={"lead": lead, "parts": tuple(share_out(part) for part in plan.parts)}
    )


def planned_characters(plan: Plan) -> int:
    """Characters of the document if each paragraph keeps to its budget."""
    return _fixed(plan) + sum(slot.budget for slot in plan.slots())


def _fixed(plan: Plan) -> int:
    """Characters that stand between the paragraphs."""
    between = [plan.title, plan.closing]
    for part in plan.parts:
        between.append(part.number + part.heading)
        between += [s.number + s.heading + s.intro for s in part.sections]
    return count_characters("".join(between))


def _settled(slot: Slot) -> int:
    return count_characters(slot.stated + slot.ending)


def _weight(slot: Slot) -> float:
    """A paragraph with more facts gets more room."""
    return 1 + 0.25 * max(len(slot.facts) - 1, 0) if slot.writable else 0.5
