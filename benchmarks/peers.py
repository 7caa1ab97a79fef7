"""Other ways of running the same model on the same prompts."""

import json
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, cast

import httpx
from measured import Message, Run, Work

from assistant.errors import AssistantError
from assistant.llm.native import load_library
from assistant.llm.request import Sampling

SAMPLING = Sampling()
SLOTS = 8
"""Each slot of a server reads the whole prompt for itself, so that more of them cost more than
they bring."""
_CONTEXT = 4096
_GRAMMAR = {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}


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
        for prompt, seed, tokens in work.jobs:
            self._llama.create_chat_completion(
                list(prompt),
                max_tokens=tokens,
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
        """Each candidate a request of its own, twice as many at a time as there are slots."""
        start = time.perf_counter()

        def ask(job: tuple[Sequence[Message], int, int]) -> tuple[float, dict[str, int]]:
            prompt, seed, tokens = job
            body = {
                "messages": list(prompt),
                "seed": seed,
                "max_tokens": tokens,
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

        with ThreadPoolExecutor(2 * SLOTS) as pool:
            told = list(pool.map(ask, work.jobs))
        return Run(
            time.perf_counter() - start,
            sum(timings["predicted_n"] for _, timings in told),
            sum(timings["prompt_n"] for _, timings in told),
            min(first for first, _ in told) - start,
        )


@contextmanager
def served(work: Work, program: str) -> Iterator[str]:
    """Start the program with `SLOTS` slots and as many cells as the engine has; yields its URL."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [program, "-m", str(work.file), "--port", str(port), "-t", str(work.threads)]
    command += ["-np", str(SLOTS), "-c", str(work.context), "--kv-unified"]
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
