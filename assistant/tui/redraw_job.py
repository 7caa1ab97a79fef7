"""Writing one paragraph again in a thread of its own."""

from collections.abc import Callable, Generator, Iterable
from typing import TYPE_CHECKING

from textual.message import Message

from assistant.drafting.book import Book, Paragraph
from assistant.drafting.events import Event, TextArrived
from assistant.drafting.growth import Growth
from assistant.tui.model_job import ModelJob

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from assistant.drafting.record import ModelIdentity
    from assistant.tui.app import AssistantApp


class RedrawJob(ModelJob):
    """What `redraw` does, and the text so far."""

    def __init__(
        self,
        app: "AssistantApp",
        book: Book,
        paragraph: Paragraph,
        instruction: str,
        post: Callable[[Message], object],
    ) -> None:
        super().__init__(app.session, app.preferences.model, self._redraw, post)
        self.paragraph, self.instruction = paragraph, instruction
        self._book, self._preferences = book, app.preferences
        self._growth = Growth()

    def _redraw(
        self, model: "BaseChatModel", identity: "ModelIdentity"
    ) -> Generator[Event, None, None]:
        from assistant.drafting.record import RunSettings
        from assistant.drafting.redraw import redraw
        from assistant.examples.own import examples_for

        preferences, spec = self._preferences, self._book.spec
        return redraw(
            self.paragraph,
            spec,
            self._book.plan,
            instruction=self.instruction,
            model=model,
            identity=identity,
            examples=examples_for(self._book.kind, spec.unit),
            settings=RunSettings(candidates=preferences.candidates, seed=preferences.seed),
        )

    def grown(self, arrived: Iterable[TextArrived]) -> str:
        """Take in what arrived; the longest candidate of the last attempt."""
        for event in arrived:
            self._growth.add(event)
        return self._growth.longest
