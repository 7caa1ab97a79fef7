"""The model as the application uses it: loaded when first needed, kept, and stopped at once.

All but `cancel` blocks, so it is called in worker threads only. Nothing of LangChain or llama.cpp
is imported before `use`.
"""

import threading
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from assistant.errors import ModelError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from assistant.drafting.record import ModelIdentity
    from assistant.llm.hashes import Progress


@dataclass(frozen=True)
class ModelStatus:
    """What the home screen says of the model in use."""

    name: str
    state: str
    """In Chinese, such as 已就绪."""
    usable: bool
    speed: float | None = None
    """Tokens a second when it last wrote here."""


class ModelSession(Protocol):
    """Gives out the model; tests put a scripted one in its place."""

    def status(self, choice: str, /) -> ModelStatus:
        """Whether the chosen model can be used, without reading its whole file."""
        ...

    def use(self, choice: str, progress: "Progress", /) -> "tuple[BaseChatModel, ModelIdentity]":
        """The chosen model, loaded; raises `ModelError`."""
        ...

    def cancel(self) -> None:
        """Stop what the model is doing at once; may be called from any thread."""
        ...

    def close(self) -> None:
        """Free the model."""
        ...


class LocalModelSession:
    """Models on this computer, one loaded at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open = ExitStack()
        self._choice: str | None = None
        self._loaded: tuple[BaseChatModel, ModelIdentity] | None = None

    def status(self, choice: str, /) -> ModelStatus:
        """Whether the chosen model can be used, without reading its whole file."""
        from assistant.llm.catalogue import find_model, load_catalogue
        from assistant.llm.state import ModelState, model_state
        from assistant.workspace import known_speed

        try:
            found = find_model(choice or None)
        except ModelError as error:
            named = load_catalogue().get(choice) if choice else None
            entry = named or next(e for e in load_catalogue().values() if e.default)
            state = str(model_state(entry)) if not choice or named else error.message
            return ModelStatus(choice or entry.name, state, usable=False)
        state = ModelState.UNCHECKED if found.entry is None else model_state(found.entry)
        usable = state in (ModelState.READY, ModelState.UNCHECKED)
        return ModelStatus(found.name, str(state), usable=usable, speed=known_speed(found.name))

    def use(self, choice: str, progress: "Progress", /) -> "tuple[BaseChatModel, ModelIdentity]":
        """The chosen model, loaded; raises `ModelError`."""
        from assistant.drafting.record import ModelIdentity
        from assistant.llm.open import open_model, verified_model

        with self._lock:
            if self._loaded is None or self._choice != choice:
                self._free()
                verified = verified_model(choice or None, progress)
                model = self._open.enter_context(open_model(verified))
                identity = ModelIdentity(name=verified.name, sha256=verified.sha256)
                self._loaded, self._choice = (model, identity), choice
            return self._loaded

    def cancel(self) -> None:
        """Stop what the model is doing at once; may be called from any thread."""
        loaded = self._loaded
        if loaded:
            from assistant.drafting.draw import cancel

            cancel(loaded[0])

    def close(self) -> None:
        """Free the model."""
        self.cancel()
        with self._lock:
            self._free()

    def _free(self) -> None:
        self._loaded = None
        self._open.close()
