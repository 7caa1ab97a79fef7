"""The folder of a run: every finished slot is saved at once, so that a kill loses nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import BaseModel, ValidationError

from assistant.draft import Draft
from assistant.drafting.record import RunRecord, SlotRecord
from assistant.errors import AssistantError, InputError, reason
from assistant.files import private_folder, write_private
from assistant.markdown import render


class RunFolder:
    """`slots/*.json` while drafting; `draft.json`, `draft.md` and `run.json` at the end."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._slots = folder / "slots"

    @property
    def begun(self) -> bool:
        """Whether an earlier run left something here."""
        return self._slots.is_dir() and any(self._slots.glob("*.json"))

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other runs out of the folder.

        Raises:
            InputError: another run is writing here, or the folder cannot be made.
        """
        try:
            private_folder(self._slots)
            with FileLock(self.folder / ".lock", timeout=0):
                yield
        except Timeout:
            raise InputError(
                f"另一个程序正在写 {self.folder}。", hint="请等它结束，或用 --out 换一个文件夹。"
            ) from None
        except OSError as error:
            raise _disk_error(self.folder, error) from None

    def finished(self) -> dict[str, SlotRecord]:
        """Slots saved by earlier runs, by slot id; a damaged file counts as not saved."""
        records: dict[str, SlotRecord] = {}
        for file in sorted(self._slots.glob("*.json")):
            try:
                record = SlotRecord.model_validate_json(file.read_bytes())
            except (ValidationError, OSError):
                continue
            records[record.point.slot] = record
        return records

    def save_slot(self, record: SlotRecord) -> None:
        """Save a finished slot."""
        self._write(self._slots / f"{record.point.slot}.json", record)

    def save_draft(self, draft: Draft, record: RunRecord) -> None:
        """Save the whole document and how it came about."""
        self._write(self.folder / "draft.json", draft)
        self._write(self.folder / "run.json", record)
        self._write_text(self.folder / "draft.md", render(draft))

    def revise(self, draft: Draft) -> None:
        """Save a finished document anew after a person has changed a paragraph.

        A `draft.md` that was edited by hand is left alone.
        """
        json, markdown = self.folder / "draft.json", self.folder / "draft.md"
        try:
            before = render(Draft.model_validate_json(json.read_bytes()))
            untouched = markdown.read_text(encoding="utf-8") == before
        except FileNotFoundError:
            return  # not finished yet, or taken away
        except (OSError, ValueError):
            untouched = False
        self._write(json, draft)
        if untouched:
            self._write_text(markdown, render(draft))

    def _write(self, file: Path, model: BaseModel) -> None:
        self._write_text(file, model.model_dump_json(indent=2) + "\n")

    def _write_text(self, file: Path, text: str) -> None:
        try:
            write_private(file, text)
        except OSError as error:
            raise _disk_error(file, error) from None


def _disk_error(place: Path, error: OSError) -> AssistantError:
    return AssistantError(
        f"写不进 {place}：{reason(error)}。",
        hint="已写好的段落都还在；腾出空间或改好权限后，加 --resume 继续。",
    )
