"""Opening a model by name or path: found, verified, loaded, ready as a chat model."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from assistant.llm.catalogue import find_model
from assistant.llm.chat_model import LocalChatModel
from assistant.llm.engine import Engine
from assistant.llm.hashes import Progress, silent
from assistant.llm.prefix_store import PrefixStore
from assistant.settings import prefix_folder

CONTEXT = 8192
"""Tokens held at once: some 230 MB with the default model."""


@dataclass(frozen=True)
class VerifiedModel:
    """A model file that is what it should be."""

    name: str
    file: Path
    sha256: str


def verified_model(choice: str | None = None, progress: Progress = silent) -> VerifiedModel:
    """The model of that name or path, its file checked.

    Raises:
        ModelError: the model is missing or damaged.
    """
    found = find_model(choice)
    return VerifiedModel(found.name, found.file, found.verify(progress))


@contextmanager
def open_model(model: VerifiedModel) -> Iterator[LocalChatModel]:
    """The model, loaded; freed at the end.

    Raises:
        ModelError: llama.cpp cannot load it.
    """
    engine = Engine(
        model.file,
        model_hash=model.sha256,
        context=CONTEXT,
        threads=os.cpu_count() or 2,
        prefixes=PrefixStore(prefix_folder()),
    )
    try:
        yield LocalChatModel(engine, name_of_model=model.name)
    finally:
        engine.close()
