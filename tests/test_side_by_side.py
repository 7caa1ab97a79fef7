"""Many requests in one running batch: each gets the text that it gets alone, none gets lost."""

import random
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import pytest
from langchain_core.messages import HumanMessage, SystemMessage
from tiny import SMALL_MODEL

from assistant.errors import Cancelled
from assistant.llm.catalogue import shipped_models
from assistant.llm.chat_format import ChatFormat
from assistant.llm.engine import Engine
from assistant.llm.prefix_store import PrefixStore
from assistant.llm.request import Completion, Exact, Length, Request

pytestmark = pytest.mark.model

SYSTEMS = [
    "你是机关文字秘书，写一段话。",
    "你是诗人，写几句诗。",
    "你是会计，只报数字，不说别的话。",
]
SUBJECTS = ["汛期停水的村", "河道巡查记录", "学习制度", "群众来信", "窗口办件", "项目资金"]


@pytest.fixture(scope="module")
def engine(model_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """So few cells that what is done must be cleared away again and again."""
    engine = Engine(
        model_home / "models" / shipped_models()[SMALL_MODEL].file,
        model_hash="small",
        context=1024,
        threads=2,
        prefixes=PrefixStore(tmp_path_factory.mktemp("prefixes")),
    )
    yield engine
    engine.close()


def make(engine: Engine, number: int) -> Request:
    """A request that depends on its number alone."""
    chance = random.Random(number)
    prompt = ChatFormat(engine.chat_template).prompt(
        [
            SystemMessage(chance.choice(SYSTEMS)),
            HumanMessage(f"{chance.choice(SUBJECTS)}，{number}"),
        ]
    )
    head, tail = (
        [t for piece in pieces for t in engine.tokenize(piece.text, control=piece.control)]
        for pieces in (prompt.head, prompt.tail)
    )
    return Request(
        head,
        tail,
        seeds=[number + i for i in range(chance.choice([1, 1, 2, 3, 4]))],
        max_tokens=chance.randint(1, 16),
        length=Length(least=chance.choice([0, 10])),
        exact=chance.choice(["few", "many"]),
    )


def texts(engine: Engine, request: Request) -> list[str]:
    return [completion.text for completion in engine.run(request)[0]]


def test_text_does_not_depend_on_what_is_written_beside_it(engine: Engine) -> None:
    requests = [make(engine, number) for number in range(12)]
    alone = [texts(engine, request) for request in requests]
    for seed in range(2):
        order = random.Random(seed).sample(range(12), 12)
        tickets = {number: engine.submit(requests[number]) for number in order}
        for number, ticket in tickets.items():
            assert [c.text for c in ticket.result()[0]] == alone[number], number
    assert len({tuple(text) for text in alone}) > 10


def test_a_request_joins_a_running_batch(engine: Engine) -> None:
    long = Request(**{**vars(make(engine, 1)), "max_tokens": 50, "length": Length(least=200)})
    short = make(engine, 2)
    expected = texts(engine, long), texts(engine, short)
    writing = threading.Event()
    first = engine.submit(long, lambda *_: writing.set())
    writing.wait()
    assert texts(engine, short) == expected[1]
    assert [c.text for c in first.result()[0]] == expected[0]


def test_what_does_not_fit_yet_lets_a_smaller_request_pass(engine: Engine) -> None:
    plain = vars(make(engine, 5)) | {"length": Length(least=300)}
    large = Request(**plain | {"seeds": range(10), "max_tokens": 30, "exact": "many"})
    small = Request(**plain | {"seeds": range(2), "max_tokens": 4})
    began: list[str] = []
    tickets = [
        engine.submit(request, lambda *_, name=name: began.append(name))
        for name, request in (("first", large), ("waits", large), ("passes", small))
    ]
    for ticket in tickets:
        ticket.result()
    assert engine.rows == 16
    assert list(dict.fromkeys(began)) == ["first", "passes", "waits"]


def test_what_has_a_lower_place_comes_before_what_waits(engine: Engine) -> None:
    plain = vars(make(engine, 5)) | {"length": Length(least=300), "seeds": range(10)}
    large = Request(**plain | {"max_tokens": 20, "exact": "many"})
    began: list[str] = []
    writing = threading.Event()

    def tell(name: str, *_: object) -> None:
        began.append(name)
        writing.set()

    first = engine.submit(large, partial(tell, "first"))
    writing.wait()
    waiting = [("third", 2), ("second", 1), ("fourth", 2)]
    tickets = [engine.submit(large, partial(tell, name), place=place) for name, place in waiting]
    for ticket in (first, *tickets):
        ticket.result()
    assert list(dict.fromkeys(began)) == ["first", "second", "third", "fourth"]


def test_a_hopeless_candidate_is_given_up(engine: Engine) -> None:
    request = Request(
        **{
            **vars(make(engine, 5)),
            "max_tokens": 100,
            "length": Length(least=300, sentence_ends="，。！？\n"),
            "give_up": lambda text: len(text) > 5,
        }
    )
    for completion in engine.run(request)[0]:
        assert completion.finish == "given up"
        assert 5 < len(completion.text) < 100


@pytest.mark.parametrize("exact", ["few", "many"])
def test_openings_share_the_prompt_and_change_no_text(engine: Engine, exact: Exact) -> None:
    """What begins otherwise reads its prompt only once, and writes what it writes alone."""
    begun = [
        Request(**{**vars(make(engine, 5)), "opening": engine.tokenize(words), "exact": exact})
        for words in ("其一，水", "其二，路")
    ]
    alone = [engine.run(request) for request in begun]
    heard: list[defaultdict[int, list[str]]] = [defaultdict(list) for _ in begun]

    def hear(request: int, candidate: int, text: str) -> None:
        heard[request][candidate].append(text)

    tickets = [engine.submit(request, partial(hear, i)) for i, request in enumerate(begun)]
    for words, (texts_alone, usage), ticket, told in zip(
        ("其一，水", "其二，路"), alone, tickets, heard, strict=True
    ):
        together, shared = ticket.result()
        assert {pieces[0] for pieces in told.values()} == {words}  # before anything is drawn
        assert ["".join(told[i]) for i in range(len(together))] == [c.text for c in together]
        assert [c.text for c in together] == [c.text for c in texts_alone]
        assert all(c.text.startswith(words) for c in together)
        assert all(min(place for place, _ in c.likelihoods) == len(words) for c in together)
        assert shared.prompt_read + shared.prompt_reused == usage.prompt_read + usage.prompt_reused
    assert tickets[1].result()[1].prompt_read == len(begun[1].opening)


def test_candidates_end_when_the_others_are_enough(engine: Engine) -> None:
    """At the same place whatever is written beside them."""
    plain = Request(**{**vars(make(engine, 5)), "seeds": [1, 2, 3], "max_tokens": 40})
    whole = engine.run(plain)[0]
    asked: list[int] = []

    def enough(done: Sequence[Completion]) -> bool:
        asked.append(len(done))
        return True

    request = Request(**{**vars(plain), "enough": enough})
    ended = engine.run(request)[0]
    shortest = min(completion.tokens for completion in whole)
    assert asked == [sum(c.tokens == shortest for c in whole)]
    assert max(completion.tokens for completion in whole) > shortest
    for all_of_it, cut in zip(whole, ended, strict=True):
        assert cut.tokens == shortest
        assert all_of_it.text.startswith(cut.text)
        assert cut.finish == (all_of_it.finish if all_of_it.tokens == shortest else "enough")
    beside = [engine.submit(make(engine, number)) for number in range(4)]
    assert [c.text for c in engine.run(request)[0]] == [c.text for c in ended]
    for ticket in beside:
        ticket.result()


def test_listener_that_fails_spoils_only_its_own_request(engine: Engine) -> None:
    def fail(*_: object) -> None:
        raise ValueError("listener")

    request = make(engine, 7)
    expected = texts(engine, request)
    good, bad = engine.submit(request), engine.submit(make(engine, 8), fail)
    with pytest.raises(ValueError, match="listener"):
        bad.result()
    assert [c.text for c in good.result()[0]] == expected


def test_many_requests_and_random_cancels(engine: Engine) -> None:
    """From several threads at once; who is not cancelled gets what he gets alone."""
    requests = [make(engine, number) for number in range(8)]
    alone = [texts(engine, request) for request in requests]
    wrong: list[object] = []
    cancelled: list[int] = []

    def use(thread: int) -> None:
        chance = random.Random(thread)
        for _ in range(8):
            number = chance.randrange(8)
            ticket = engine.submit(requests[number])
            if chance.random() < 0.3:
                time.sleep(chance.random() * 0.2)
                ticket.cancel()
            try:
                got = [c.text for c in ticket.result()[0]]
            except Cancelled:
                cancelled.append(number)
                continue
            except Exception as error:
                wrong.append(error)
                continue
            if got != alone[number]:
                wrong.append((number, got, alone[number]))

    threads = [threading.Thread(target=use, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=600)
    assert not any(thread.is_alive() for thread in threads)
    assert not wrong
    assert cancelled
    assert texts(engine, requests[0]) == alone[0]
