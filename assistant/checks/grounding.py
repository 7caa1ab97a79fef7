"""Which facts a text rests on, counted in the text itself and never in the plan."""

from assistant.plan import Fact
from assistant.text.figures import find_figures, same_figure
from assistant.text.sentences import overlap

_USED_WITH_FIGURES = 0.4
_USED_WITHOUT_FIGURES = 0.6
_CITED = 0.5


def uses(text: str, fact: Fact) -> bool:
    """Whether `text` gives the fact whole: its figures, its exact words, its key nouns."""
    if any(word not in text for word in fact.exact):
        return False
    wanted = find_figures(fact.text)
    given = find_figures(text)
    if not all(any(same_figure(f, g) for g in given) for f in wanted):
        return False
    return overlap(fact.text, text) >= (_USED_WITH_FIGURES if wanted else _USED_WITHOUT_FIGURES)


def cited(sentence: str, facts: tuple[Fact, ...]) -> tuple[str, ...]:
    """Ids of the facts on which a sentence rests, wholly or in part."""
    return tuple(fact.id for fact in facts if _rests_on(sentence, fact))


def _rests_on(sentence: str, fact: Fact) -> bool:
    likeness = overlap(fact.text, sentence)
    if likeness >= _CITED or any(word in sentence for word in fact.exact):
        return True
    given = find_figures(sentence)
    return likeness >= 0.15 and any(
        same_figure(f, g) for f in find_figures(fact.text) for g in given
    )
