"""What a user has chosen once and for all: model, candidates, folders, colours."""

import json
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Literal

from platformdirs import user_documents_path

from assistant.errors import AssistantError, reason
from assistant.files import write_private
from assistant.settings import user_folder

MOST_CANDIDATES = 8


def _documents() -> Path:
    return user_documents_path() / "对照检查材料"


@dataclass(frozen=True)
class Preferences:
    """The user's settings."""

    model: str = ""
    """Model name or path; empty for the default."""
    candidates: int = 3
    seed: int = 1
    documents: Path = field(default_factory=_documents)
    """Where new specs are put."""
    theme: Literal["dark", "light"] = "dark"

    @property
    def hold(self) -> bool:
        """Whether every value is one that can be."""
        return (
            isinstance(self.model, str)
            and self.candidates in range(1, MOST_CANDIDATES + 1)
            and isinstance(self.seed, int)
            and self.seed >= 0
            and self.theme in ("dark", "light")
        )


def preferences_file() -> Path:
    """Where the user's settings are kept."""
    return user_folder() / "preferences.json"


def read_preferences() -> Preferences:
    """The user's settings; the usual ones where there are none or the file is damaged."""
    try:
        told = json.loads(preferences_file().read_bytes())
        found = replace(Preferences(), **told | {"documents": Path(told["documents"])})
    except (OSError, ValueError, TypeError, KeyError):
        return Preferences()
    return found if found.hold else Preferences()


def save_preferences(preferences: Preferences) -> None:
    """Keep the user's settings.

    Raises:
        AssistantError: they cannot be written.
    """
    file = preferences_file()
    told = asdict(preferences) | {"documents": str(preferences.documents)}
    try:
        write_private(file, json.dumps(told, ensure_ascii=False, indent=2) + "\n")
    except OSError as error:
        raise AssistantError(f"设置没有存上：{file}：{reason(error)}。") from None
