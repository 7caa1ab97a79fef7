"""Empty talk: words without a fact, praise where none belongs, excuses, promises without a date."""

import re
from collections.abc import Iterator

from assistant.checks.anatomy import DocumentPart
from assistant.checks.phrases import either, phrases
from assistant.checks.rule import CheckContext, Hit, Sample, Severity, rule
from assistant.document.tree import Paragraph, Point, Span
from assistant.text.sentences import han

_KIND = "zuzhi-2023"


def _problems(*points: str) -> Sample:
    text = "\n".join(f"{'一二三四'[i]}是{point}" for i, point in enumerate(points))
    return Sample(
        f"某支部对照检查材料\n\n一、存在的主要问题\n{text}\n\n二、产生问题的原因\n", kind=_KIND
    )


def _causes(*points: str) -> Sample:
    text = "\n".join(f"{'一二三四'[i]}是{point}" for i, point in enumerate(points))
    return Sample(
        f"某支部对照检查材料\n\n一、存在的主要问题\n\n二、产生问题的原因\n{text}\n", kind=_KIND
    )


def _measures(*points: str) -> Sample:
    text = "\n".join(f"{'一二三四'[i]}是{point}" for i, point in enumerate(points))
    return Sample(f"某支部对照检查材料\n\n一、存在的主要问题\n\n二、整改措施\n{text}\n", kind=_KIND)


def _self_critical(context: CheckContext, *roles: str) -> Iterator[Paragraph]:
    """The paragraphs of a self-examination in which only faults belong."""
    if context.examines_itself:
        for part in context.parts(*roles):
            yield from part.paragraphs()


_CONCRETE = re.compile(
    r"\d|《[^》]+》|[一二三四五六七八九十百两]+余?[次名件个户项条起处份家场](?!方面|意识|自信|维护|确立|带头|过硬|全面|问题)"
    r"|某[县市区局乡镇]"
)
_INSTANCE = re.compile(r"(?:例如|比如|譬如|如)[：，,:]?")


def _is_concrete(text: str) -> bool:
    """Whether something countable, named or told stands there."""
    return bool(_CONCRETE.search(re.sub("“[^”]{1,12}”", "", text))) or any(
        len(han(text[match.end() :].partition("。")[0])) >= 8
        for match in _INSTANCE.finditer(text)
        if match[0][:2] != "如" or match.start() == 0
    )


@rule(
    "K101",
    "问题没有事实",
    Severity.WARNING,
    why="查摆问题要见人见事，每条至少有一件具体的事、一个数或一个例子。",
    good=(
        _problems(
            "学得浅。全年安排学习12次，8次没有讨论。",
            "用得少。例如，防汛预案照抄往年，没有结合新情况修订。",
        ),
        _causes("学得浅。把读文件当学理论。"),
    ),
    bad=(
        _problems("学得浅。学习抓得不紧，认识不到位，结合实际不够。"),
        _problems(
            "学得浅。安排学习12次，8次没有讨论。", "作风不实。深入基层不多，为民意识不牢固。"
        ),
    ),
)
def no_fact(context: CheckContext) -> Iterator[Hit]:
    """A problem without anything concrete."""
    if not context.examines_itself:
        return
    for part in context.parts("problems"):
        for point in part.points():
            if not _is_concrete(point.claim + "。" + point.body):
                yield _at(
                    point, f"“{point.claim[:20]}”没有具体事实", "写出何时何事、多少，或举一例"
                )


def _at(point: Point, message: str, remedy: str, severity: Severity | None = None) -> Hit:
    return Hit(point.span.start, point.claim_span.end, message, remedy, severity=severity)


@rule(
    "K102",
    "通用问题",
    Severity.HINT,
    why="“理论学习不够”这类话放在哪个单位都能用，看不出是谁的问题。",
    good=(
        _problems("党组会学习只读文件。全年12次，8次没有讨论。", "防汛预案照抄往年。"),
        _causes("理论学习不够。"),
    ),
    bad=(_problems("理论学习不够。"), _problems("防汛预案照抄往年。", "服务意识不强。")),
)
def generic_claim(context: CheckContext) -> Iterator[Hit]:
    """A claim that any unit could make."""
    pattern = either(phrases(context.data).generic_claims)
    for part in context.parts("problems"):
        for point in part.points():
            if pattern.search(point.claim):
                yield _at(point, f"“{point.claim[:20]}”哪个单位都能用", "写出本单位的特点")


def _phrase_hits(
    paragraph: Paragraph, pattern: re.Pattern[str]
) -> Iterator[tuple[re.Match[str], int]]:
    for match in pattern.finditer(paragraph.text):
        yield match, paragraph.span.start + match.start()


@rule(
    "K103",
    "先扬后抑",
    Severity.WARNING,
    why="对照检查直接讲问题，不先肯定再转折。",
    good=(
        _problems("学得浅。读过文件就算学过。"),
        Sample("虽然时间紧，但完成了任务。", kind="zhuti-zeren-half"),
    ),
    bad=(
        _problems("学得浅。虽然能够坚持集中学习，但学用结合不够。"),
        _problems("学得浅。能够按时参加学习活动，但思考不多。"),
    ),
)
def praise_first(context: CheckContext) -> Iterator[Hit]:
    """A merit first, a fault behind it."""
    pattern = either(phrases(context.data).praise_first)
    for paragraph in _self_critical(context, "problems", "causes"):
        for match, start in _phrase_hits(paragraph, pattern):
            shown = match[0] if len(match[0]) <= 24 else f"{match[0][:12]}…{match[0][-8:]}"
            yield Hit(start, start + len(match[0]), f"“{shown}”先扬后抑", "去掉前半句，直接写问题")


_NEGATED = re.compile("[不没未难无缺少弱欠非]|有待|亟待|需|要|面对|满足|陶醉|躺在")


@rule(
    "K104",
    "讲成绩",
    Severity.WARNING,
    why="对照检查的问题和原因部分不评功摆好。",
    good=(_problems("学得浅。没有取得应有成效。"), _problems("用得少。干部能力未得到有效锻炼。")),
    bad=(
        _problems("学得浅。班子建设取得了明显成效。"),
        _problems("用得少。完善了制度，工作得到上级肯定。"),
    ),
)
def praise(context: CheckContext) -> Iterator[Hit]:
    """Praise where only faults belong."""
    pattern = either(phrases(context.data).praise)
    for paragraph in _self_critical(context, "problems", "causes", "case"):
        for match, start in _phrase_hits(paragraph, pattern):
            clause = re.split("[，。；！？：]", paragraph.text[: match.start()])[-1]
            if not _NEGATED.search(clause + match[0]):
                yield Hit(start, start + len(match[0]), f"“{match[0]}”是讲成绩", "只写问题")


@rule(
    "K105",
    "归于客观",
    Severity.WARNING,
    why="问题的原因从主观上、思想上找，不推给任务重、人手少。",
    good=(_causes("担当不足。把任务重当借口。"), _problems("学得浅。工作经费管理不严。")),
    bad=(_causes("学得浅。由于业务工作繁重，静不下心。"), _causes("用得少。人手不足，顾不过来。")),
)
def excuse(context: CheckContext) -> Iterator[Hit]:
    """A cause outside oneself."""
    data = phrases(context.data)
    criticised = either(data.excuse_criticised)
    for paragraph in _self_critical(context, "causes"):
        for match, start in _phrase_hits(paragraph, either(data.excuses)):
            if not criticised.search(_sentence_around(paragraph.text, match)):
                yield Hit(start, start + len(match[0]), f"“{match[0]}”是客观理由", "从思想上找原因")


def _sentence_around(text: str, match: re.Match[str]) -> str:
    start = max(text.rfind(mark, 0, match.start()) for mark in "。！？；") + 1
    ends = [at for mark in "。！？；" if (at := text.find(mark, match.end())) >= 0]
    return text[start : min(ends, default=len(text))]


_BODY = (
    "科|室|股|办|处|部|局|总支|党组|党委|纪委|大?队|中心|支部|支委会|所|站|院|公司|林场|学校|委员|岗"
    "|书记|主任|局长|校长|院长|镇长|经理|班子成员"
)
_OWNER = re.compile(
    r"(?:^|[，。；：]|由|前)(?:(?![向对给把将报各]|经(?![济营管办费信]))[\u4e00-\u9fff]){1,10}?"
    rf"(?:{_BODY})(?=[\u4e00-\u9fff\d])|责任(?:人|领导|单位|部门|科室)[:：为]|由[^，。；]{{2,12}}(?:牵头|负责)"
)
_DUE = re.compile(
    r"\d{4}年|\d{1,2}月|年底|月底|季度|年内|上半年|下半年|长期坚持|即日|当月|半月|按月|逐月|每[月季周年]|\d+(?:个)?(?:工作)?[日天]内"
)


@rule(
    "K106",
    "措施没有责任和时限",
    Severity.WARNING,
    why="整改措施要写明由谁、在什么时候之前、做什么。",
    good=(
        _measures("针对学得浅的问题，由办公室牵头，2024年3月底前建立学习清单。"),
        _measures("针对用得少的问题，2024年5月底前由人事科完成培训。"),
    ),
    bad=(
        _measures("深化理论学习，不断提高思想认识，切实增强本领。"),
        _measures("2024年3月底前建立学习清单，逐项销号。"),
        _measures("由办公室牵头建立学习清单，逐项销号。"),
    ),
)
def vague_measure(context: CheckContext) -> Iterator[Hit]:
    """A measure without a person or a date."""
    for part in context.parts("measures", "next_steps"):
        for span, head, text in _measures_of(part):
            lacking = [
                name
                for name, there in (("责任人", _OWNER), ("时限", _DUE))
                if not there.search(text)
            ]
            if lacking:
                yield Hit(
                    span.start,
                    span.end,
                    f"“{head[:20]}”没有{'和'.join(lacking)}",
                    "写明由谁负责、何时完成",
                )


def _measures_of(part: DocumentPart) -> Iterator[tuple[Span, str, str]]:
    """Every measure: where it is shown, how it begins, and its text."""
    for section in part.section.walk():
        points = [point for paragraph in section.paragraphs for point in paragraph.points]
        for point in points:
            text = f"{point.claim}，{point.body}"
            yield Span(point.span.start, point.claim_span.end), point.claim, text
        text = "".join(paragraph.text for paragraph in section.paragraphs)
        if text and not points and section.level > 1:
            yield section.span, section.heading, section.heading + "。" + text


@rule(
    "K301",
    "空泛词语",
    Severity.HINT,
    why="“相关部门”“值得注意的是”“总之”说了等于没说。",
    good=("由办公室牵头。", "到年底完成8项。"),
    bad=("由相关部门牵头。", "值得注意的是，进度慢。"),
)
def empty_words(context: CheckContext) -> Iterator[Hit]:
    """Words that say nothing."""
    pattern = either(phrases(context.data).empty)
    for paragraph in context.document.paragraphs():
        for match, start in _phrase_hits(paragraph, pattern):
            yield Hit(
                start, start + len(match[0]), f"“{match[0]}”是空话", "写出具体的人和事，或删去"
            )


@rule(
    "K302",
    "万能结论",
    Severity.WARNING,
    why="“谱写新篇章”“再上新台阶”放在哪里都行，等于没有结论。",
    good=("到年底完成8项。", "林业站新上了一台检测设备。"),
    bad=("推动工作再上新台阶。", "奋力谱写高质量发展新篇章。", "为全市发展作出更大贡献。"),
)
def slogan(context: CheckContext) -> Iterator[Hit]:
    """A conclusion that fits everywhere."""
    pattern = either(phrases(context.data).slogans)
    for paragraph in context.document.paragraphs():
        quoted = [match.span() for match in re.finditer("“[^”]*”", paragraph.text)]
        for match, start in _phrase_hits(paragraph, pattern):
            if not any(a <= match.start() < b for a, b in quoted):  # a theme that is prescribed
                yield Hit(
                    start, start + len(match[0]), f"“{match[0]}”是万能结论", "删去或写具体目标"
                )


RULES = (
    no_fact,
    generic_claim,
    praise_first,
    praise,
    excuse,
    vague_measure,
    empty_words,
    slogan,
)
