"""What a user has chosen once and for all: model, candidates, folders, colours."""

from pathlib import Path
from typing import Literal

from platformdirs import user_documents_path
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.errors import AssistantError, reason
from assistant.files import write_private
from assistant.settings import user_folder


class Preferences(BaseModel):
    """The user's settings; an unknown key in the file is no setting and is left out."""

    model_config = ConfigDict(frozen=True)

    model: str = ""
    """Model name or path; empty for the default."""
    candidates: int = Field(default=3, ge=1, le=8)
    seed: int = Field(default=1, ge=0)
    documents: Path = Field(default_factory=lambda: user_documents_path() / "对照检查材料")
    """Where new specs are put."""
    theme: Literal["dark", "light"] = "dark"


def preferences_file() -> Path:
    """Where the user's settings are kept."""
    return user_folder() / "preferences.json"


def read_preferences() -> Preferences:
    """The user's settings; the usual ones where there are none or the file is damaged."""
    try:
        return Preferences.model_validate_json(preferences_file().read_bytes())
    except (OSError, ValidationError):
        return Preferences()


def save_preferences(preferences: Preferences) -> None:
    """Keep the user's settings.

    Raises:
        AssistantError: they cannot be written.
    """
    file = preferences_file()
    try:
        write_private(file, preferences.model_dump_json(indent=2) + "\n")
    except OSError as error:
        raise AssistantError(f"设置没有存上：{file}：{reason(error)}。") from None
