"""One text as it grows: drawn token by token, bounded, told piece by piece."""

import codecs
from types import ModuleType

import numpy as np

from assistant.llm.cells import Cells
from assistant.llm.guard import Logits
from assistant.llm.request import Completion, Request
from assistant.llm.vocabulary import Vocabulary

_PENALTY_WINDOW = 96
"""Tokens looked back for the repeat penalty."""
_CLAUSE_ENDS = ("，", "；")


class Candidate:
    """One candidate of a request."""

    def __init__(
        self, lib: ModuleType, vocabulary: Vocabulary, request: Request, *, seed: int
    ) -> None:
        self._lib = lib
        self._vocabulary = vocabulary
        self._request = request
        self._constraint = request.constraint and request.constraint()
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._sampler = self._make_sampler(seed)
        self.completion = Completion()
        self.token = 0
        """The token drawn last."""
        for token in request.opening:
            lib.llama_sampler_accept(self._sampler, token)
            if self._constraint:
                self._constraint.advance(token)
            self.completion.text += self._decoder.decode(vocabulary.pieces[token])
        self._opened = len(self.completion.text)
        """Characters of the opening."""

    def _make_sampler(self, seed: int) -> object:
        lib, sampling = self._lib, self._request.sampling
        chain = lib.llama_sampler_chain_init(lib.llama_sampler_chain_default_params())
        size = len(self._vocabulary.pieces)
        for sampler in (
            lib.llama_sampler_init_top_k(sampling.top_k),
            lib.llama_sampler_init_penalties(
                size, _PENALTY_WINDOW, sampling.repeat_penalty, 0.0, 0.0
            ),
            lib.llama_sampler_init_top_p(sampling.top_p, 1),
            lib.llama_sampler_init_temp(sampling.temperature),
            lib.llama_sampler_init_dist(seed & 0xFFFFFFFF),
        ):
            lib.llama_sampler_chain_add(chain, sampler)
        return chain

    def free(self) -> None:
        """Free the sampler."""
        self._lib.llama_sampler_free(self._sampler)

    @property
    def finished(self) -> bool:
        """Whether it has come to its end."""
        return bool(self.completion.finish)

    def stop(self) -> None:
        """End it where it stands: the others are enough."""
        self.completion.finish = "enough"

    def draw(self, cells: Cells, row: int) -> str:
        """Draw the next token from a row's logits and return the text that it adds."""
        logits = cells.logits(row)
        total = _log_sum(logits)
        if self._constraint or self._request.length.least:
            self._bound(logits)
        self.token = cells.sample(self._sampler, row)
        before = len(self.completion.text)
        self.completion.likelihoods.append((before, float(logits[self.token]) - total))
        if self._constraint:
            self._constraint.advance(self.token)
        self._grow()
        return self.completion.text[before:]

    def _bound(self, logits: Logits) -> None:
        if self._constraint:
            self._constraint.apply(logits)
        if len(self.completion.text) - self._opened < self._request.length.least:
            logits[list(self._vocabulary.ends)] = -np.inf

    def _grow(self) -> None:
        request, done = self._request, self.completion
        done.tokens += 1
        if self.token in self._vocabulary.ends:
            done.finish = "stop"
            return
        done.text += self._decoder.decode(self._vocabulary.pieces[self.token])
        for mark in request.stop:
            if mark in done.text:
                done.text, done.finish = done.text.split(mark, 1)[0], "stop"
        if done.finish:
            return
        ended = done.text.endswith(tuple(request.length.sentence_ends))
        if ended and len(done.text) - self._opened >= request.length.enough:
            done.finish = "stop"
        elif (
            (ended or done.text.endswith(_CLAUSE_ENDS))
            and request.give_up
            and request.give_up(done.text)
        ):
            done.finish = "given up"
        elif len(done.likelihoods) >= request.max_tokens:
            done.finish = "length"


def _log_sum(logits: Logits) -> float:
    """The logarithm of the sum of the exponentials."""
    highest = logits.max()
    return float(highest + np.log(np.exp(logits - highest).sum()))
