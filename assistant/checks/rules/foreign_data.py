"""Names that anybody may use, and the sectors of administration, as the data files state them."""

import re
from collections.abc import Mapping
from functools import cached_property

from pydantic import Field

from assistant.checks.data import DataSection


class Words(DataSection):
    """`words.yaml`."""

    common: str
    """Common words of two characters, blanks between them."""

    @cached_property
    def words(self) -> frozenset[str]:
        """The common words."""
        return frozenset(self.common.split())


class Whitelist(DataSection):
    """`whitelist.yaml`."""

    generic: Mapping[str, tuple[str, ...]]
    """By kind: ends of names that every unit knows."""
    titles: tuple[str, ...]
    quotations: tuple[str, ...]
    sectors: Mapping[str, tuple[str, ...]] = Field(min_length=1)
    """Sector → how it is called."""

    @cached_property
    def generic_ends(self) -> tuple[str, ...]:
        """All ends of names that every unit knows."""
        return tuple(end for ends in self.generic.values() for end in ends)

    @cached_property
    def sector_of(self) -> dict[str, str]:
        """What a sector is called → the sector."""
        return {name: sector for sector, names in self.sectors.items() for name in names}

    @cached_property
    def sector_phrase(self) -> re.Pattern[str]:
        """How a unit speaks of its own sector."""
        names = "|".join(sorted(map(re.escape, self.sector_of), key=len, reverse=True))
        return re.compile(
            rf"({names})(?:系统|事业|战线|干部|队伍|部门|行业|领域|工作实际|中心工作)"
        )
