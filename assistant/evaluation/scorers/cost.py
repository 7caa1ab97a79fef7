"""What writing cost."""

from assistant.evaluation.scorers.scorer import Score, scorer, unscored
from assistant.evaluation.scorers.subject import Subject

_NOTHING = "没有用模型写"


@scorer("seconds", "用时", best="low", unit="秒")
def seconds(subject: Subject) -> Score:
    """Seconds from the first prompt to the whole text, the model being loaded. Of documents written
    at the same time (scorer `beside`), the part of the shared wall seconds that falls to the
    text by the tokens decoded: what it costs, not how long one waits for it (scorer `elapsed`);
    ours writes a document alone, so that both are the same. Range 0 and up."""
    return Score(subject.cost.seconds) if subject.cost else unscored(_NOTHING)


@scorer("seconds_per_100", "百字用时", best="low", unit="秒")
def seconds_per_100(subject: Subject) -> Score:
    """100·seconds/characters, seconds shared out as in scorer `seconds`. Range 0 and up. Source:
    field guide 5.1."""
    if not subject.cost or not subject.length:
        return unscored(_NOTHING)
    return Score(100 * subject.cost.seconds / subject.length)


@scorer("beside", "同时写的份数", best="none", unit="份")
def beside(subject: Subject) -> Score:
    """Documents that the model was writing meanwhile, this one included, mean over time. Range 1
    and up."""
    return Score(subject.beside or 1) if subject.cost else unscored(_NOTHING)


@scorer("elapsed", "历时", best="none", unit="秒")
def elapsed(subject: Subject) -> Score:
    """Wall seconds from the first prompt to the whole text, whatever was written beside it; equal
    to `seconds` where nothing was. Range 0 and up."""
    if not subject.cost:
        return unscored(_NOTHING)
    return Score(subject.cost.seconds if subject.elapsed is None else subject.elapsed)


@scorer("tokens", "解码词元", best="none")
def tokens(subject: Subject) -> Score:
    """Tokens decoded, candidates that were dropped among them. Range 0 and up."""
    return Score(subject.cost.tokens_decoded) if subject.cost else unscored(_NOTHING)


@scorer("tokens_per_second", "词元每秒", best="high")
def tokens_per_second(subject: Subject) -> Score:
    """Tokens decoded/seconds, reading of prompts included: of documents written at the same time,
    the rate of the whole batch. Range 0 and up. Source: field guide 5.1."""
    if not subject.cost or not subject.cost.seconds:
        return unscored(_NOTHING)
    return Score(subject.cost.tokens_decoded / subject.cost.seconds)


@scorer("prompt_read", "读入词元", best="none")
def prompt_read(subject: Subject) -> Score:
    """Prompt tokens that had to be read. Range 0 and up."""
    return Score(subject.cost.prompt_tokens_read) if subject.cost else unscored(_NOTHING)


@scorer("prompt_reused", "复用词元", best="none")
def prompt_reused(subject: Subject) -> Score:
    """Prompt tokens taken over from a kept state. Range 0 and up."""
    return Score(subject.cost.prompt_tokens_reused) if subject.cost else unscored(_NOTHING)


@scorer("memory", "内存峰值", best="low", unit="MB")
def memory(subject: Subject) -> Score:
    """Most main memory that the process held meanwhile, the model included. Range 0 and up; not
    scored where other documents were written in the same process."""
    if subject.peak_memory is None:
        return unscored("与别的稿子同时写，没有单独测量" if subject.cost else _NOTHING)
    return Score(subject.peak_memory)


SCORERS = (
    seconds,
    seconds_per_100,
    beside,
    elapsed,
    tokens,
    tokens_per_second,
    prompt_read,
    prompt_reused,
    memory,
)
