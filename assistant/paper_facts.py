"""Facts from papers: the sentences of a report that say something countable, to choose from."""

import re
from dataclasses import dataclass

from assistant.text.figures import DATE_UNITS, find_figures
from assistant.text.sentences import count_characters, split_sentences

MOST_CHARACTERS = 160
"""A longer sentence is cut at its semicolons; what is longer still is left to the user."""

_PROJECT = re.compile(r"《[^》]{2,40}》|[\u4e00-\u9fff]{2,14}(?:工程|项目|专项行动|试点)")
_HEADING = re.compile(r"^\s*(?:#+\s|[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[）)])")
_ORDINAL = re.compile(r"^(?:[一二三四五六七八九十]是|第[一二三四五六七八九十]，|\d+[.、．]\s*)")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．％", "0123456789.%")


@dataclass(frozen=True)
class PaperFact:
    """A sentence that could be used as a fact."""

    text: str
    """Without ordinal and closing mark, figures in half width."""
    figures: int
    """Figures that are not parts of a date."""
    dated: bool
    project: str = ""
    """A project or document that it names."""


def paper_facts(text: str) -> list[PaperFact]:
    """The sentences with figures, dates or projects, in the order of the text, each once."""
    found: dict[str, PaperFact] = {}
    for line in text.splitlines():
        for sentence in split_sentences("" if _HEADING.match(line) and len(line) < 30 else line):
            for piece in _pieces(sentence.strip()):
                fact = _fact(piece)
                if fact and fact.text not in found:
                    found[fact.text] = fact
    return list(found.values())


def _pieces(sentence: str) -> list[str]:
    if count_characters(sentence) <= MOST_CHARACTERS:
        return [sentence]
    return [piece for piece in re.split("[；;]", sentence) if piece.strip()]


def _fact(sentence: str) -> PaperFact | None:
    text = _ORDINAL.sub("", re.sub(r"\s+", "", sentence.translate(_FULL_WIDTH)))
    text = text.rstrip("。；;，！？")
    figures = find_figures(text, chinese=False)
    dated = any(figure.unit in DATE_UNITS for figure in figures)
    counted = sum(figure.unit not in DATE_UNITS for figure in figures)
    project = _PROJECT.search(text)
    # A year alone is in every sentence of a report.
    if count_characters(text) < 6 or not (counted or (dated and project)):
        return None
    return PaperFact(text, counted, dated, project[0] if project else "")


def likely_place(fact: str, claims: list[str]) -> int | None:
    """Index of the claim that a fact is most like; None where none is, or several alike."""
    from assistant.text.sentences import overlap

    likeness = [overlap(claim, fact) for claim in claims]
    best = max(likeness, default=0.0)
    return likeness.index(best) if best and likeness.count(best) == 1 else None
