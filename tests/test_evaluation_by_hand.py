"""Every scorer by hand: a value worked out with pencil and paper, its worst case and its best."""

import re
from dataclasses import replace

import pytest
from evaluation_logs import EXAMPLES, SELF_EXAMINATION, invented_case, worked_case
from tiny import tiny_spec

from assistant.drafting.record import Cost
from assistant.evaluation.log import ExampleText
from assistant.evaluation.scorers.catalogue import FAMILIES, SCORERS
from assistant.evaluation.scorers.subject import Subject, printed
from assistant.markdown import render

TEXT = """\
# 云岭市河道管理处领导班子2022年度民主生活会对照检查材料

按照2022年度民主生活会部署要求，处领导班子集中学习6次，征求意见建议23条，开展谈心谈话31人次，现将对照检查情况报告如下。

## 一、存在的主要问题

### （一）政治定力方面

集中学习不够扎实。2022年12次集中学习中有5次没有安排研讨。处领导班子心思没有放在上面。

### （二）组织原则方面

请示报告不够及时。2022年有2个事项事后补报。处领导班子以为事情小。

### （三）履行主职主业方面

河道巡查不够到位。17处河道有4处巡查记录不全。处领导班子怕麻烦。

### （四）作风和廉洁自律方面

经费审核不够严格。9月抽查37笔支出有6笔缺少附件。处领导班子碍于情面，不愿较真。

## 二、产生问题的原因

一是理论学习抓得不深。思想上把学习看得轻。

二是党性锻炼抓得不严。党性修养放松了。

三是担当精神有所弱化。责任心退了，担当少了。

四是自我要求有所放松。作风上对自己松了一扣。

## 三、努力方向和整改措施

### （一）深化理论学习，增强政治定力

针对集中学习不够扎实的问题，由综合科牵头，2023年3月底前每季度开展1次专题研讨。

### （二）严守组织原则，严格组织生活

针对请示报告不够及时的问题，由办公室牵头，2023年4月底前编制请示报告清单。

### （三）聚焦主职主业，提升履职实效

针对河道巡查不够到位的问题，由巡查科牵头，2023年6月底前对17处河道开展1轮复查。

### （四）锤炼过硬作风，守牢廉洁底线

针对经费审核不够严格的问题，由财务科牵头，2023年5月底前实行支出附件双人审核。

以上对照检查，如有不妥之处，请批评指正。
"""
HEADINGS = "".join(f"{line}\n" for line in TEXT.splitlines() if line.startswith("#"))
COST = {s.id for family in FAMILIES if family.title == "开销" for s in family.scorers}
DRAWN = Cost(prompt_tokens_read=900, prompt_tokens_reused=300, tokens_decoded=500, seconds=25)
POEM = "风急天高猿啸哀渚清沙白鸟飞回无边落木萧萧下不尽长江滚滚来"


def case(text: str, **changes: object) -> Subject:
    """A text beside the smallest spec, which gives 4 problems, 4 causes and 4 measures."""
    return replace(Subject(invented_case(tiny_spec()), printed(text)), **changes)  # type: ignore[arg-type]


def edited(*edits: tuple[str, str], **changes: object) -> Subject:
    """The good text above with edits, each an old text that stands once and a new one."""
    text = TEXT
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return case(text, **changes)


def without(*beginnings: str) -> Subject:
    """The good text without the paragraphs that begin so."""
    blocks = TEXT.split("\n\n")
    kept = [block for block in blocks if not block.startswith(beginnings)]
    assert len(kept) == len(blocks) - len(beginnings)
    return case("\n\n".join(kept))


def worked(*facts: str) -> Subject:
    """A worked example's document without these facts."""
    text = render(EXAMPLES[SELF_EXAMINATION].draft)
    for fact in facts:
        assert fact in text
        text = text.replace(fact, "")
    return Subject(worked_case(EXAMPLES[SELF_EXAMINATION]), printed(text))


def facts_of(role: str) -> list[str]:
    plan = EXAMPLES[SELF_EXAMINATION].plan
    return [fact.text for slot in plan.slots() if slot.role == role for fact in slot.facts]


def like(reference: str, text: str) -> Subject:
    """A text beside another original."""
    own = invented_case(tiny_spec()).model_copy(update={"reference": reference})
    return Subject(own, text + "\n")


def beside(text: str, *others: str) -> Subject:
    """A text beside worked examples of these texts, of another unit."""
    spec = tiny_spec(
        ("unit: 云岭市河道管理处", "unit: 白亭市交通运输局"),
        ("37笔支出有6笔", "58笔支出有9笔"),
    )
    return case(
        text, others=tuple(ExampleText(id=str(n), spec=spec, text=t) for n, t in enumerate(others))
    )


def parts(problems: int, causes: int, measures: int, before: int = 0) -> Subject:
    """A text of so many characters in each part; their budgets are 384, 281 and 165."""
    return case(
        f"{'前' * before}\n一、存在的主要问题\n{'问' * problems}\n二、产生问题的原因\n"
        f"{'因' * causes}\n三、努力方向和整改措施\n{'措' * measures}\n"
    )


GOOD = case(TEXT)
EMPTY = case("")
POINT = "处领导班子怕麻烦。"
LONG = POINT + "字" * (999 - GOOD.length) + "。"
"""Makes the good text as long as was asked for, most of it on problems."""
WHOLE = parts(384, 281, 165, before=1000 - 29 - 384 - 281 - 165)  # 29 characters of headings
CROWDED = case("字" * 50, cost=DRAWN, elapsed=200.0, beside=8.5)
ALONE = case("字" * 50, cost=DRAWN, peak_memory=1800, perplexity=12.5)
COPIED = beside("甲乙丙丁戊己庚辛壬癸" + POEM[:20] + "子丑寅卯辰巳午未申酉", POEM)
FOREIGN = "白亭市交通运输局9月抽查58笔支出有9笔缺少附件。"
CLAIMS = "工作标准不高。创新意识不足。廉洁自律意识不够。工作作风不够扎实。理论学习不够。"
PROBLEMS = "某局对照检查材料\n一、存在的主要问题\n"
PRAISE = "虽然学习抓得比较紧，但是联系实际不够。"
SPECIFIC = "例如，3月检查时2名干部没有走访群众，项目、客户、调研、台账、系统都没有看。"
BARE = re.sub("(?m)^[一二三四]是", "", TEXT)
SWAPPED = (
    TEXT.replace("）政治", "@")
    .replace("）组织原则方", "）政治定力方")
    .replace("@定力", "）组织原则")
)
SAID = "班子成员下村走得少问得也浅。"

HAND: dict[str, tuple[Subject, float]] = {
    # Headings 10 and wording 5 of the 85 points that apply.
    "rubric": (case(HEADINGS), 100 * 15 / 85),
    "hard_fails": (edited((POINT, "鹤山村9876户没有走访。")), 2),
    "rubric_structure": (edited(("方面\n\n经费", "问题\n\n经费")), 10 * 11 / 12),
    # Speaker 5, no praise 5, facts in 3 of 4 points 9, depth in 4 of 4 8.
    "rubric_problems": (edited(("9月抽查37笔支出有6笔缺少附件。", "")), 27),
    # Four of at least three causes 5, three of four rooted 3.75, no excuse 5.
    "rubric_causes": (edited(("作风上对自己松了一扣。", "日子一长就淡了。")), 13.75),
    "rubric_measures": (without("针对经费"), 5 * 3 / 4 + 10 * 3 / 4),
    # Half of what was asked for: S_l 50. 250 of 500 characters on problems and causes.
    "rubric_length": (parts(200, 50, 1, before=220), 2.5 + 5),
    "rubric_matters": (worked(facts_of("matter")[2]), 5 * 4 / 5),
    "rubric_last_year": (worked(facts_of("last_year")[2]), 10 * 4 / 5),
    # One error in 500 characters are 2 in 1000.
    "rubric_wording": (case("字" * 498 + "，。"), 5 * (1 - 2 / 5)),
    # Headings 100, order 100, none of the 4 points numbered.
    "structure": (case(BARE), (100 + 100 + 0) / 3),
    "headings": (edited(("方面\n\n经费", "问题\n\n经费")), 100 * 11 / 12),
    # Nine headings make 36 pairs; one of them stands the wrong way.
    "order": (case(SWAPPED), 34 / 36),
    "counts": (without("三是担当"), 100 * 3 / 4),
    # A number that is skipped and one that comes twice.
    "numbering": (edited(("三是担当", "四是担当")), 2),
    "open_marks": (edited((POINT, "【待补：事例】【待核】")), 2),
    # Three facts in the lead, four on problems, four measures.
    "recall": (edited(("集中学习6次，", "")), 100 * 10 / 11),
    "claims": (edited(("经费审核不够严格。", "")), 75),
    "figures_wrong": (edited((POINT, "9876户没有走访，65个项目停了。")), 2),
    # Given are 2022年, 12次, 5次 and 4处; 9876户 is not.
    "figure_precision": (case("2022年12次集中学习中有5次没有研讨，9876户没有走访，4处不全。"), 80),
    "names_wrong": (edited((POINT, "鹤山村没有人去过，清溪村也没有。")), 2),
    # Names are 鹤山村, 云岭市 and 河道管理处; the first is not given.
    "name_precision": (case("鹤山村没有人去过，云岭市河道管理处也没有。"), 200 / 3),
    "derived": (edited((POINT, "大多数科室都是如此，半数以上的人没有去。")), 2),
    "voice": (edited((POINT, "我县干部不看记录，我镇干部也不看。")), 2),
    # The other's place and its fact.
    "leaks": (beside(FOREIGN.replace("交通运输局", ""), POEM), 2),
    # 40 characters make 28 runs of 13; 20 in common make 8 of them.
    "copy13": (COPIED, 100 * 8 / 28),
    "copy_longest": (COPIED, 20),
    "length": (parts(200, 50, 1, before=220), 50),
    "length_parts": (parts(192, 562, 110), (50 + 200 / 3 + 75) / 3),
    "length_least": (parts(192, 562, 110), 50),
    "characters": (case("字 字\n字。【待核】"), 4),
    # 调研 and 台账, 2 for a figure, 1 less for a generic phrase.
    "specificity": (case(PROBLEMS + "一是理论学习不够。调研37次没有台账。\n"), 3),
    "grounded": (edited(("9月抽查37笔支出有6笔缺少附件。", "")), 75),
    "empty_talk": (case("值得注意的是，相关部门学习不够深入。" + "字" * 82), 30),
    "praise_first": (edited((POINT, PRAISE)), 1),
    # Four measures and four causes.
    "closure": (without("针对经费"), 100 * 7 / 8),
    "measures_idle": (edited(("由综合科牵头，2023年3月底前每季度", "每季度")), 1),
    # Ten characters twice: 13 runs of 8, of which 3 come again.
    "rep8": (case("甲乙丙丁戊己庚辛壬癸" * 2), 100 * 3 / 13),
    # Fourteen characters twice: 16 runs of 13, of which 2 come again.
    "rep13": (case("甲乙丙丁戊己庚辛壬癸子丑寅卯" * 2), 100 * 2 / 16),
    "same_sentences": (case(f"{PROBLEMS}{SAID}{SAID}{'长' * 20}。"), 100 / 3),
    "sentence": (case(f"{PROBLEMS}{SAID}短句。"), (14 + 3) / 2),
    "long_sentences": (case(f"{PROBLEMS}{SAID}{'长' * 121}。短句。{SAID}"), 25),
    "formulations": (case("坚定“四个意识”。" + "字" * 91), 10),
    "text_errors": (case("字" * 98 + "，。"), 10),
    # One character: precision 1, recall 1/2; two: 1 and 1/3. Of means 1 and 5/12 F2 is 25/53.
    "chrf": (like("甲乙丙丁", "甲乙"), 100 * 25 / 53),
    # The longest common subsequence of 4 and 5 characters is 甲丙.
    "rouge_l": (like("甲乙丙丁", "甲丙戊己庚"), 100 * 2 * 2 / 9),
    "perplexity": (ALONE, 12.5),
    "seconds": (ALONE, 25),
    "seconds_per_100": (ALONE, 50),
    "beside": (CROWDED, 8.5),
    "elapsed": (CROWDED, 200),
    "tokens": (ALONE, 500),
    "tokens_per_second": (ALONE, 20),
    "prompt_read": (ALONE, 900),
    "prompt_reused": (ALONE, 300),
    "memory": (ALONE, 1800),
}  # fmt: skip

WORST: dict[str, tuple[Subject, float]] = {
    **dict.fromkeys((
        "rubric", "rubric_structure", "rubric_problems", "rubric_causes", "rubric_measures",
        "rubric_length", "rubric_wording", "structure", "headings", "counts", "recall", "claims",
        "length", "length_parts", "length_least", "grounded", "closure",
    ), (EMPTY, 0)),
    "rubric_matters": (worked(*facts_of("matter")), 0),
    "rubric_last_year": (worked(*facts_of("last_year")), 0),
    "hard_fails": (beside(FOREIGN + "我镇学习《信访条例》**次。" + POEM * 2, POEM * 2), 7),
    "order": (case("\n".join(reversed(HEADINGS.splitlines()))), -1),
    "numbering": (edited(("二是党性", "五是党性"), ("三是担当", "五是担当")), 3),
    "open_marks": (case("【待核】" * 9), 9),
    "figures_wrong": (case("9876户、8765人、7654元都没有。"), 3),
    "figure_precision": (case("9876户、8765人、7654元都没有。"), 0),
    "names_wrong": (case("鹤山村、清溪村、长坪村都没有人去过。"), 3),
    "name_precision": (case("鹤山村、清溪村、长坪村都没有人去过。"), 0),
    "derived": (edited((POINT, "大多数科室都是如此，半数以上的人没有去，位居全市第一。")), 3),
    "voice": (edited((POINT, "我县、我镇、我校、我村干部不看记录。")), 4),
    "leaks": (beside(FOREIGN, POEM), 3),
    "copy13": (beside(POEM, POEM), 100),
    "copy_longest": (beside(POEM, POEM), len(POEM)),
    "specificity": (case(PROBLEMS + CLAIMS), -5),
    "empty_talk": (case("值得注意的是"), 1000 / 6),
    "praise_first": (edited((POINT, PRAISE), ("处领导班子以为事情小。", PRAISE)), 2),
    "measures_idle": (edited(*((f"由{who}牵头，2023年{month}月底前", "") for who, month in (
        ("综合科", 3), ("办公室", 4), ("巡查科", 6), ("财务科", 5)))), 4),
    "rep8": (case("甲" * 20), 100 * 12 / 13),
    "rep13": (case("甲" * 20), 100 * 7 / 8),
    "same_sentences": (case(PROBLEMS + SAID * 4), 75),
    "long_sentences": (case(f"{PROBLEMS}{'长' * 121}。{'短' * 120}。"), 100),
    "formulations": (case("坚定“四个意识”。"), 1000 / 9),
    "text_errors": (case("字，。"), 1000 / 3),
    "chrf": (like("甲乙丙丁", "戊己"), 0),
    "rouge_l": (like("甲乙丙丁", "戊己"), 0),
}  # fmt: skip

BEST: dict[str, tuple[Subject, float]] = {
    **{name: (GOOD, value) for name, value in {
        "hard_fails": 0, "rubric_structure": 10, "rubric_problems": 30, "rubric_causes": 15,
        "rubric_measures": 15, "rubric_wording": 5, "headings": 100, "order": 1, "counts": 100,
        "open_marks": 0, "recall": 100, "claims": 100, "figures_wrong": 0,
        "figure_precision": 100, "names_wrong": 0, "name_precision": 100, "derived": 0,
        "voice": 0, "grounded": 100, "praise_first": 0, "closure": 100, "measures_idle": 0,
        "rep13": 0, "same_sentences": 0, "long_sentences": 0, "formulations": 0, "text_errors": 0,
    }.items()},
    "rubric": (edited((POINT, LONG)), 100),
    "rubric_length": (WHOLE, 10),
    "rubric_matters": (worked(), 5),
    "rubric_last_year": (worked(), 10),
    "structure": (worked(), 100),
    "numbering": (worked(), 0),
    "leaks": (beside(TEXT, POEM), 0),
    "copy13": (beside(TEXT, POEM), 0),
    "copy_longest": (beside(TEXT, POEM), 0),
    "length": (WHOLE, 100),
    "length_parts": (WHOLE, 100),
    "length_least": (WHOLE, 100),
    "specificity": (case(PROBLEMS + SPECIFIC), 18),
    "empty_talk": (case("17处河道有4处巡查记录不全。"), 0),
    "rep8": (case(POEM), 0),
    "chrf": (like("甲乙丙丁", "甲乙丙丁"), 100),
    "rouge_l": (like("甲乙丙丁", "甲乙丙丁"), 100),
}  # fmt: skip


@pytest.mark.parametrize("name", HAND)
def test_by_hand(name: str) -> None:
    subject, expected = HAND[name]
    assert SCORERS[name].score(subject).value == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("name", WORST)
def test_worst_case(name: str) -> None:
    subject, expected = WORST[name]
    assert SCORERS[name].score(subject).value == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("name", BEST)
def test_best_case(name: str) -> None:
    subject, expected = BEST[name]
    assert SCORERS[name].score(subject).value == pytest.approx(expected, abs=1e-6)


def test_no_scorer_is_left_out() -> None:
    """What writing cost has no bounds; where neither way is better there is no best case."""
    assert set(HAND) == set(SCORERS)
    bounded = {s for s, scorer in SCORERS.items() if scorer.best != "none"} - COST
    assert bounded - set(WORST) == set()
    assert bounded - set(BEST) == set()
    for name in set(WORST) & set(BEST):
        higher = BEST[name][1] > WORST[name][1]
        assert higher == (SCORERS[name].best != "low"), name
