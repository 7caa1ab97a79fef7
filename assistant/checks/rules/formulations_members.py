"""Formulations of several members: all of them, exact and in order."""

import re
from collections.abc import Iterator
from itertools import pairwise

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from assistant.checks.rule import CheckContext, Hit, Severity, rule
from assistant.checks.rules.formulations_data import (
    SEPARATOR,
    MemberList,
    formulations_of,
    own_hits,
)


@rule(
    "W101",
    "固定提法次序",
    Severity.ERROR,
    why="固定提法的各项有规定次序，颠倒即为表述错误。",
    good=(
        "增强政治意识、大局意识、核心意识、看齐意识。",
        "整治形式主义、官僚主义、享乐主义和奢靡之风。",
        "不得把“四个意识”写成大局意识、政治意识、核心意识、看齐意识。",
    ),
    bad=(
        "增强大局意识、政治意识、核心意识、看齐意识。",
        "整治官僚主义、形式主义、享乐主义和奢靡之风。",
        "提高政治领悟力、政治判断力、政治执行力。",
    ),
)
def members_in_order(context: CheckContext) -> Iterator[Hit]:
    """All members of a list are there, in another order than prescribed."""
    yield from own_hits(context, _permuted(context))


def _permuted(context: CheckContext) -> Iterator[Hit]:
    for name, members in formulations_of(context).lists.items():
        if not all(member in context.text for member in members.members[:1]):
            continue
        for match in members.run.finditer(context.text):
            items = [item[0] for item in members.member.finditer(match[0])]
            if items == list(members.members) or sorted(items) != sorted(members.members):
                continue
            separators = [*members.member.split(match[0])[1:-1], ""]
            right = "".join(map("".join, zip(members.members, separators, strict=True)))
            yield Hit(*match.span(), f"“{_plain(name)}”各项的次序不对", f"应为“{right}”", fix=right)


def _plain(name: str) -> str:
    return name.removesuffix("（简写）")


@rule(
    "W102",
    "固定提法缺项错项",
    Severity.ERROR,
    why="固定提法的各项不能换字、漏项。",
    good=(
        "坚定道路自信、理论自信、制度自信、文化自信。",
        "既讲政治纪律、组织纪律，又讲群众纪律。",
        "增强政治意识、大局意识、责任意识。",
    ),
    bad=(
        "坚定道路自信、理论自信、制度自信、文明自信。",
        "增强“四个意识”（政治意识、大局意识、看齐意识）。",
        "做到不敢腐、不能腐、不想贪。",
    ),
)
def members_whole(context: CheckContext) -> Iterator[Hit]:
    """One member of a list is damaged, or missing beside the list's name."""
    yield from own_hits(context, _damaged_members(context))


def _damaged_members(context: CheckContext) -> Iterator[Hit]:
    for name, members in formulations_of(context).lists.items():
        count = len(members.members)
        if count < 3 or sum(member in context.text for member in members.members) < count - 1:
            continue
        for group in _groups(context.text, members):
            missing = set(members.members) - {match[0] for match in group}
            if len(missing) == 1 and len(group) == count - 1:
                yield from _damage(context.text, _plain(name), members, group, missing.pop())


def _groups(text: str, members: MemberList) -> Iterator[list[re.Match[str]]]:
    """Members that stand near each other in one sentence."""
    longest = max(map(len, members.members)) + 3
    group: list[re.Match[str]] = []
    for match in members.member.finditer(text):
        between = text[group[-1].end() : match.start()] if group else ""
        if group and (len(between) > longest or re.search("[。！？\n]", between)):
            yield group
            group = []
        group.append(match)
    if group:
        yield group


_NAME_NEAR = 12
_BETWEEN = re.compile(rf"{SEPARATOR}([\u4e00-\u9fff]+){SEPARATOR}")


def _damage(
    text: str, name: str, members: MemberList, group: list[re.Match[str]], missing: str
) -> Iterator[Hit]:
    start, end = group[0].start(), group[-1].end()
    near = name in text[max(0, start - _NAME_NEAR) : end + _NAME_NEAR]
    whole = f"“{name}”为“{'、'.join(members.members)}”"
    strangers = list(_strangers(text, group, len(missing)))
    if any(word in (missing, *members.accepted) for word, _ in strangers):
        return
    for word, place in strangers:
        close = Levenshtein.distance(word, missing) <= max(1, len(missing) // 4)
        if close or (near and fuzz.ratio(word, missing) >= 50):
            message = f"“{name}”中的“{word}”有误"
            yield Hit(place, place + len(word), message, f"应为“{missing}”；{whole}")
            return
    if near:
        yield Hit(start, end, f"“{name}”缺少“{missing}”", whole)


def _strangers(text: str, group: list[re.Match[str]], length: int) -> Iterator[tuple[str, int]]:
    """Words beside or between the members, in the place of one that is missing."""
    for left, right in pairwise(group):
        if match := _BETWEEN.fullmatch(text, left.end(), right.start()):
            yield match[1], match.start(1)
    start, end = group[0].start(), group[-1].end()
    if match := re.search(
        rf"([\u4e00-\u9fff]{{{length}}}){SEPARATOR}$", text[:start][-length - 4 :]
    ):
        yield match[1], start - len(match[0])
    if match := re.compile(rf"{SEPARATOR}([\u4e00-\u9fff]{{{length}}})").match(text, end):
        yield match[1], match.start(1)


RULES = (members_in_order, members_whole)
