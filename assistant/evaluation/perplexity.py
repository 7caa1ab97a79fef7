"""How probable the local model finds a text: perplexity, measured by forcing its tokens."""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from assistant.evaluation.log import EvaluationLog
from assistant.llm.engine import Engine
from assistant.llm.guard import Logits
from assistant.llm.request import Request

_WINDOW = 256
"""Tokens of a window; windows are read side by side, each without what stands before it."""


class ForcedText:
    """Lets only the tokens of a text through, and adds up how improbable each was."""

    def __init__(self, tokens: Sequence[int]) -> None:
        self._tokens = tokens
        self._place = 0
        self.surprise = 0.0
        """Sum of the negative log-likelihoods so far."""

    def apply(self, logits: Logits) -> None:
        """Note the probability of the text's next token, and forbid all others."""
        token = self._tokens[self._place]
        wide = logits.astype(np.float64)
        top = wide.max()
        self.surprise += float(top + np.log(np.exp(wide - top).sum()) - wide[token])
        only = logits[token]
        logits[:] = -np.inf
        logits[token] = only

    def advance(self, token: int) -> None:
        """Go on behind `token`, the only one that there was."""
        assert token == self._tokens[self._place]
        self._place += 1


def perplexity(engine: Engine, text: str) -> float | None:
    """exp of the mean surprise of a text's tokens; nothing for a text of one token or none."""
    tokens = engine.tokenize(text)
    windows = [tokens[start : start + _WINDOW] for start in range(0, len(tokens), _WINDOW)]
    windows = [window for window in windows if len(window) > 1]
    forced = [ForcedText(window[1:]) for window in windows]
    tickets = [
        engine.submit(
            Request(
                head=(),
                tail=window[:1],
                seeds=(0,),
                max_tokens=len(window) - 1,
                constraint=partial(_itself, own),
            )
        )
        for window, own in zip(windows, forced, strict=True)
    ]
    for ticket in tickets:
        ticket.result()
    count = sum(len(window) - 1 for window in windows)
    return round(float(np.exp(sum(own.surprise for own in forced) / count)), 3) if count else None


def _itself(forced: ForcedText) -> ForcedText:
    return forced


def measure_missing(log: EvaluationLog, engine: Engine, tell: Callable[[str], None]) -> None:
    """Measure every text of the log that was not measured."""
    for record in log.records():
        if record.perplexity is None and record.text:
            tell(f"{record.case} {record.job.name}")
            measured = perplexity(engine, record.text)
            log.save(record.model_copy(update={"perplexity": measured}))
