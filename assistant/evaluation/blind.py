"""Blind reading: people judge pairs of paragraphs and do not know who wrote which."""

import itertools
import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from jinja2 import Environment, PackageLoader
from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.errors import AssistantError, InputError, reason
from assistant.evaluation.log import EvaluationLog
from assistant.evaluation.scorers.subject import Subject, printed
from assistant.evaluation.statistics import Interval, wilson
from assistant.evaluation.systems import BASE
from assistant.files import write_private
from assistant.plan import Slot

RIVALS = ("reference", "one-shot")
"""Systems whose paragraphs are read beside ours."""
READ = (BASE, *RIVALS)
_ROLES = ("problem", "cause", "work")
"""Paragraphs in which the writing counts; measures are mostly code's."""
_ORDINAL = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}是|第[一二三四五六七八九十]+[，、]|\d+[.、]"
    r"|（[一二三四五六七八九十\d]+）)"
)

Choice = Literal["left", "right", "same"]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Pair(_Model):
    """Two paragraphs on the same point."""

    number: int
    about: str
    """The point, in the unit's words."""
    facts: tuple[str, ...]
    """What the unit told of it."""
    left: str
    right: str


class Hidden(_Model):
    """Who wrote a pair."""

    number: int
    case: str
    slot: str
    left: str
    right: str
    """Names of systems."""


class Key(_Model):
    """`blind-key.json`: kept apart from the form."""

    seed: int
    pairs: tuple[Hidden, ...]


class Answers(_Model):
    """What a reader's form gives back."""

    reader: str = ""
    choices: dict[int, Choice]
    """By number of the pair."""
    remarks: dict[int, str] = {}


@dataclass(frozen=True)
class Verdict:
    """How one system did against another."""

    first: str
    second: str
    won: int
    even: int
    lost: int

    @property
    def share(self) -> float:
        """Wins of all, an even pair counted half."""
        return (self.won + self.even / 2) / (self.won + self.even + self.lost)

    @property
    def interval(self) -> Interval:
        """Where that share lies with 95 per cent confidence."""
        return wilson(self.won + self.even / 2, self.won + self.even + self.lost)


def make_pairs(log: EvaluationLog, *, number: int, seed: int) -> tuple[list[Pair], Key]:
    """Pairs of our paragraphs and others', drawn evenly and at random.

    Raises:
        InputError: the log holds none.
    """
    rng = random.Random(seed)
    by_rival: dict[str, list[_Comparable]] = {}
    for found in _comparable(log):
        by_rival.setdefault(found.rival, []).append(found)
    if not by_rival:
        raise InputError(
            f"{log.folder} 里没有可以成对比较的段落。",
            hint="盲读要有本程序（ours）以及原文（reference）或一次成文（one-shot）的结果。",
        )
    for choices in by_rival.values():
        rng.shuffle(choices)
    # By turns, so that every rival is read as often.
    turns = itertools.zip_longest(*(by_rival[rival] for rival in sorted(by_rival)))
    drawn = [found for turn in turns for found in turn if found][:number]
    rng.shuffle(drawn)
    pairs, hidden = [], []
    for n, found in enumerate(drawn, 1):
        sides = [(BASE, found.ours), (found.rival, found.theirs)]
        rng.shuffle(sides)
        (left, left_text), (right, right_text) = sides
        slot = found.slot
        facts = tuple(fact.text for fact in slot.facts) + slot.context
        pairs.append(
            Pair(number=n, about=slot.claim, facts=facts, left=left_text, right=right_text)
        )
        hidden.append(Hidden(number=n, case=found.case, slot=slot.id, left=left, right=right))
    return pairs, Key(seed=seed, pairs=tuple(hidden))


class _Comparable(NamedTuple):
    """A point that we and a rival wrote."""

    case: str
    slot: Slot
    rival: str
    ours: str
    theirs: str


def _comparable(log: EvaluationLog) -> Iterator[_Comparable]:
    cases = log.cases()
    passages: dict[tuple[str, str], dict[str, str]] = {}
    for record in log.records():
        if record.system in READ and (record.case, record.system) not in passages:
            subject = Subject(case=cases[record.case], text=printed(record.text))
            passages[record.case, record.system] = subject.passages
    for (case, system), ours in passages.items():
        slots = cases[case].plan.slots() if system == BASE else ()
        for slot, rival in itertools.product(slots, RIVALS):
            theirs = passages.get((case, rival), {})
            if slot.role in _ROLES and slot.id in ours and slot.id in theirs:
                found = _Comparable(case, slot, rival, _bare(ours[slot.id]), _bare(theirs[slot.id]))
                if found.ours != found.theirs:
                    yield found


def _bare(passage: str) -> str:
    """Without the ordinal, which would tell where it stood."""
    return _ORDINAL.sub("", passage.strip())


def form(pairs: Sequence[Pair]) -> str:
    """The form as one HTML page that works without a network and gives a file of answers."""
    environment = Environment(loader=PackageLoader("assistant.evaluation"), autoescape=True)
    return environment.get_template("blind.html.j2").render(pairs=pairs)


def write_form(log: EvaluationLog, pairs: Sequence[Pair], key: Key) -> Path:
    """Write form and key, the key where a reader of the form does not see it; the form's path.

    Raises:
        InputError: there is another form already, whose answers the new key would not fit.
        AssistantError: the folder cannot be written.
    """
    file, key_file = log.folder / "blind" / "form.html", _key_file(log)
    content = key.model_dump_json(indent=1) + "\n"
    if key_file.is_file() and key_file.read_text(encoding="utf-8") != content:
        raise InputError(
            f"{file} 已经有一份盲读表，重出会使已收的答案作废。",
            hint=f"确要重出，请先删去 {file} 和 {key_file}。",
        )
    try:
        write_private(key_file, content)
        write_private(file, form(pairs))
    except OSError as error:
        raise AssistantError(f"写不进 {log.folder}：{reason(error)}。") from None
    return file


def read_key(log: EvaluationLog) -> Key:
    """Who wrote what.

    Raises:
        InputError: there is no form yet, or its key is damaged.
    """
    try:
        return Key.model_validate_json(_key_file(log).read_bytes())
    except (OSError, ValidationError):
        raise InputError(
            f"{_key_file(log)} 不在或已损坏。",
            hint=f"请先运行 assistant evaluate blind {log.folder} 出表。",
        ) from None


def _key_file(log: EvaluationLog) -> Path:
    return log.folder / "blind-key.json"


def read_answers(file: Path) -> Answers:
    """A reader's answers.

    Raises:
        InputError: the file cannot be read, or was not made by the form.
    """
    try:
        return Answers.model_validate_json(file.read_bytes())
    except OSError as error:
        raise InputError(f"读不到 {file}：{reason(error)}。") from None
    except ValidationError:
        raise InputError(
            f"{file} 不是盲读表的答案。", hint="请在表页里点“保存答案”，用存下的 JSON 文件。"
        ) from None


def judge(key: Key, answers: Answers) -> list[Verdict]:
    """How we did against each rival.

    Raises:
        InputError: an answer is to no pair of the key, or there is none at all.
    """
    hidden = {pair.number: pair for pair in key.pairs}
    unknown = sorted(answers.choices.keys() - hidden.keys())
    if unknown:
        raise InputError(f"答案里的第{unknown[0]}对不在这次盲读里。", hint="请核对答案文件。")
    if not answers.choices:
        raise InputError("答案是空的。", hint="请在表页里选好再保存。")
    tally: Counter[tuple[str, str]] = Counter()
    for number, choice in answers.choices.items():
        pair = hidden[number]
        rival = pair.right if pair.left == BASE else pair.left
        tally[rival, _outcome(pair, choice)] += 1
    return [
        Verdict(BASE, rival, *(tally[rival, o] for o in ("won", "even", "lost")))
        for rival in RIVALS
        if any(r == rival for r, _ in tally)
    ]


def _outcome(pair: Hidden, choice: Choice) -> str:
    if choice == "same":
        return "even"
    chosen: Mapping[str, str] = {"left": pair.left, "right": pair.right}
    return "won" if chosen[choice] == BASE else "lost"
