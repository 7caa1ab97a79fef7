"""Opening a model by name or path: found, verified, loaded, ready as a chat model."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from assistant.llm.calibration import calibrate, read_wanted
from assistant.llm.catalogue import find_model
from assistant.llm.chat_model import LocalChatModel
from assistant.llm.engine import Engine
from assistant.llm.hashes import Progress, silent
from assistant.llm.prefix_store import PrefixStore
from assistant.llm.sizes import Sizes, choose_sizes, choose_threads, this_machine
from assistant.settings import prefix_folder


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


def sizes_for(model: VerifiedModel) -> Sizes:
    """What the engine gets; a model that is new to this machine is measured for it.

    Raises:
        ModelError: llama.cpp cannot load it.
    """
    machine, wanted = this_machine(), read_wanted()
    threads = choose_threads(machine, wanted).value
    measured = calibrate(model.file, model.sha256, threads)
    return choose_sizes(machine, wanted, measured, model_bytes=model.file.stat().st_size)


@contextmanager
def open_model(model: VerifiedModel) -> Iterator[LocalChatModel]:
    """The model, loaded; freed at the end.

    Raises:
        ModelError: llama.cpp cannot load it.
    """
    sizes = sizes_for(model)
    engine = Engine(
        model.file,
        model_hash=model.sha256,
        context=sizes.context.value,
        threads=sizes.threads.value,
        rows=sizes.rows.value,
        prefixes=PrefixStore(prefix_folder()),
    )
    try:
        yield LocalChatModel(engine, name_of_model=model.name)
    finally:
        engine.close()
