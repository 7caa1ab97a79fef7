"""The small model as a LangChain chat model."""

from collections.abc import Generator
from contextlib import closing
from typing import Any

import pytest
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.language_models import LanguageModelInput
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
from langchain_core.output_parsers import StrOutputParser
from langchain_core.outputs import LLMResult
from langchain_core.prompts import ChatPromptTemplate

from assistant.errors import Cancelled, ModelError
from assistant.llm.chat_model import LocalChatModel
from assistant.llm.request import Length
from assistant.text.figures import find_figures

pytestmark = pytest.mark.model

ASK: LanguageModelInput = [
    SystemMessage("只用中文，写一段话。"),
    HumanMessage("事实：汛期停水超过24小时的村有17个。"),
]


class Listener(BaseCallbackHandler):
    """Keeps what the model tells."""

    def __init__(self) -> None:
        self.text = ""
        self.answers: list[str] = []
        self.errors: list[BaseException] = []

    def on_llm_new_token(self, token: Any, **_: Any) -> None:
        self.text += token

    def on_llm_end(self, response: LLMResult, **_: Any) -> None:
        self.answers.append(response.generations[0][0].text)

    def on_llm_error(self, error: BaseException, **_: Any) -> None:
        self.errors.append(error)


def continued(prefill: str) -> LanguageModelInput:
    assert isinstance(ASK, list)
    return [*ASK, AIMessage(prefill)]


def test_invoke(small_model: LocalChatModel) -> None:
    answer = small_model.invoke(ASK, seed=3, max_tokens=8)
    assert answer.text
    assert answer.response_metadata["finish_reason"] == "length"
    usage = answer.usage_metadata
    assert usage
    assert usage["output_tokens"] == 8
    assert usage["total_tokens"] == usage["input_tokens"] + 8
    read = answer.response_metadata["prompt_tokens_read"]
    reused = answer.response_metadata["prompt_tokens_reused"]
    assert read + reused == usage["input_tokens"] > 20


def test_stream_gives_the_text_of_invoke_in_pieces(small_model: LocalChatModel) -> None:
    pieces = [chunk.text for chunk in small_model.stream(ASK, seed=3, max_tokens=8) if chunk.text]
    assert len(pieces) > 1
    assert "".join(pieces) == small_model.invoke(ASK, seed=3, max_tokens=8).text


def test_stream_closed_early_stops_the_model(small_model: LocalChatModel) -> None:
    chunks = small_model.stream(ASK, max_tokens=2000)
    assert isinstance(chunks, Generator)
    with closing(chunks):
        next(chunks)
    assert small_model.invoke(ASK, max_tokens=2).text


def test_batch_of_equal_prompts_is_read_once(small_model: LocalChatModel) -> None:
    answers = small_model.batch([ASK, ASK, ASK], seed=3, max_tokens=12, temperature=1.2)
    assert len({answer.text for answer in answers}) > 1
    read = [answer.response_metadata["prompt_tokens_read"] for answer in answers]
    assert read[0] > 0
    assert read[1:] == [0, 0]
    again = small_model.batch([ASK, ASK, ASK], seed=3, max_tokens=12, temperature=1.2)
    assert [a.text for a in again] == [a.text for a in answers]


def test_batch_answers_each_prompt_in_its_place(small_model: LocalChatModel) -> None:
    prompts = [
        continued("甲乙丙丁，甲乙丙"),
        continued("一二三四，一二三"),
        continued("甲乙丙丁，甲乙丙"),
    ]
    answers = small_model.batch(prompts, max_tokens=1, temperature=0.01)
    assert answers[0].text == answers[2].text != answers[1].text


def test_batch_of_more_than_one_context_holds(small_model: LocalChatModel) -> None:
    listeners = [Listener() for _ in range(10)]
    configs: Any = [{"callbacks": [listener]} for listener in listeners]
    answers = small_model.batch([ASK] * 10, configs, max_tokens=2)
    assert [listener.text for listener in listeners] == [answer.text for answer in answers]


def test_callbacks_hear_every_token_and_the_end(small_model: LocalChatModel) -> None:
    for call in ("invoke", "stream", "batch"):
        listener = Listener()
        config: Any = {"callbacks": [listener]}
        keywords: Any = {"seed": 3, "max_tokens": 5, "place": 1}
        if call == "invoke":
            text = str(small_model.invoke(ASK, config, **keywords).text)
        elif call == "stream":
            text = "".join(c.text for c in small_model.stream(ASK, config, **keywords))
        else:
            text = small_model.batch([ASK], [config], **keywords)[0].text
        assert listener.text == text, call
        assert listener.answers == [text], call


def test_callbacks_hear_an_error(small_model: LocalChatModel) -> None:
    listener = Listener()
    config: Any = {"callbacks": [listener]}
    with pytest.raises(ModelError):
        small_model.batch([ASK, ASK], config, max_tokens=50_000)
    assert [type(error) for error in listener.errors] == [ModelError, ModelError]


def test_batch_may_return_its_errors(small_model: LocalChatModel) -> None:
    assert isinstance(ASK, list)
    long = [HumanMessage("水" * 20_000)]
    good, bad = small_model.batch([ASK, long], max_tokens=2, return_exceptions=True)
    assert good.text
    assert isinstance(bad, ModelError)


def test_prefill_is_continued_and_not_repeated(small_model: LocalChatModel) -> None:
    prefill = "汛期停水超过24小时的村"
    answer = small_model.invoke(continued(prefill), temperature=0.01, max_tokens=3)
    assert answer.text
    assert "汛期" not in answer.text


def test_stop_is_left_out(small_model: LocalChatModel) -> None:
    prompt = continued("甲、乙、丙、丁、戊、己、")
    free = small_model.invoke(prompt, temperature=0.01, max_tokens=8).text
    assert "、" in free
    stopped = small_model.invoke(prompt, stop=["、"], temperature=0.01, max_tokens=8)
    assert stopped.text == free.split("、")[0]
    assert stopped.response_metadata["finish_reason"] == "stop"
    chunks = small_model.stream(prompt, stop=["、"], temperature=0.01, max_tokens=8)
    assert "".join(chunk.text for chunk in chunks) == stopped.text


def test_figures_and_avoided_words(small_model: LocalChatModel) -> None:
    fact = "汛期停水超过24小时的村有17个"
    answers = small_model.batch(
        [continued("")] * 4,
        figures=[fact],
        avoid=["，", "村"],
        max_tokens=24,
        temperature=1.2,
    )
    text = "\n".join(answer.text.rstrip("0123456789") for answer in answers)
    assert not {"，", "村"} - set(fact) & set(text)
    given = {f.number for f in find_figures(fact)}
    assert {f.number for f in find_figures(text, chinese=False)} <= given


def test_length(small_model: LocalChatModel) -> None:
    answer = small_model.invoke(ASK, length=Length(least=30, enough=30), max_tokens=120)
    assert len(answer.text) >= 30
    assert answer.text[-1] in "。！？"


def test_cancel(small_model: LocalChatModel) -> None:
    class Stop(BaseCallbackHandler):
        def on_llm_new_token(self, *_: Any, **__: Any) -> None:
            small_model.cancel()

    with pytest.raises(Cancelled):
        small_model.invoke(ASK, {"callbacks": [Stop()]}, max_tokens=500)


def test_in_a_chain(small_model: LocalChatModel) -> None:
    prompt = ChatPromptTemplate([("system", "只用中文。"), ("human", "{request}")])
    chain = prompt | small_model.bind(max_tokens=4) | StrOutputParser()
    assert chain.invoke({"request": "写一句话。"})


def test_counts_tokens(small_model: LocalChatModel) -> None:
    for text in ("农村供水保障不够有力", "<|im_end|>", ""):
        assert small_model.get_num_tokens(text) == len(small_model.engine.tokenize(text))


def test_openings_begin_the_answers(small_model: LocalChatModel) -> None:
    """Equal prompts that begin otherwise have seeds and texts of their own."""
    openings = ["说到底，", "说到底，", "这反映出班子"]
    answers = small_model.batch(
        [continued("学习抓得不紧。")] * 3,
        openings=openings,
        figures=[],
        length=Length(least=6, enough=6),
        max_tokens=60,
        seed=3,
    )
    assert answers[0].text != answers[1].text
    for opening, answer in zip(openings, answers, strict=True):
        assert str(answer.text).startswith(opening)
        assert len(str(answer.text)) >= len(opening) + 6
        drawn = dict(answer.response_metadata["likelihoods"])
        assert min(drawn) == len(opening)
        assert max(drawn.values()) <= 0
    one = small_model.invoke(continued("学习抓得不紧。"), opening="这反映出班子", max_tokens=5)
    assert str(one.text).startswith("这反映出班子")
