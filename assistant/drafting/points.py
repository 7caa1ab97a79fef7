"""Paragraphs as points: from what a model has added to the facts, from an edit, kept ones anew."""

import re

from assistant.checks.grounding import cited
from assistant.draft import Point, Sentence
from assistant.markdown import point_from_sentences
from assistant.plan import Slot
from assistant.text.sentences import split_sentences

_DOUBT = "【待核】"
_MARK = re.compile(r"【待核】|【待补：(?P<gap>[^】]*)】")


def drawn_point(slot: Slot, added: str, *, doubt: str = "") -> Point:
    """The facts as the unit told them, what was added to them, and what is missing.

    `doubt` says why what was added is not to be relied on.
    """
    text = slot.stated + added
    if slot.writable and not text.endswith(("。", "！", "？")):
        text = text.rstrip("，；、：") + "。"
    told = len(split_sentences(slot.stated))
    return point_from_sentences(
        tuple(
            Sentence(
                text=sentence,
                facts=cited(sentence, slot.facts),
                doubt="" if i < told or sentence in slot.ending else doubt,
            )
            for i, sentence in enumerate(split_sentences(text + slot.ending))
        ),
        slot,
    )


def point_from_edit(text: str, slot: Slot) -> Point:
    """A text written by hand: 【待核】 and 【待补：…】 count as far as they still stand."""
    text = "".join(text.split("\n")).strip().removeprefix(slot.ordinal)
    gaps = tuple(match["gap"] for match in _MARK.finditer(text) if match["gap"] is not None)
    sentences: list[Sentence] = []
    for piece in re.split(r"(?<=【待核】)", re.sub(r"【待补：[^】]*】", "", text)):
        doubtful = piece.endswith(_DOUBT)
        found = split_sentences(piece.removesuffix(_DOUBT))
        for i, sentence in enumerate(found):
            doubt = "还没有核实" if doubtful and i == len(found) - 1 else ""
            rests = cited(sentence, slot.facts)
            sentences.append(Sentence(text=sentence, facts=rests, doubt=doubt))
    return point_from_sentences(tuple(sentences), slot).model_copy(update={"gaps": gaps})


def grounded(point: Point, slot: Slot) -> Point:
    """A kept point as the slot's own, which may have other facts and another place by now."""
    sentences = tuple(
        Sentence(text=s.text, facts=cited(s.text, slot.facts), doubt=s.doubt)
        for s in point.sentences
    )
    return point_from_sentences(sentences, slot).model_copy(update={"gaps": point.gaps})
