"""Errors planted in clean documents: of structure, text, empty talk, closure and privacy.

A planter takes a document and a random source, and returns the damaged text with the codes of the
rules that may report it, or None where the document offers no place.
"""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass

from assistant.checks.data import RuleData
from assistant.checks.rules.typos import Typos


@dataclass(frozen=True)
class Planted:
    """A damaged text and the rules that may say so."""

    text: str
    codes: tuple[str, ...]


Planter = Callable[[str, random.Random], Planted | None]

_BODY = r"(?<=[\u4e00-\u9fff])"
_COMMA = rf"{_BODY}，(?=[\u4e00-\u9fff])"
_BETWEEN = "(?<=。)(?=[\u4e00-\u9fff])"
_POINT_START = r"(?<=\n\n)(?=[一二三]是)"
_POINT_END = r"(?<=。)(?=\n\n[二三四]是)"
_ENDLESS = "班子把下去过当作摸清了，" * 12 + "心里没数。"


def _full_width(match: re.Match[str]) -> str:
    return chr(ord(match[0]) + 0xFEE0)


def _at(text: str, pattern: str, chance: random.Random) -> re.Match[str] | None:
    """A random place below the lead where the pattern fits."""
    begin = text.index("\n## ")
    found = list(re.compile(pattern, re.MULTILINE).finditer(text, begin))
    return chance.choice(found) if found else None


def replacing(pattern: str, new: str | Callable[[re.Match[str]], str], *codes: str) -> Planter:
    """Put `new` in a random place where the pattern fits."""

    def plant(text: str, chance: random.Random) -> Planted | None:
        match = _at(text, pattern, chance)
        if match is None:
            return None
        word = new if isinstance(new, str) else new(match)
        return Planted(text[: match.start()] + word + text[match.end() :], codes)

    return plant


def _typo(text: str, chance: random.Random) -> Planted | None:
    pairs = RuleData().section("typos", Typos).pairs
    usable = [(wrong, right) for wrong, right in pairs.items() if right in text]
    if not usable:
        return None
    wrong, right = chance.choice(usable)
    at = chance.choice([m.start() for m in re.finditer(re.escape(right), text)])
    return Planted(text[:at] + wrong + text[at + len(right) :], ("T201",))


def _foreign_typo(text: str, chance: random.Random) -> Planted | None:
    pairs = RuleData().section("typos", Typos).pairs
    wrong = chance.choice(list(pairs))
    match = _at(text, "。(?=[\u4e00-\u9fff])", chance)
    if match is None:
        return None
    return Planted(f"{text[: match.end()]}这是{wrong}。{text[match.end() :]}", ("T201",))


def _without_block(pattern: str, *codes: str) -> Planter:
    """Take out a paragraph that begins as the pattern says."""

    def plant(text: str, chance: random.Random) -> Planted | None:
        match = _at(text, rf"^{pattern}.*\n\n?", chance)
        if match is None:
            return None
        return Planted(text[: match.start()] + text[match.end() :], codes)

    return plant


def _without_aspect(text: str, chance: random.Random) -> Planted | None:
    """Take out a whole section of the problems."""
    begin = text.find("存在的主要问题")
    end = text.find("\n## ", begin)
    sections = list(re.finditer(r"### （.+?）[\s\S]*?(?=### |\Z)", text[begin:end]))
    if len(sections) < 3:
        return None
    gone = chance.choice(sections)
    whole = text[:begin] + text[begin:end].replace(gone[0], "") + text[end:]
    return Planted(whole, ("S111", "S301"))


def _swapped_aspects(text: str, chance: random.Random) -> Planted | None:
    begin = text.find("存在的主要问题")
    end = text.find("\n## ", begin)
    headings = re.findall(r"### （.+?）(.+)", text[begin:end])
    if len(headings) < 3:
        return None
    i = chance.randrange(len(headings) - 1)
    one, two = headings[i : i + 2]
    block = text[begin:end].replace(one, "\0").replace(two, one).replace("\0", two)
    return Planted(text[:begin] + block + text[end:], ("S112",))


def _without_part(role: str) -> Planter:
    def plant(text: str, _chance: random.Random) -> Planted | None:
        match = re.search(
            rf"## [一二三四五六七]、[^\n]*(?:{role})[^\n]*\n[\s\S]*?(?=\n## |\Z)", text
        )
        if match is None:
            return None
        return Planted(text[: match.start()] + text[match.end() :], ("S101", "S301", "B101"))

    return plant


def _repeated_sentence(text: str, chance: random.Random) -> Planted | None:
    match = _at(text, r"(?<=。)[^。\n“”\d]{22,60}。", chance)
    other = _at(text, r"。(?=\n\n[二三四]是)", chance)
    if match is None or other is None or match.start() == other.end():
        return None
    return Planted(text[: other.end()] + match[0] + text[other.end() :], ("K201", "K202"))


def _in_problems(sentence: str, *codes: str) -> Planter:
    """Add a sentence to a problem or a cause."""

    def plant(text: str, chance: random.Random) -> Planted | None:
        begin = text.find("存在的主要问题")
        end = text.find("努力方向和整改措施")
        if end < 0 or "对照检查" not in text[:60]:
            return None
        ends = [m.end() for m in re.finditer(r"。(?=\n\n[一二三四]是)", text[begin:end])]
        if not ends:
            return None
        at = begin + chance.choice(ends)
        return Planted(text[:at] + sentence + text[at:], codes)

    return plant


def _in_causes(sentence: str, *codes: str) -> Planter:
    def plant(text: str, chance: random.Random) -> Planted | None:
        begin = text.find("产生问题的原因")
        end = text.find("\n## ", begin)
        if begin < 0 or "对照检查" not in text[:60]:
            return None
        ends = [m.end() for m in re.finditer(r"。(?=\n)", text[begin:end])]
        at = begin + chance.choice(ends)
        return Planted(text[:at] + sentence + text[at:], codes)

    return plant


def _emptied_point(text: str, chance: random.Random) -> Planted | None:
    """Take every sentence with something concrete out of a problem."""
    begin = text.find("存在的主要问题")
    end = text.find("\n## ", begin)
    if "对照检查" not in text[:60]:
        return None
    points = list(re.finditer(r"^[一二三]是.*$", text[begin:end], re.MULTILINE))
    point = chance.choice(points)
    claim = point[0].partition("。")[0]
    vague = f"{claim}。班子对此认识不深，抓得不紧，存在畏难情绪，工作落实离要求还有距离。"
    return Planted(text[:begin] + text[begin:end].replace(point[0], vague) + text[end:], ("K101",))


def _vague_measure(text: str, chance: random.Random) -> Planted | None:
    begin = text.find("努力方向和整改措施")
    if begin < 0:
        return None
    points = list(re.finditer(r"^[一二三]是针对.*$", text[begin:], re.MULTILINE))
    if not points:
        return None
    point = chance.choice(points)
    head = point[0].partition("，")[0]
    vague = f"{head}，不断提高思想认识，切实加以改进，确保取得实效。"
    return Planted(text[:begin] + text[begin:].replace(point[0], vague), ("K106",))


PLANTERS: dict[str, tuple[str, Planter]] = {
    # text
    "半角逗号": ("T", replacing(_COMMA, ",", "T101")),
    "半角冒号": ("T", replacing(_COMMA, ":", "T101")),
    "半角括号": ("T", replacing(_BETWEEN, "(含党课)", "T101")),
    "逗号句号": ("T", replacing(_BODY + "。", "，。", "T102")),
    "重复逗号": ("T", replacing(_BODY + "，", "，，", "T102")),
    "等前顿号": ("T", replacing(_COMMA, "、等方面，", "T103")),
    "缺后引号": ("T", replacing("”", "", "T104")),
    "缺前引号": ("T", replacing("“", "", "T104")),
    "缺后括号": ("T", replacing(_BETWEEN, "（含党课。", "T104")),
    "直引号": ("T", replacing("“([^”\n]{2,20})”", lambda m: f'"{m[1]}"', "T105")),
    "句中空格": ("T", replacing("(?<=[\u4e00-\u9fff])(?=[\u4e00-\u9fff]{3}，)", " ", "T106")),
    "序号标点": ("T", replacing("(?<=### )（(.)）", lambda m: f"（{m[1]}）、", "T107")),
    "段末无句号": ("T", replacing("。(?=\n\n[二三四]是)", "", "T110")),
    "本文错字": ("T", _typo),
    "常见错字": ("T", _foreign_typo),
    "截止": ("T", replacing(_BETWEEN, "截止目前仍未整改。", "T202")),
    "的得": ("T", replacing("抓得不(?:够|紧)|得不够|(?<=。)(?=班子)", "责任落实的不够。", "T203")),
    "叠字": ("T", replacing("的(?=[\u4e00-\u9fff])", "的的", "T204")),
    "叠词": ("T", replacing("责任|问题|干部|群众", lambda m: m[0] * 2, "T204")),
    "全角数字": ("T", replacing(r"(?<!\d)\d(?=[次个名])", _full_width, "T301")),
    "月份虚位": ("T", replacing(r"(?<=\d年)(\d)月", lambda m: f"0{m[1]}月", "T302")),
    "两位年份": ("T", replacing(r"20(\d\d)年(?=\d+月)", lambda m: f"{m[1]}年", "T303")),
    "汉字百分数": ("T", replacing(_BETWEEN, "完成率只有百分之六十三。", "T305")),
    "定型词": ("T", replacing(_BETWEEN, "没有落实中央8项规定精神。", "T308")),
    "占位": ("T", replacing(r"\d+(?=[次个名人])", "**", "T401")),
    "某数": ("T", replacing(r"\d+(?=[次个名人])", "XX", "T401")),
    "待补": ("T", replacing(_BETWEEN, "【待补：走访户数】", "T401")),
    "广告": ("T", replacing("(?<=。)(?=\n\n)", "更多材料请关注公众号：某某文库。", "T402")),
    "付费标记": ("T", replacing("(?<=### （.）)", "##paidbegin##", "T403")),
    "加粗": ("T", replacing("(?<=\n)([一二三]是[^。\n]{2,24}。)", lambda m: f"**{m[1]}**", "T404")),
    "机器应答": ("T", replacing(_POINT_START, "以下是修改后的内容：\n\n", "T405")),
    "零宽字符": ("T", replacing("(?<=[\u4e00-\u9fff])(?=[\u4e00-\u9fff]{2}。)", "\u200b", "T407")),
    # privacy
    "密级": ("P", replacing(_POINT_START, "秘密★1年\n\n", "P101")),
    "身份证": ("P", replacing(_BETWEEN, "当事人身份证号110101199003071234。", "P201")),
    "银行卡": ("P", replacing(_BETWEEN, "资金转入6228480402564890018账户。", "P202")),
    "手机": ("P", replacing(_BETWEEN, "联系电话13812345678。", "P203")),
    "邮箱": ("P", replacing(_BETWEEN, "材料发至abc@example.cn。", "P204")),
    # structure
    "缺部分": ("S", _without_part("原因|措施|打算")),
    "缺方面": ("S", _without_aspect),
    "方面换位": ("S", _swapped_aspects),
    "标题跳号": ("S", replacing("(?<=### （)[二三](?=）)", "七", "S301")),
    "标题重号": ("S", replacing("(?<=### （)二(?=）)", "一", "S301")),
    "部分跳号": ("S", replacing("(?<=\n## )[二三](?=、)", "九", "S301")),
    "分条跳号": ("S", replacing("(?<=\n)二(?=是)", "四", "S303")),
    "分条重号": ("S", replacing("(?<=\n)二(?=是)", "一", "S303")),
    "数目不符": ("S", replacing("(?<=存在)[两三](?=个方面问题)", "五", "S305")),
    # empty talk
    "空洞问题": ("K", _emptied_point),
    "先扬后抑": ("K", _in_problems("虽然班子能够坚持集中学习，但学用结合不紧。", "K103")),
    "讲成绩": ("K", _in_problems("各项工作取得了明显成效。", "K104")),
    "客观理由": ("K", _in_causes("业务工作繁重，静不下心来学习。", "K105")),
    "空泛措施": ("K", _vague_measure),
    "整句重复": ("K", _repeated_sentence),
    "万能结论": ("K", replacing(_POINT_END, "奋力谱写高质量发展新篇章。", "K302")),
    "超长句": ("K", replacing(_POINT_END, _ENDLESS, "K204")),
    "空泛词语": ("K", replacing(_POINT_END, "值得注意的是，此事拖了很久。", "K301")),
    # closure
    "问题无措施": ("B", _without_block("[一二三四]是针对", "B101", "B202", "S303", "S304")),
    "措施无问题": (
        "B",
        replacing("(?<=是针对)[^，\n]{4,30}(?=的问题，)", "会议费用长期偏高", "B102", "B101"),
    ),
    "规格原因缺": ("B", replacing(r"(?<=以下几个方面的原因：\n\n)一是.*\n", "\n", "B203")),
    "责任人改动": ("B", replacing("(?<=\n)一是针对[^，]{4,30}的问题，.*", lambda m: re.sub(
        "[\u4e00-\u9fff]{1,6}(?:科|股|办公室|机关党委|机关纪委)", "后勤处", m[0]), "B202")),
}  # fmt: skip
"""By kind of error: its family, and what plants it."""
