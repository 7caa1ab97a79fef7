"""All rules, by family."""

import importlib
import pkgutil
from dataclasses import dataclass
from functools import cache

from assistant.checks import rules
from assistant.checks.rule import Rule
from assistant.errors import InputError


@dataclass(frozen=True)
class Family:
    """Rules about one side of a document, in one or more modules that its letter binds."""

    letter: str
    name: str


FAMILIES = (
    Family("S", "结构"),
    Family("W", "规范表述"),
    Family("N", "数字与日期"),
    Family("U", "单位与人名"),
    Family("C", "雷同"),
    Family("K", "空话套话"),
    Family("B", "件件有着落"),
    Family("T", "文字标点"),
    Family("P", "保密与隐私"),
    Family("L", "版式"),
)


@cache
def all_rules() -> dict[str, Rule]:
    """Every rule by code, in the order of families and codes."""
    found: list[Rule] = []
    for module in pkgutil.iter_modules(rules.__path__):
        found += getattr(importlib.import_module(f"{rules.__name__}.{module.name}"), "RULES", ())
    letters = [family.letter for family in FAMILIES]
    found.sort(key=lambda rule: (letters.index(rule.code[0]), rule.code))
    by_code = {rule.code: rule for rule in found}
    if len(by_code) != len(found):
        raise ValueError("two rules share a code")
    return by_code


def family_of(rule: Rule) -> Family:
    """The family to which a rule belongs."""
    return next(family for family in FAMILIES if family.letter == rule.code[0])


def chosen_rules(select: tuple[str, ...] = (), ignore: tuple[str, ...] = ()) -> list[Rule]:
    """The rules whose codes begin with one of `select` (all when empty) and none of `ignore`.

    Raises:
        InputError: a code begins no rule's.
    """
    known = all_rules()
    for code in (*select, *ignore):
        if not any(name.startswith(code) for name in known):
            raise InputError(f"没有“{code}”这条规则。", hint="全部规则见 assistant rule。")
    return [
        rule
        for name, rule in known.items()
        if (not select or name.startswith(select)) and not (ignore and name.startswith(ignore))
    ]
