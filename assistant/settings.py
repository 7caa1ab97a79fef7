"""Folders: where packaged data lies and where a user's own files are kept."""

import os
from pathlib import Path

from platformdirs import user_data_path

HOME_VARIABLE = "ASSISTANT_HOME"
"""Environment variable that moves the user's folder (models, own examples, prefix store, log)."""

_PACKAGE = Path(__file__).resolve().parent


def data_folder(name: str) -> Path:
    """The packaged folder `name` ("prompts", "fewshot", "models").

    A wheel carries it inside the package, a checkout beside it.
    """
    packaged = _PACKAGE / "data" / name
    return packaged if packaged.is_dir() else _PACKAGE.parent / name


def user_folder() -> Path:
    """The user's own folder; not created here."""
    moved = os.environ.get(HOME_VARIABLE)
    return Path(moved).expanduser() if moved else user_data_path("drafting-assistant", False)


def models_folder() -> Path:
    """Where model files and the user's registrations lie."""
    return user_folder() / "models"


def examples_folder() -> Path:
    """Where the user's own worked examples lie."""
    return user_folder() / "examples"


def prefix_folder() -> Path:
    """Where the states of prompt heads are kept between runs."""
    return user_folder() / "prefixes"


def engine_file() -> Path:
    """Where the sizes that the user set and the rates that were measured are kept."""
    return user_folder() / "engine.json"


def log_file() -> Path:
    """Where llama.cpp's own log goes."""
    return user_folder() / "log" / "llama.log"
