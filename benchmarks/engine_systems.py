"""The systems that `benchmarks/engine.py` sets side by side, each in a process of its own."""

import json
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, cast

import httpx
import psutil
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage

from assistant.errors import AssistantError
from assistant.llm.chat_format import ChatFormat, Piece
from assistant.llm.engine import Engine
from assistant.llm.guard import FigureGuard, FigureRules, GuardTables, Logits
from assistant.llm.native import load_library
from assistant.llm.prefix_store import PrefixStore
from assistant.llm.request import Constraint, Length, Request, Sampling

Message = dict[str, str]
SAMPLING = Sampling()
_ENDLESS = Length(least=100_000)
_CONTEXT = 4096
_GRAMMAR = {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}


@dataclass(frozen=True)
class Work:
    """What each system is given: prompts, and how much is to be written for each."""

    file: Path
    prompts: tuple[tuple[Message, ...], ...]
    candidates: int
    tokens: int
    """Written for each candidate at most."""
    steps: int
    """Steps of a bare loop."""
    threads: int
    rows: int
    context: int
    server: str
    """Command of a llama.cpp server; empty for none."""

    @property
    def jobs(self) -> list[tuple[Sequence[Message], int]]:
        """Prompt and seed of each candidate."""
        return [(prompt, seed) for prompt in self.prompts for seed in range(self.candidates)]


@dataclass
class Run:
    """One run; seconds without loading the model."""

    seconds: float
    decoded: int
    prompt_read: int = 0
    first_text: float = 0.0
    """Seconds until the first token of any candidate."""
    resident: int = 0
    """Bytes of the process at the end."""
    shares: dict[str, float] = field(default_factory=dict)
    """Share of the seconds by what they were spent on."""


class System(Protocol):
    """One way of using the model."""

    def run(self, work: Work) -> Run:
        """Do the work once."""


@contextmanager
def open_system(name: str, work: Work) -> Iterator[System]:
    """A system by name, its model loaded."""
    if name == "server":
        with _server(work) as url:
            yield Server(url)
    elif name in ("plain", "grammar"):
        yield Plain(work, grammar=name == "grammar")
    else:
        rows = int(name.rsplit(" ", 1)[1]) if " " in name else work.rows
        engine = Engine(
            work.file,
            model_hash="benchmark",
            context=work.context,
            threads=work.threads,
            rows=rows,
            prefixes=PrefixStore(None),
            repacked=name.split()[0] in ("raw", "bare"),
        )
        first = Ours(engine).request(work.prompts[0], range(1), 1)
        prompt = [*first.head, *first.tail]
        kinds: dict[str, Callable[[], System]] = {
            "raw": lambda: Bare(engine, 1, prompt),
            "bare": lambda: Bare(engine, rows, prompt),
            "tiled": lambda: Bare(engine, rows, prompt),
            "steps": lambda: Steps(engine, rows),
            "ours": lambda: Ours(engine),
        }
        try:
            yield kinds[name.split()[0]]()
        finally:
            engine.close()


class Ours:
    """The engine as drafting uses it: guard, exact steps, all requests at once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._tables = GuardTables(engine.vocabulary)

    def request(self, prompt: Sequence[Message], seeds: range, tokens: int) -> Request:
        """What is asked for the candidates of one prompt."""
        rules = FigureRules(self._tables, tuple(m["content"] for m in prompt[-1:]))
        pieces = ChatFormat(self._engine.chat_template).prompt([_message(m) for m in prompt])
        return Request(
            head=self._tokens(pieces.head),
            tail=self._tokens(pieces.tail),
            seeds=seeds,
            max_tokens=tokens,
            sampling=SAMPLING,
            length=_ENDLESS,
            constraint=lambda: FigureGuard(rules),
            exact=True,
        )

    def run(self, work: Work) -> Run:
        """All candidates of all prompts."""
        start = time.perf_counter()
        heard: list[float] = []
        tickets = [
            self._engine.submit(
                self.request(prompt, range(work.candidates), work.tokens),
                lambda *_: heard.append(time.perf_counter()),
            )
            for prompt in work.prompts
        ]
        usages = [ticket.result()[1] for ticket in tickets]
        return Run(
            time.perf_counter() - start,
            sum(usage.decoded for usage in usages),
            sum(usage.prompt_read for usage in usages),
            min(heard) - start,
        )

    def _tokens(self, pieces: Sequence[Piece]) -> list[int]:
        return [
            token
            for piece in pieces
            for token in self._engine.tokenize(piece.text, control=piece.control)
        ]


class Bare:
    """llama.cpp alone, so many sequences side by side behind the first prompt."""

    def __init__(self, engine: Engine, rows: int, prompt: Sequence[int]) -> None:
        self._cells = engine._cells
        self._rows = rows
        self._prompt = prompt
        base = self._cells.begin()
        self._cells.read(prompt, 0, base)
        self._state = self._cells.save(base)

    def run(self, work: Work) -> Run:
        """Decode, and nothing else."""
        cells, behind = self._cells, len(self._prompt)
        cells.clear()
        base = cells.begin()
        cells.restore(self._state, behind, base)
        members = [cells.fork(base) for _ in range(self._rows)]
        start = time.perf_counter()
        for step in range(work.steps):
            token = self._prompt[step]
            cells.step([(token, behind + step, member) for member in members], exact=False)
        return Run(time.perf_counter() - start, self._rows * work.steps)


class Steps(Ours):
    """The engine's steps with all rows in use, to be compared with a bare loop."""

    def __init__(self, engine: Engine, rows: int) -> None:
        super().__init__(engine)
        self._rows = rows
        self._spent = {"computing": 0.0, "guard": 0.0, "sampling": 0.0}
        self._began = 0.0
        cells = engine._cells
        compute = cells.step

        def step(*arguments: Any, **options: Any) -> None:
            self._began = self._began or time.perf_counter()
            self._timed("computing", compute, *arguments, **options)

        sample = cells.sample

        def draw(sampler: object, row: int) -> int:
            return int(self._timed("sampling", sample, sampler, row))

        cells.step = step  # type: ignore[method-assign]
        cells.sample = draw  # type: ignore[method-assign]

    def run(self, work: Work) -> Run:
        """One prompt, a candidate in each row; counted from the first step."""
        plain = self.request(work.prompts[0], range(self._rows), work.steps + 1)
        make = plain.constraint
        assert make
        request = Request(**vars(plain) | {"constraint": lambda: _Timed(make(), self._timed)})
        self._spent = dict.fromkeys(self._spent, 0.0)
        self._began = 0.0
        _, usage = self._engine.run(request)
        seconds = time.perf_counter() - self._began
        shares = {name: spent / seconds for name, spent in self._spent.items()}
        shares["rest"] = 1 - sum(shares.values())
        return Run(seconds, usage.decoded - self._rows, shares=shares)

    def _timed(self, name: str, function: Callable[..., Any], *arguments: Any, **more: Any) -> Any:
        start = time.perf_counter()
        try:
            return function(*arguments, **more)
        finally:
            if self._began:
                self._spent[name] += time.perf_counter() - start


class _Timed:
    """A constraint whose time is counted."""

    def __init__(self, constraint: Constraint, timed: Callable[..., Any]) -> None:
        self._constraint = constraint
        self._timed = timed

    def apply(self, logits: Logits) -> None:
        """Edit the logits."""
        self._timed("guard", self._constraint.apply, logits)

    def advance(self, token: int) -> None:
        """Take note of a token."""
        self._timed("guard", self._constraint.advance, token)


class Plain:
    """llama-cpp-python's `create_chat_completion`, one candidate after the other."""

    def __init__(self, work: Work, *, grammar: bool) -> None:
        load_library()  # its log kept off the terminal
        from llama_cpp import Llama

        llama = Llama(
            str(work.file),
            n_ctx=_CONTEXT,
            n_threads=work.threads,
            n_threads_batch=work.threads,
            verbose=False,
        )
        self._llama = cast(Any, llama)
        self._format = {"type": "json_object", "schema": _GRAMMAR} if grammar else None
        self._sampled: list[float] = []
        self._evaluated = 0
        sample, evaluate = self._llama.sample, self._llama.eval

        def count_sample(*arguments: Any, **options: Any) -> Any:
            token = sample(*arguments, **options)
            self._sampled.append(time.perf_counter())
            return token

        def count_tokens(tokens: Sequence[int]) -> None:
            self._evaluated += len(tokens)
            evaluate(tokens)

        self._llama.sample, self._llama.eval = count_sample, count_tokens

    def run(self, work: Work) -> Run:
        """Each candidate in its turn; what its prompt has in common with the last is reused."""
        self._sampled.clear()
        self._evaluated = 0
        start = time.perf_counter()
        for prompt, seed in work.jobs:
            self._llama.create_chat_completion(
                list(prompt),
                max_tokens=work.tokens,
                seed=seed,
                temperature=SAMPLING.temperature,
                top_k=SAMPLING.top_k,
                top_p=SAMPLING.top_p,
                repeat_penalty=SAMPLING.repeat_penalty,
                response_format=self._format,
            )
        decoded = len(self._sampled)
        read = self._evaluated - (decoded - len(work.jobs))  # the last token is not evaluated
        return Run(time.perf_counter() - start, decoded, read, self._sampled[0] - start)


class Server:
    """A llama.cpp server with parallel slots and prompt cache."""

    def __init__(self, url: str) -> None:
        self._url = url

    def run(self, work: Work) -> Run:
        """All candidates at once, each a request of its own."""
        start = time.perf_counter()

        def ask(job: tuple[Sequence[Message], int]) -> tuple[float, dict[str, int]]:
            prompt, seed = job
            body = {
                "messages": list(prompt),
                "seed": seed,
                "max_tokens": work.tokens,
                "ignore_eos": True,
                "cache_prompt": True,
                "stream": True,
                "temperature": SAMPLING.temperature,
                "top_k": SAMPLING.top_k,
                "top_p": SAMPLING.top_p,
                "repeat_penalty": SAMPLING.repeat_penalty,
            }
            first = 0.0
            timings: dict[str, int] = {}
            url = f"{self._url}/v1/chat/completions"
            with httpx.stream("POST", url, json=body, timeout=None, trust_env=False) as answer:
                for line in answer.iter_lines():
                    if line.startswith("data: {"):
                        told = json.loads(line.removeprefix("data: "))
                        timings = told.get("timings", timings)
                        text = any(c["delta"].get("content") for c in told["choices"])
                        if text and not first:
                            first = time.perf_counter()
            return first or time.perf_counter(), timings

        with ThreadPoolExecutor(len(work.jobs)) as pool:
            told = list(pool.map(ask, work.jobs))
        return Run(
            time.perf_counter() - start,
            sum(timings["predicted_n"] for _, timings in told),
            sum(timings["prompt_n"] for _, timings in told),
            min(first for first, _ in told) - start,
        )


@contextmanager
def _server(work: Work) -> Iterator[str]:
    """A server of as many slots as we have rows, as far as there are requests for them."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    slots = min(work.rows, len(work.jobs))
    command = [work.server, "-m", str(work.file), "--port", str(port), "-t", str(work.threads)]
    command += ["-np", str(slots), "-c", str(work.context), "--kv-unified"]
    url = f"http://127.0.0.1:{port}"
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _await_health(process, url)
            yield url
        finally:
            process.terminate()


def _await_health(process: "subprocess.Popen[bytes]", url: str) -> None:
    while process.poll() is None:
        try:
            if httpx.get(f"{url}/health", trust_env=False).is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    raise AssistantError(f"the server ended with code {process.returncode}")


def resident_bytes() -> int:
    """Memory of this process and those that it started."""
    own = psutil.Process()
    return sum(p.memory_info().rss for p in [own, *own.children(recursive=True)])


def _message(message: Message) -> BaseMessage:
    kinds: dict[str, type[BaseMessage]] = {
        "system": SystemMessage,
        "user": HumanMessage,
        "assistant": AIMessage,
    }
    return kinds[message["role"]](content=message["content"])
