"""Repetition, and sentences too long to follow."""

import re
from collections.abc import Iterator

from assistant.checks.phrases import either, phrases
from assistant.checks.repetition import commonest_turn, repeated_run
from assistant.checks.rule import CheckContext, Hit, Severity, rule
from assistant.text.sentences import count_characters, han

_LEAST_SENTENCE = 15


@rule(
    "K201",
    "整句重复",
    Severity.WARNING,
    why="同一句话出现两次，多半是拼凑时留下的。",
    good=("党组会只读文件，没有讨论怎样落实到林业工作。传达之后没有清单。", "学得浅。\n学得浅。"),
    bad=(
        "党组会只读文件，没有讨论怎样落实到林业工作。\n党组会只读文件，没有讨论怎样落实到林业工作。",
        "一是学得浅。班子成员习惯坐在办公室里听汇报定事情。\n二是用得少。班子成员习惯坐在办公室里听汇报定事情。",
    ),
)
def repeated_sentence(context: CheckContext) -> Iterator[Hit]:
    """A sentence that stands twice in the document."""
    seen: dict[str, int] = {}
    for paragraph in context.document.paragraphs():
        for match in re.finditer(r"[^。！？；\n]+", paragraph.text):
            sentence = re.sub(r"^[一二三四五六七八九十]+是", "", han(match[0]))
            start = paragraph.span.start + match.start()
            if len(sentence) < _LEAST_SENTENCE:
                continue
            if sentence in seen:
                line = context.place(seen[sentence], seen[sentence]).line
                yield Hit(start, start + len(match[0]), f"这句话与第{line}行相同", "删去一处或改写")
            else:
                seen[sentence] = start


@rule(
    "K202",
    "段内重复",
    Severity.WARNING,
    why="一段之内同样的话说两遍。",
    good=("班子重布置、轻检查，对落实到什么程度心里没有数，事情便拖了下来。", "学得浅。"),
    bad=(
        "班子对落实到什么程度心里没有数，事情拖了下来；到检查时对落实到什么程度心里没有数，只好估计。",
        "把开过会当作尽到了责任，遇事推给下级；推给下级之后，仍把开过会当作尽到了责任。",
    ),
)
def repeated_words(context: CheckContext) -> Iterator[Hit]:
    """A run of ten characters that stands twice in a paragraph."""
    for paragraph in context.document.paragraphs():
        run = repeated_run(paragraph.text, either(phrases(context.data).formulas))
        if run:
            pattern = r"[^\u4e00-\u9fff]*".join(run)
            places = list(re.finditer(pattern, paragraph.text))
            start = paragraph.span.start + places[-1].start()
            yield Hit(start, start + len(places[-1][0]), f"“{run}”在一段里说了两遍", "删去一处")


_MANY = 4


@rule(
    "K203",
    "句式雷同",
    Severity.HINT,
    why="一段里四个以上分句用同一个词开头，读来像模板。",
    good=("没有讨论，也没有清单，科室照旧安排，事情拖了下来。", "学得浅，用得少。"),
    bad=(
        "没有集中讨论，没有形成清单，没有分解任务，没有检查结果。",
        "更加自觉学习，更加主动担当，更加扎实苦干，更加廉洁自律。",
    ),
)
def same_turn(context: CheckContext) -> Iterator[Hit]:
    """Clauses that all begin alike."""
    for paragraph in context.document.paragraphs():
        for sentence in paragraph.sentences():
            if sum(map(sentence.text.count, "，。；：")) < _MANY - 1:
                continue
            turn = commonest_turn(sentence.text)
            if turn and turn.count >= _MANY:
                message = f"{turn.count}个分句都以“{turn.start}”开头"
                yield Hit(sentence.span.start, sentence.span.end, message, "换几种说法")


_LONG, _TOO_LONG = 120, 200


@rule(
    "K204",
    "句子过长",
    Severity.HINT,
    why="一句超过120字，读的人抓不住意思；超过200字必须断开。",
    good=(f"一、问题\n{'班子成员学得浅，' * 5}用得少。", f"{'班子成员学得浅，' * 20}用得少。"),
    bad=(
        f"一、问题\n{'班子成员学得浅，' * 17}用得少。",
        f"一、问题\n{'班子成员学得浅，' * 30}用得少。",
    ),
)
def long_sentence(context: CheckContext) -> Iterator[Hit]:
    """A sentence too long to follow; the lead's is prescribed."""
    for section in context.document.walk():
        for paragraph in section.paragraphs:
            for sentence in paragraph.sentences():
                length = count_characters(sentence.text)
                if length > _LONG:
                    severity = Severity.WARNING if length > _TOO_LONG else None
                    span = sentence.span
                    yield Hit(
                        span.start, span.end, f"这句有{length}字", "断成几句", severity=severity
                    )


RULES = (repeated_sentence, repeated_words, same_turn, long_sentence)
