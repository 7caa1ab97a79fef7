"""Where the form shows what is wrong and what should be asked, and words to choose from."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from assistant.examples.claims import typical_claims
from assistant.intake import aspect_index, items_key, problem_claims, remarks
from assistant.kinds import DocumentKind
from assistant.spec import Location, SpecIssue
from assistant.spec_edit import SpecEditor


@dataclass(frozen=True)
class Suggestions:
    """Words that may be put at a place."""

    question: str
    words: list[str]
    where: Location | None
    """None where there is nothing yet to put them at."""


def section_of(editor: SpecEditor, location: Location) -> str:
    """The section of the form that shows a place."""
    match location:
        case ("aspects", int(index), *_):
            return f"aspect:{editor.at(('aspects', index, 'name'))}"
        case (("lead" | "last_year" | "problems" | "case" | "matters" | "causes") as part, *_):
            return str(part)
        case _:
            return "basics"


def notes(
    editor: SpecEditor,
    issues: Iterable[SpecIssue],
    places: Collection[Location],
    section: str,
) -> dict[Location, tuple[str, bool]]:
    """What to show at each place of a section, and whether it is wrong; the form shows `places`.

    What has no place of its own is shown at the nearest one around it.
    """
    found: dict[Location, list[tuple[str, bool]]] = {}
    pointers = [(issue.location, issue.message, True) for issue in issues]
    if editor.kind and not editor.broken:
        asked = remarks(editor.data, editor.kind)
        pointers += [(remark.location, remark.message, False) for remark in asked]
    for location, message, wrong in pointers:
        place = location
        while place not in places and place:
            place = place[:-1]
        if place or section_of(editor, location) == section:
            found.setdefault(place, []).append((message, wrong))
    shown: dict[Location, tuple[str, bool]] = {}
    for place, messages in found.items():
        mistakes = [message for message, wrong in messages if wrong]
        shown[place] = ("；".join(mistakes or [m for m, _ in messages]), bool(mistakes))
    return shown


def suggestions(
    editor: SpecEditor, kind: DocumentKind, section: str, focused: Location | None
) -> Suggestions | None:
    """Typical claims for an aspect or a new cause, or the problems that a cause may explain; None
    elsewhere."""
    if section == "causes" and focused == ("causes",):
        known = {cause.get("claim") for cause in editor.at(("causes",)) or []}
        usual = [cause.claim for cause in kind.causes if cause.claim not in known]
        return Suggestions("常见的原因。要合本单位的实际，选了再改：", usual, ("causes",))
    if section == "causes":
        question = "这条原因导致了哪个问题？"
        return Suggestions(question, problem_claims(editor.data), _cause(editor, focused))
    aspect = kind.aspect(section.removeprefix("aspect:"))
    index = aspect_index(editor.data, aspect.name) if aspect else None
    if aspect is None or index is None:
        return None
    question = "同类材料里常见的说法。要合本单位的实际，选了再改："
    where: Location = ("aspects", index, items_key(kind))
    return Suggestions(question, list(typical_claims(kind, aspect)), where)


def _cause(editor: SpecEditor, focused: Location | None) -> Location | None:
    if focused and len(focused) > 1 and focused[0] == "causes":
        return ("causes", focused[1], "from")
    causes = editor.at(("causes",)) or []
    return ("causes", len(causes) - 1, "from") if causes else None
