"""The user's documents: which were worked on lately, how far each is, a new one, one from another.

A document is a spec file; what is drafted from it lies beside it in `drafts/<its name>`.
"""

import json
import re
import threading
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import AssistantError, InputError, reason
from assistant.files import write_private
from assistant.settings import user_folder

if TYPE_CHECKING:
    from assistant.kinds import DocumentKind

MOST_RECENT = 30
"""Documents remembered."""
_LIST = threading.Lock()
"""Held while the list of recent documents is changed."""


@dataclass(frozen=True)
class DocumentCard:
    """A document as the list of recent ones shows it."""

    file: str
    unit: str = ""
    kind: str = ""
    """The kind's name."""
    filled: int = 0
    """Percent of the spec that is filled in."""
    written: int = 0
    """Paragraphs drafted."""
    paragraphs: int = 0
    """Paragraphs planned; 0 while the spec does not hold yet."""
    fault: str = ""
    """Why the file cannot be opened, in Chinese."""
    seen: str = ""
    """When the files had last been written, as of this look."""

    @property
    def path(self) -> Path:
        """The spec file."""
        return Path(self.file)

    @property
    def changed(self) -> datetime | None:
        """When the spec or its draft was last written; None where the file is gone."""
        times = [
            file.stat().st_mtime
            for file in (self.path, run_folder(self.path) / "slots")
            if file.exists()
        ]
        return datetime.fromtimestamp(max(times)) if self.path.exists() and times else None


def run_folder(spec: Path) -> Path:
    """Where the draft of a spec lies."""
    return spec.parent / "drafts" / spec.stem


def recent_file() -> Path:
    """Where the list of recent documents is kept."""
    return user_folder() / "recent.json"


def recent_documents() -> list[DocumentCard]:
    """The documents worked on lately, the last one first; none where the list is damaged."""
    try:
        rows = json.loads(recent_file().read_text(encoding="utf-8"))
        return [DocumentCard(**row) for row in rows]
    except (OSError, ValueError, TypeError):
        return []


def remember(card: DocumentCard) -> None:
    """Put a document in front of the list of recent ones.

    Raises:
        AssistantError: the list cannot be written.
    """
    with _LIST:
        others = [other for other in recent_documents() if other.file != card.file]
        _keep([card, *others][:MOST_RECENT])


def put_first(file: Path) -> None:
    """Put a document in front of the list, with what was known of it.

    Raises:
        AssistantError: the list cannot be written.
    """
    known = {card.path: card for card in recent_documents()}
    remember(known.get(file.absolute(), DocumentCard(str(file.absolute()))))


def look_anew() -> list[DocumentCard]:
    """The recent documents, those looked at again whose files were written since.

    Raises:
        AssistantError: the list cannot be written.
    """
    known = recent_documents()
    found = {
        card.file: card if card.seen == _written(card) else look_at(card.path) for card in known
    }
    with _LIST:
        cards = [found.get(card.file, card) for card in recent_documents()]
        if cards != known:
            _keep(cards)
    return cards


def _written(card: DocumentCard) -> str:
    """When its files were last written."""
    return str(card.changed or "")


def forget(file: Path) -> None:
    """Take a document off the list; the file itself is left alone."""
    with _LIST:
        _keep([card for card in recent_documents() if card.path != file])


def _keep(cards: list[DocumentCard]) -> None:
    try:
        rows = [asdict(card) for card in cards]
        write_private(recent_file(), json.dumps(rows, ensure_ascii=False, indent=1))
    except OSError as error:
        raise AssistantError(f"最近文档的清单没有存上：{reason(error)}。") from None


def look_at(spec: Path) -> DocumentCard:
    """How far a document is; a file that cannot be read makes a card with its fault."""
    from assistant.errors import SpecError
    from assistant.intake import fullness, total
    from assistant.planner import make_plan
    from assistant.spec import UnitSpec
    from assistant.spec_edit import SpecEditor

    card = DocumentCard(str(spec.absolute()))
    card = replace(card, seen=_written(card))
    try:
        editor = SpecEditor.open(spec)
    except SpecError as error:
        return replace(card, fault=error.message)
    if editor.broken:
        return replace(card, fault="规格的文本有误，打开后可以改")
    kind = editor.kind
    card = replace(card, unit=_name(editor.data), kind=kind.name if kind else "文种不明")
    if kind is None:
        return card
    card = replace(card, filled=round(100 * total(fullness(editor.data, kind)).share))
    saved = {file.stem for file in (run_folder(spec) / "slots").glob("*.json")}
    checked = editor.check()
    if isinstance(checked, UnitSpec):
        # Paragraphs whose problem is gone from the spec are still kept on disk.
        planned = {slot.id for slot in make_plan(checked, kind).slots()}
        return replace(card, written=len(saved & planned), paragraphs=len(planned))
    return replace(card, written=len(saved))


def _name(data: dict[str, Any]) -> str:
    from assistant.spec import PLACEHOLDER

    unit = str(data.get("unit") or "")
    return "" if unit.startswith(PLACEHOLDER) else unit


def new_document(
    kind: "DocumentKind", folder: Path, *, unit: str, speaker: str = "", today: date | None = None
) -> Path:
    """A new spec file of a kind in `folder`, named after kind and unit.

    Raises:
        AssistantError: it cannot be written.
    """
    from assistant.spec_layout import set_value
    from assistant.spec_template import spec_template

    text = set_value(_bare_template(spec_template(kind, today)), ("unit",), unit)
    if speaker:
        text = set_value(text, ("speaker",), speaker)
    return _write_new(folder, f"{unit}-{kind.id}", text)


def duplicate(spec: Path, kind: "DocumentKind", day: date) -> Path:
    """A copy of a spec for another year's kind: same unit and speaker; of the aspects those that
    the new kind has too are kept with their problems, so that one sees what was said last time.

    Raises:
        SpecError: the spec cannot be read.
        AssistantError: the copy cannot be written.
    """
    from assistant.intake import aspect_index, items_key
    from assistant.spec_edit import SpecEditor
    from assistant.spec_layout import set_value
    from assistant.spec_template import spec_template

    old = SpecEditor.open(spec)
    if old.broken:
        raise old.broken
    same_kind = old.kind is not None and old.kind.id == kind.id
    if same_kind:
        return _write_new(
            spec.parent, f"{spec.stem}-{day.year}", set_value(old.text, ("date",), str(day))
        )
    text = _bare_template(spec_template(kind, day))
    for key in ("unit", "speaker"):
        if value := old.data.get(key):
            text = set_value(text, (key,), value)
    text = set_value(text, ("date",), str(day))
    key = items_key(kind)
    for i, aspect in enumerate(kind.aspects):
        index = aspect_index(old.data, aspect.name)
        if index is not None and (items := old.data["aspects"][index].get(key)):
            text = set_value(text, ("aspects", i, key), items)
    return _write_new(spec.parent, f"{_name(old.data) or spec.stem}-{kind.id}", text)


def _bare_template(text: str) -> str:
    """The template without its empty items, which are added in the form one by one."""
    from assistant.spec import PLACEHOLDER
    from assistant.spec_file import plain_data
    from assistant.spec_layout import remove

    data: dict[str, Any] = plain_data(text)
    places: list[tuple[str | int, ...]] = [("problems", 0)] if data.get("problems") else []
    for i, aspect in enumerate(data["aspects"]):
        places += [("aspects", i, key, 0) for key in ("problems", "work") if aspect.get(key)]
    for place in places:
        item: Any = data
        for step in place:
            item = item[step]
        if str(item["claim"]).startswith(PLACEHOLDER):
            text = remove(text, place)
    return text


def _write_new(folder: Path, name: str, text: str) -> Path:
    name = re.sub(r'[\\/:*?"<>|\s]+', "-", name).strip("-.")[:60] or "unit"
    file = folder / f"{name}.yaml"
    number = 2
    while file.exists():
        file = folder / f"{name}-{number}.yaml"
        number += 1
    try:
        write_private(file, text)
    except OSError as error:
        raise InputError(
            f"写不进 {file}：{reason(error)}。", hint="请在设置里换一个存放文件夹。"
        ) from None
    return file


def speeds_file() -> Path:
    """Where the speeds that models were seen at are kept."""
    return user_folder() / "speeds.json"


def known_speed(model: str) -> float | None:
    """Tokens a second at which a model last wrote here; None where it never did."""
    try:
        speed = json.loads(speeds_file().read_text(encoding="utf-8")).get(model)
    except (OSError, ValueError, AttributeError):
        return None
    return float(speed) if isinstance(speed, int | float) else None


def remember_speed(model: str, tokens_per_second: float) -> None:
    """Keep a model's speed for the next start.

    Raises:
        AssistantError: it cannot be written.
    """
    try:
        speeds = json.loads(speeds_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        speeds = {}
    try:
        kept = {**speeds, model: round(tokens_per_second, 1)}
        write_private(speeds_file(), json.dumps(kept, ensure_ascii=False))
    except OSError as error:
        raise AssistantError(f"模型速度没有存上：{reason(error)}。") from None
