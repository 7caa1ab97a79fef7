"""The local model as a LangChain chat model."""

import queue
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, partial
from typing import Any, cast

from langchain_core.callbacks import CallbackManager, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult, LLMResult
from langchain_core.runnables import RunnableConfig
from langchain_core.runnables.config import get_config_list
from pydantic import ConfigDict, PrivateAttr

from assistant.llm.chat_format import ChatFormat, Piece
from assistant.llm.engine import Engine
from assistant.llm.guard import FigureGuard, FigureRules, GuardTables
from assistant.llm.request import Completion, Exact, Length, Request, Sampling, Usage
from assistant.llm.ticket import Ticket
from assistant.text.lexicon import Lexicon

Indexed = list[int]


class LocalChatModel(BaseChatModel):
    """llama.cpp in this process.

    A last `AIMessage` in the input is a prefill: the model continues it, and the answer is only
    the continuation. Further keywords of `invoke`, `stream` and `batch`: `seed`, `temperature`,
    `max_tokens`, `stop`; `figures`, the texts whose figures the answer may hold, and beside
    them `avoid`, words that it may not hold, and `lexicon`, words of which it must consist
    beside parts of the texts `own`; `length`; `opening`, how the answer begins; `same_question`,
    that other prompts differ only in the prefill, so that all before it is kept; `place`, in the
    queue: a lower one comes first; `exact`, for the same text whatever else is written at the
    time; `give_up`, asked at the end of each clause, and `enough`, asked at the end of each answer
    to the same prompt with the same opening (see `Request`).
    Calls from several threads are written side by side. In a batch, equal prompts are read
    once, each answer with a seed of its own.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    name_of_model: str
    temperature: float = 0.7
    max_tokens: int = 512
    seed: int = 0
    _engine: Engine = PrivateAttr()

    def __init__(self, engine: Engine, **data: Any) -> None:
        super().__init__(**data)
        self._engine = engine

    @property
    def _llm_type(self) -> str:
        return "llama.cpp"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {"model": self.name_of_model, "temperature": self.temperature, "seed": self.seed}

    @property
    def engine(self) -> Engine:
        """The engine below."""
        return self._engine

    @cached_property
    def _format(self) -> ChatFormat:
        vocabulary = self._engine.vocabulary
        return ChatFormat(self._engine.chat_template, begin=vocabulary.begin, end=vocabulary.end)

    @cached_property
    def _tables(self) -> GuardTables:
        return GuardTables(self._engine.vocabulary)

    def cancel(self) -> None:
        """Stop the call under way at once; it raises `Cancelled`."""
        self._engine.cancel()

    def count_tokens(self, text: str) -> int:
        """Tokens of `text`, by tiktoken where the model's split pattern is known."""
        encoding = self._engine.vocabulary.encoding
        if encoding is None:
            return len(self._engine.tokenize(text))
        return len(encoding.encode(text, disallowed_special=()))

    def get_num_tokens(self, text: str) -> int:
        """Tokens of `text`."""
        return self.count_tokens(text)

    def batch(
        self,
        inputs: list[LanguageModelInput],
        config: RunnableConfig | list[RunnableConfig] | None = None,
        *,
        return_exceptions: bool = False,
        **kwargs: Any,
    ) -> list[AIMessage]:
        """Answer several inputs; equal ones are written side by side with seeds of their own.

        With the keyword `openings`, how each answer begins, equally begun ones count as equal.
        """
        openings: Sequence[str] = kwargs.pop("openings", None) or [""] * len(inputs)
        conversations = [self._convert_input(item).to_messages() for item in inputs]
        runs = [
            CallbackManager.configure(
                config.get("callbacks"), self.callbacks, self.verbose, config.get("tags"), self.tags
            ).on_chat_model_start({"name": self._llm_type}, [messages])[0]
            for config, messages in zip(
                get_config_list(config, len(inputs)), conversations, strict=True
            )
        ]
        tickets = [
            (
                g,
                self._submit(
                    conversations[g[0]], g, [runs[i] for i in g], opening=openings[g[0]], **kwargs
                ),
            )
            for equal in _equal(conversations, openings)
            for g in _in_chunks(equal, self._engine.rows)
        ]
        answers: dict[int, AIMessage | Exception] = {}
        try:
            for group, ticket in tickets:
                try:
                    answers |= dict(zip(group, _answers(ticket), strict=True))
                except Exception as error:
                    for index in group:
                        runs[index].on_llm_error(error)
                    if not return_exceptions:
                        raise
                    answers |= dict.fromkeys(group, error)
        finally:
            for _, ticket in tickets:
                ticket.cancel()
        for index, answer in answers.items():
            if isinstance(answer, AIMessage):
                generation = ChatGeneration(message=answer)
                runs[index].on_llm_end(LLMResult(generations=[[generation]]))
        return cast("list[AIMessage]", [answers[index] for index in range(len(inputs))])

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        runs = [run_manager] if run_manager else []
        (answer,) = _answers(self._submit(messages, [0], runs, stop=stop, **kwargs))
        return ChatResult(generations=[ChatGeneration(message=answer)])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        *,
        place: int = 0,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        request = self._request(messages, [0], stop=stop, **kwargs)
        pieces: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        ticket = self._engine.submit(
            request, lambda _, text: pieces.put(text), lambda: pieces.put(None), place=place
        )
        try:
            while (text := pieces.get()) is not None:
                chunk = ChatGenerationChunk(message=AIMessageChunk(content=text))
                if run_manager:
                    run_manager.on_llm_new_token(text, chunk=chunk)
                yield chunk
            (answer,) = _answers(ticket)
        finally:
            ticket.cancel()
        yield ChatGenerationChunk(
            message=AIMessageChunk(
                content="",
                response_metadata=answer.response_metadata,
                usage_metadata=answer.usage_metadata,
                chunk_position="last",
            )
        )

    def _submit(
        self,
        messages: list[BaseMessage],
        indexes: Indexed,
        runs: Sequence[CallbackManagerForLLMRun],
        *,
        place: int = 0,
        **kwargs: Any,
    ) -> Ticket:
        """Ask for the answers of equal inputs, whose places in the batch are `indexes`."""

        def tell(candidate: int, text: str) -> None:
            if runs:
                runs[candidate].on_llm_new_token(text)

        request = self._request(messages, indexes, **kwargs)
        return self._engine.submit(request, tell, place=place)

    def _request(
        self,
        messages: list[BaseMessage],
        indexes: Indexed,
        *,
        stop: list[str] | None = None,
        seed: int | None = None,
        temperature: float | None = None,
        max_tokens: int | None = None,
        figures: Sequence[str] | None = None,
        avoid: Sequence[str] = (),
        lexicon: Lexicon | None = None,
        own: Sequence[str] = (),
        length: Length = Length(),
        opening: str = "",
        same_question: bool = False,
        exact: Exact | None = None,
        give_up: Callable[[str], bool] | None = None,
        enough: Callable[[Sequence[Completion]], bool] | None = None,
    ) -> Request:
        prompt = self._format.prompt(messages, same_question=same_question)
        base = self.seed if seed is None else seed
        rules = (
            None
            if figures is None
            else FigureRules(self._tables, tuple(figures), tuple(avoid), lexicon, tuple(own))
        )
        return Request(
            head=self._tokens(prompt.head),
            tail=self._tokens(prompt.tail),
            seeds=[base + index for index in indexes],
            max_tokens=max_tokens or self.max_tokens,
            sampling=Sampling(temperature=self.temperature if temperature is None else temperature),
            length=length,
            constraint=partial(FigureGuard, rules) if rules else None,
            opening=self._engine.tokenize(opening),
            stop=tuple(stop or ()),
            exact=exact,
            give_up=give_up,
            enough=enough,
        )

    def _tokens(self, pieces: Sequence[Piece]) -> list[int]:
        return [
            token
            for piece in pieces
            for token in self._engine.tokenize(piece.text, control=piece.control)
        ]


def _equal(conversations: list[list[BaseMessage]], openings: Sequence[str]) -> list[Indexed]:
    """Indexes of equal conversations that are answered alike, grouped in order of appearance."""
    groups: dict[tuple[object, ...], Indexed] = {}
    for index, (messages, opening) in enumerate(zip(conversations, openings, strict=True)):
        key = (opening, *((m.type, str(m.text)) for m in messages))
        groups.setdefault(key, []).append(index)
    return list(groups.values())


def _in_chunks(indexes: Indexed, size: int) -> list[Indexed]:
    return [indexes[first : first + size] for first in range(0, len(indexes), size)]


def _answers(ticket: Ticket) -> list[AIMessage]:
    """Wait for the answers; the prompt's cost is told with the first."""
    completions, usage = ticket.result()
    return [_answer(done, usage, first=i == 0) for i, done in enumerate(completions)]


def _answer(done: Completion, usage: Usage, *, first: bool) -> AIMessage:
    return AIMessage(
        content=done.text,
        response_metadata={
            "finish_reason": done.finish,
            "likelihoods": done.likelihoods,
            "prompt_tokens_read": usage.prompt_read if first else 0,
            "prompt_tokens_reused": usage.prompt_reused if first else 0,
        },
        usage_metadata=UsageMetadata(
            input_tokens=usage.prompt_read + usage.prompt_reused,
            output_tokens=done.tokens,
            total_tokens=usage.prompt_read + usage.prompt_reused + done.tokens,
        ),
    )
