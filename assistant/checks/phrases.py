"""Ways of speaking that a document should do without, for the rules and the drafting gates."""

import re
from functools import lru_cache

from assistant.checks.data import DataSection, RuleData


class Phrases(DataSection):
    """Regular expressions by what is wrong with the words."""

    praise_first: tuple[str, ...]
    """A merit first and a fault behind it."""
    praise: tuple[str, ...]
    slogans: tuple[str, ...]
    """Conclusions that fit everywhere."""
    excuses: tuple[str, ...]
    """Causes that lie outside."""
    excuse_criticised: tuple[str, ...]
    """Words in a clause that names an excuse in order to reject it."""
    empty: tuple[str, ...]
    formulas: tuple[str, ...]
    """Fixed formulations and names, which may be repeated."""
    generic_claims: tuple[str, ...]
    """Problems that any unit could name."""


def phrases(data: RuleData) -> Phrases:
    """The phrases in force."""
    return data.section("phrases", Phrases)


@lru_cache(maxsize=64)
def either(*groups: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern for any expression of the groups."""
    return re.compile("|".join(pattern for group in groups for pattern in group) or "(?!)")
