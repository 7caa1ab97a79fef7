"""The engine under load, with a tiny model: each text as alone, nothing lost, nothing left over."""

import random
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest
from tiny_model import write_tiny_model

from assistant.errors import Cancelled, ModelError
from assistant.llm.cells import Part
from assistant.llm.engine import Engine
from assistant.llm.native import kernels
from assistant.llm.prefix_store import PrefixStore
from assistant.llm.request import Exact, Length, Request

LONGER_THAN_A_STEP = "the opening of an answer " * 4
HEADS = ["You write one paragraph. ", "You are a poet. " * 4, ""]
REQUESTS, KINDS, THREADS = 500, 40, 6


@pytest.fixture(scope="module")
def model_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_model(tmp_path_factory.mktemp("tiny"))


def load(
    file: Path, *, threads: int = 2, rows: int = 16, context: int = 2048, repacked: bool = False
) -> Engine:
    return Engine(
        file,
        model_hash="tiny",
        context=context,
        threads=threads,
        rows=rows,
        prefixes=PrefixStore(None),
        repacked=repacked,
    )


@pytest.fixture
def engine(model_file: Path) -> Iterator[Engine]:
    """So few cells that what is done must be cleared away again and again."""
    engine = load(model_file, context=768)
    yield engine
    engine.close()


def make(engine: Engine, number: int) -> Request:
    """A request that depends on its number alone."""
    chance = random.Random(number)
    tail = "".join(chance.choices("abcdefgh \n", k=chance.choice([1, 5, 20, 38, 70, 120])))
    candidates = chance.choice([1, 1, 2, 3, 8])
    return Request(
        engine.tokenize(chance.choice(HEADS)),
        engine.tokenize(tail),
        seeds=[number + i for i in range(candidates)],
        max_tokens=chance.choice([1, 4, 12, 40]),
        length=Length(least=chance.choice([0, 10])),
        opening=engine.tokenize(chance.choice(["", "ab", "c d", LONGER_THAN_A_STEP])),
        exact="few" if candidates < 8 and chance.random() < 0.5 else "many",
    )


def texts(engine: Engine, request: Request) -> list[tuple[str, int, str]]:
    return [(c.text, c.tokens, c.finish) for c in engine.run(request)[0]]


@pytest.mark.slow
def test_five_hundred_requests_and_random_cancels(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    requests = [make(engine, number) for number in range(KINDS)]
    alone = [texts(engine, request) for request in requests]
    assert len({text[0][0] for text in alone}) > KINDS // 2
    engine.decode_rate(steps=1)  # waits until the engine has put everything away
    samplers: Counter[str] = Counter()
    count_calls(engine, monkeypatch, samplers, "llama_sampler_chain_init", "llama_sampler_free")
    untouched = engine._cells.sequences_left
    memory = psutil.Process().memory_info().rss

    def ask(turn: int) -> str:
        chance = random.Random(turn)
        number = chance.randrange(KINDS)
        heard = threading.Event()
        ticket = engine.submit(requests[number], lambda *_: heard.set())
        if chance.random() < 0.3:
            if chance.random() < 0.5:
                heard.wait(0.2)  # mostly in the middle of writing
            ticket.cancel()
        try:
            got = [(c.text, c.tokens, c.finish) for c in ticket.result()[0]]
        except Cancelled:
            return "cancelled"
        return "same" if got == alone[number] else f"{number} turned out otherwise"

    with ThreadPoolExecutor(THREADS) as pool:
        told = Counter(pool.map(ask, range(REQUESTS), timeout=300))
    assert set(told) == {"same", "cancelled"}
    assert told["cancelled"] > REQUESTS // 20
    assert told["same"] > REQUESTS // 2
    engine.decode_rate(steps=1)
    assert samplers["llama_sampler_chain_init"] == samplers["llama_sampler_free"] > REQUESTS // 2
    assert (engine._cells.used, engine._cells.sequences_left) == (0, untouched)
    assert psutil.Process().memory_info().rss - memory < 30_000_000
    assert [texts(engine, request) for request in requests] == alone


def count_calls(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, counts: Counter[str], *names: str
) -> None:
    for name in names:
        function = getattr(engine._lib, name)

        def counted(*arguments: object, _name: str = name, _function: object = function) -> object:
            counts[_name] += 1
            assert callable(_function)
            return _function(*arguments)

        monkeypatch.setattr(engine._lib, name, counted)


@pytest.mark.parametrize("repacked", [False, True], ids=["as they lie", "repacked"])
def test_text_depends_neither_on_threads_nor_on_rows_nor_on_cells(
    model_file: Path, repacked: bool
) -> None:
    """Prompts of which one token is read by itself behind many others are the hard ones."""

    def written(threads: int, rows: int, context: int) -> list[list[tuple[str, int, str]]]:
        engine = load(model_file, threads=threads, rows=rows, context=context, repacked=repacked)
        requests = [make(engine, number) for number in range(8)]
        for length in (1, 12, 38, 257, 513):
            tail = (engine.tokenize("abcdefgh") * 65)[:length]
            requests.append(Request(engine.tokenize("x" * 513), tail, [1, 2], 12, exact="many"))
        tickets = [engine.submit(request) for request in requests]
        try:
            return [[(c.text, c.tokens, c.finish) for c in t.result()[0]] for t in tickets]
        finally:
            engine.close()

    first = written(1, 8, 4096)
    assert written(2, 16, 8192) == first
    assert written(3, 48, 2048) == first


def test_prompts_of_the_waiting_are_read_in_one_go(
    model_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is told as read by the request whose prompt it is, and no text differs."""
    engine = load(model_file, rows=8)
    gos: list[int] = []
    read = engine._cells.read_together

    def counted(parts: Sequence[Part]) -> list[int]:
        gos.append(len(parts))
        return read(parts)

    monkeypatch.setattr(engine._cells, "read_together", counted)
    opening = engine.tokenize("ab")
    requests = [
        Request([], engine.tokenize(letter * 60), range(4), 12, opening=opening, exact="many")
        for letter in "abcdef"
    ]
    alone = [engine.run(request) for request in requests]
    assert set(gos) == {1}
    gos.clear()
    engine.decode_rate(steps=1)  # waits until the engine has put everything away
    asked = threading.Event()

    def listen(*_: object) -> None:
        asked.wait(30)

    tickets = [engine.submit(request, listen) for request in requests]
    asked.set()
    for ticket, (completions, usage) in zip(tickets, alone, strict=True):
        together, paid = ticket.result()
        assert [c.text for c in together] == [c.text for c in completions]
        assert paid.prompt_read == usage.prompt_read == 62
    assert [go for go in gos if go] == [1, 4, 1]
    engine.close()


def test_more_candidates_than_a_step_has_rows_are_refused(engine: Engine) -> None:
    prompt = engine.tokenize("abc")
    exact: Exact
    for exact, most in (("few", 4), ("many", 16)):
        engine.run(Request([], prompt, range(most), 1, exact=exact))
        with pytest.raises(ModelError, match=f"至多 {most} 个"):
            engine.run(Request([], prompt, range(most + 1), 1, exact=exact))


def test_the_weights_are_kept_in_memory_once(engine: Engine, model_file: Path) -> None:
    """Mapped as they lie in the file; repacked, they have memory of their own."""
    assert engine.rows == 16
    mapped = [part.path for part in psutil.Process().memory_maps()]
    assert (str(model_file) in mapped) == ("AVX512_VNNI = 1" in kernels())
