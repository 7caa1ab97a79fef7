"""What a document may take figures and names from: the spec, the kind, the plan's own words."""

from functools import lru_cache

from assistant.kinds import DocumentKind
from assistant.planner import make_plan
from assistant.spec import UnitSpec, texts


def known_texts(spec: UnitSpec, kind: DocumentKind) -> tuple[str, ...]:
    """Every text that the unit, the kind or code gives for a document of this spec."""
    return _known_texts(spec.model_dump_json(by_alias=True), kind.id)


@lru_cache(maxsize=4)
def _known_texts(spec_json: str, kind_id: str) -> tuple[str, ...]:
    # By its content, because specs hold lists and cannot be keys.
    from assistant.kinds import get_kind

    spec, kind = UnitSpec.model_validate_json(spec_json), get_kind(kind_id)
    plan = make_plan(spec, kind)
    day = spec.date
    found = [
        *(text for _, text in texts(spec)),
        *kind.terms,
        *(word for aspect in kind.aspects for word in (aspect.name, aspect.heading)),
        kind.name,
        kind.last_period,
        plan.title,
        plan.closing,
        f"{day.year}年{day.month}月{day.day}日",
    ]
    for slot in plan.slots():
        found += [slot.opening, slot.ending, *(fact.text for fact in slot.facts)]
    for part in plan.parts:
        found.append(part.heading)
        found += [word for section in part.sections for word in (section.heading, section.intro)]
    return tuple(dict.fromkeys(text for text in found if text))
