"""Fixed formulations: exact names and wordings, verbs that go with them, one wording throughout."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import pairwise

from assistant.checks.rule import CheckContext, Hit, Severity, rule
from assistant.checks.rules.formulations_data import (
    VerbFit,
    exempt_spans,
    formulations_of,
    own_hits,
    slips_of,
    within,
)
from assistant.text.han import han_text


@rule(
    "W103",
    "固定名称走样",
    Severity.ERROR,
    why="重要名称必须完整准确，一字之差也是差错。",
    good=(
        "学习贯彻习近平新时代中国特色社会主义思想。",
        "坚持中国特色社会主义。",
        "开展批评与自我批评。",
    ),
    bad=(
        "中心组把习近平新时代中国特色“社会思想体系”列为主课。",
        "坚持以人民为中心发展思想。",
        "维护党中央权威和集中领导。",
    ),
)
def names_whole(context: CheckContext) -> Iterator[Hit]:
    """A fixed name with a character or two damaged."""
    yield from own_hits(context, _damaged_names(context))


def _damaged_names(context: CheckContext) -> Iterator[Hit]:
    han = han_text(context.text)
    for slip in formulations_of(context).name_index.damaged(han.text):
        start, end = han.original(slip.start, slip.end)
        written = context.text[start:end]
        if "\n" not in written:
            yield Hit(start, end, f"固定名称走样：{written}", f"应为：{slip.wording}")


@rule(
    "W104",
    "提法与动词搭配",
    Severity.ERROR,
    why="增强“四个意识”、坚定“四个自信”、做到“两个维护”，动词固定。",
    good=(
        "增强“四个意识”、坚定“四个自信”、坚决做到“两个维护”。",
        "牢固树立“四个意识”，忠诚捍卫“两个确立”。",
        "不能写成增强“四个自信”。",
    ),
    bad=(
        "不断增强“四个自信”。",
        "坚定“四个意识”、做到“两个维护”。",
        "增强“四个意识”“四个自信”。",
    ),
)
def verbs_fit(context: CheckContext) -> Iterator[Hit]:
    """A verb that belongs to another formulation."""
    yield from own_hits(context, _misfits(context))


def _misfits(context: CheckContext) -> Iterator[Hit]:
    verbs = formulations_of(context).verbs
    for match in _verb_pattern(tuple(verbs), _all_verbs(verbs)).finditer(context.text):
        verb = match["verb"]
        for place in re.finditer("|".join(verbs), match["terms"]):
            term, fit = place[0], verbs[place[0]]
            if verb in fit.wrong:
                start = match.start("terms") + place.start()
                message = f"“{term}”不与“{verb}”搭配"
                yield Hit(
                    match.start(), start + len(term), message, f"一般写作：{fit.right}“{term}”"
                )


def _all_verbs(verbs: Mapping[str, VerbFit]) -> tuple[str, ...]:
    words = {word for fit in verbs.values() for word in (fit.right, *fit.wrong)}
    return tuple(sorted(words, key=len, reverse=True))


@lru_cache(maxsize=4)
def _verb_pattern(terms: tuple[str, ...], verbs: tuple[str, ...]) -> re.Pattern[str]:
    """A verb with the terms that stand directly behind it."""
    term = f'[“"]?(?:{"|".join(terms)})[”"]?'
    return re.compile(f"(?P<verb>{'|'.join(verbs)})[好了]?(?P<terms>{term}(?:[、和，]?{term})*)")


@rule(
    "W105",
    "总体布局与战略布局",
    Severity.ERROR,
    why="“五位一体”是总体布局，“四个全面”是战略布局。",
    good=(
        "统筹推进“五位一体”总体布局、协调推进“四个全面”战略布局。",
        "落实“四个全面”战略布局。",
    ),
    bad=("统筹推进“五位一体”战略布局。", "协调推进“四个全面”总体布局。"),
)
def layouts_told_apart(context: CheckContext) -> Iterator[Hit]:
    """The two layouts mixed up."""
    yield from own_hits(context, _mixed_layouts(context))


def _mixed_layouts(context: CheckContext) -> Iterator[Hit]:
    layouts = formulations_of(context).layouts
    names = set(layouts.values())
    for term, layout in layouts.items():
        for match in re.finditer(f'{term}[”"]?({"|".join(names)})', context.text):
            if match[1] != layout:
                message = f"“{term}”是{layout}，不是{match[1]}"
                yield Hit(*match.span(1), message, f"改为“{layout}”", fix=layout)


@rule(
    "W106",
    "不规范表述",
    Severity.ERROR,
    why="重要表述有统一写法，旧称、简称、误写不能进正式材料。",
    good=(
        "贯彻落实中央八项规定精神。",
        "共建“一带一路”倡议。",
        "学习习近平总书记重要讲话。",
    ),
    bad=(
        "服务一带一路战略。",
        "坚持以人民为核心的发展思想。",
        "整治享乐主义、奢靡主义。",
        "严格执行中央八项规定。",
    ),
)
def wordings_right(context: CheckContext) -> Iterator[Hit]:
    """A wording for which there is a prescribed one."""
    yield from own_hits(context, _wrong_wordings(context))


def _wrong_wordings(context: CheckContext) -> Iterator[Hit]:
    for pattern, entry in formulations_of(context).wrong.items():
        for match in pattern.finditer(context.text):
            yield Hit(
                *match.span(),
                f"“{match[0]}”不规范",
                f"应写作：{entry.right}",
                fix=entry.right if entry.safe else None,
                severity=Severity.WARNING if entry.mild else None,
            )


@rule(
    "W107",
    "并列提法次序",
    Severity.ERROR,
    why="“两个确立”“四个意识”“四个自信”“两个维护”同句出现时次序固定。",
    good=(
        "深刻领悟“两个确立”的决定性意义，增强“四个意识”、坚定“四个自信”、做到“两个维护”。",
        "捍卫“两个确立”、做到“两个维护”。",
        "做到“两个维护”。增强“四个意识”。",
    ),
    bad=(
        "坚定“四个自信”、增强“四个意识”、做到“两个维护”。",
        "增强“四个意识”、做到“两个维护”、坚定“四个自信”。",
    ),
)
def chain_in_order(context: CheckContext) -> Iterator[Hit]:
    """Terms of the chain in another order within a sentence."""
    yield from own_hits(context, _broken_chain(context))


_LINK = re.compile('[”"的、，,和\u4e00-\u9fff“]{1,14}')


def _broken_chain(context: CheckContext) -> Iterator[Hit]:
    chain = formulations_of(context).chain
    terms = list(re.finditer("|".join(map(re.escape, chain)), context.text))
    for before, after in pairwise(terms):
        linked = _LINK.fullmatch(context.text, before.end(), after.start())
        if linked and chain.index(after[0]) < chain.index(before[0]):
            message = f"“{after[0]}”应在“{before[0]}”之前"
            order = "、".join(f"“{term}”" for term in chain)
            yield Hit(before.start(), after.end(), message, f"次序为{order}")


@rule(
    "W108",
    "短提法误写",
    Severity.WARNING,
    why="引号里的短提法字字固定，错一个字就是另一个词。",
    good=("落实“三会一课”制度。", "解决群众“急难愁盼”问题。", "表现为“三个不够”。"),
    bad=("落实“三会一刻”制度。", "解决群众“急愁难盼”问题。", "压实“关键少属”责任。"),
)
def quoted_terms_right(context: CheckContext) -> Iterator[Hit]:
    """A quoted term with one character wrong, or with its characters in disorder."""
    yield from own_hits(context, _bent_terms(context))


_QUOTED = re.compile("“([^“”\n]{4,14})”")


def _bent_terms(context: CheckContext) -> Iterator[Hit]:
    data = formulations_of(context)
    known = {*data.quoted, *data.other_terms}
    for match in _QUOTED.finditer(context.text):
        if match[1] in known:
            continue
        for slip in slips_of(match[1]):
            if term := data.quoted_slips.get(slip):
                yield Hit(*match.span(1), f"“{match[1]}”疑似误写", f"应为“{term}”")
                break


@rule(
    "W109",
    "新旧提法混用",
    Severity.WARNING,
    why="同一提法在一份材料里只用一种表述。",
    good=(
        "深刻领悟“两个确立”的决定性意义。再次深刻领悟“两个确立”。",
        "严重违纪涉嫌犯罪追究刑事责任的成为极少数。",
    ),
    bad=(
        "深刻感悟“两个确立”。第二天又深刻领悟“两个确立”。",
        "严重违纪涉嫌违法立案审查的成为极少数，严重违纪涉嫌犯罪追究刑事责任的成为极少数。",
    ),
)
def wordings_not_mixed(context: CheckContext) -> Iterator[Hit]:
    """Two wordings of the same in running text; the rarer one is shown."""
    yield from own_hits(context, _mixed_wordings(context))


def _mixed_wordings(context: CheckContext) -> Iterator[Hit]:
    exempt = exempt_spans(context.text)
    paragraphs = [paragraph.span for paragraph in context.document.paragraphs()]
    for entry in formulations_of(context).mixed.values():
        places = {
            variant: [
                start
                for span in paragraphs
                if (start := context.text.find(variant, span.start, span.end)) >= 0
                and not within(exempt, start, start + len(variant))
            ]
            for variant in entry.variants
        }
        used = [variant for variant in entry.variants if places[variant]]
        if len(used) > 1:
            rarer = min(used, key=lambda variant: len(places[variant]))
            start = places[rarer][0]
            yield Hit(start, start + len(rarer), entry.message)


RULES = (
    names_whole,
    verbs_fit,
    layouts_told_apart,
    wordings_right,
    chain_in_order,
    quoted_terms_right,
    wordings_not_mixed,
)
