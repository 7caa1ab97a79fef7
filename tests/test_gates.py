"""Every gate lets a sound paragraph through and stops what it is there to stop."""

from dataclasses import dataclass

import pytest

from assistant.checks.findings import Severity
from assistant.checks.gates import GATES, LEAK_RUN, Gate, GateContext, judge
from assistant.plan import Fact, Slot, SlotRole
from assistant.text.lexicon import Lexicon
from assistant.text.sentences import count_characters, han, ngrams

FACT = "2024年下乡调研37次，其中21次当天往返"
CLAIM = "调研不够深入"
SOUND = (
    "调研不够深入。2024年下乡调研37次，其中21次当天往返。"
    "班子把跑过多少地方当作调研，没有坐下来听群众说难处，决策因此脱离实际。"
)
EXAMPLE = "班子习惯坐在办公室听汇报，对底下的真实情况心里没有数，定下的事项脱离实际。"
INSTRUCTION = "先照实摆出事实，再说班子当时怎么想。"


@dataclass(frozen=True)
class Case:
    """A text that a gate stops beside one that it lets through."""

    gate: str
    code: str
    bad: str
    good: str
    role: SlotRole = "problem"
    facts: tuple[Fact, ...] = (Fact(id="f1", text=FACT),)
    claim: str = CLAIM
    severity: Severity = Severity.ERROR
    excerpt: str = ""
    """What must be told of the bad text; nothing when empty."""


OWNER = Fact(id="f1", text="由办公室牵头，2025年3月底前建立台账", exact=("办公室", "2025年3月底"))
PLAIN = Fact(id="f1", text="学习资料没有提前发给党员自学")

WORDS = "班子 了 重视 不够 中 有 的 事"

CASES = (
    Case("figures_supported", "figure", SOUND + "群众有38人反映。", SOUND, excerpt="38人"),
    Case("figures_supported", "figure", SOUND + "问了三户。", SOUND + "重形式。", excerpt="三户"),
    Case("figures_supported", "figure", "调研37户。", "调研37次。", excerpt="37户"),
    Case("figures_supported", "figure", "占57%。", "调研三十七次。", excerpt="57%"),
    Case("no_derived_quantity", "derived", "大多数当天往返。", SOUND, excerpt="大多数"),
    Case("no_derived_quantity", "derived", "超半数走过场。", "成员没有上门。", excerpt="超半数"),
    Case("no_derived_quantity", "derived", "第一次出现。", "再次出现。", excerpt="第一次"),
    Case("no_derived_quantity", "derived", "六成当天往返。", "六成立即返回。", excerpt="六成"),
    Case("no_frequency", "frequency", "没有按月通报。", "没有通报。", excerpt="按月"),
    Case("no_frequency", "frequency", "每季度都漏报。", "整季都漏报。", excerpt="每季度"),
    Case(
        "facts_not_retold",
        "retold",
        f"{CLAIM}。比如，{PLAIN.text}。可见班子只把学习资料没有提前发给党员看淡了。",
        f"{CLAIM}。比如，{PLAIN.text}。可见班子把学习资料看淡了。",
        facts=(PLAIN,),
        excerpt="学习资料没有提前发给",
    ),
    Case("facts_used", "unused", "调研不够深入。", SOUND),
    Case("facts_used", "unused", SOUND.replace("21次", "12次"), SOUND),
    Case("facts_used", "unused", "由甲科牵头，2025年3月底前建立台账。", OWNER.text, facts=(OWNER,)),
    Case("facts_used", "unused", "学习抓得不紧。", "学习资料没有提前发给党员。", facts=(PLAIN,)),
    Case("omissions_given", "omission", "班子没有进行研究。", "没有放在心上。", excerpt="没有进行"),
    Case("events_given", "event", "只开展了一次谈话。", "只求过得去。", excerpt="开展了"),
    Case(
        "events_given",
        "event",
        "往往是在上级的指导下完成的。",
        "只求在年底前完成。",
        excerpt="在上级的指导下",
    ),
    Case(
        "events_given",
        "event",
        "表现却让群众觉得不够好。",
        "班子觉得过得去就行，对群众关心不够。",
        excerpt="群众觉得",
    ),
    Case("omissions_given", "omission", "对此未明确责任。", "责任心不强。", excerpt="未明确"),
    Case(
        "omissions_given",
        "omission",
        "还是没有把这个问题反映给上级。",
        "还是没有把这个问题放在心上。",
        excerpt="没有把这个问题反映给",
    ),
    Case(
        "weighed_rightly",
        "weight",
        "重深入调研、轻落实。",
        "重调查、轻落实。",
        excerpt="重深入调研、轻落实",
    ),
    Case("weighed_rightly", "weight", "班子重调查。", "班子重调查、轻落实。"),
    Case(
        "weighed_rightly",
        "weight",
        "重调查轻落实，重进度轻质量，重数量轻实效。",
        "重调查轻落实，重进度轻质量。",
    ),
    Case(
        "weighed_rightly",
        "weight",
        "重部署、轻学习。",
        "重部署、轻落实。",
        claim="上级部署贯彻不及时",
        excerpt="重部署、轻学习",
    ),
    Case("no_debris", "debris", "成了摆设；。", "成了摆设。", excerpt="；。"),
    Case(
        "negation_carried_on",
        "negation",
        "没有把责任分清，把要求落到一线。",
        "没有把责任分清，没有把要求落到一线。",
        excerpt="没有把责任分清，把要求落到一线",
    ),
    Case("no_loop", "loop", "班子只求开会、开会、开会。", "班子只求开会、办文、办事。"),
    Case("turns_once", "turn", "思想上没有说到底，还是重视不够。", "说到底，还是重视不够。"),
    Case(
        "formulations_kept",
        "formulation",
        "放松了党风廉政建设责任落实。",
        "放松了党风廉政建设责任制。",
        excerpt="党风廉政建设责任落",
    ),
    Case(
        "facts_said_once",
        "repeat-figure",
        SOUND + "37次里多是走过场。",
        SOUND + "2024年的调研多是走过场。",
        severity=Severity.WARNING,
        excerpt="37次里多是走过场。",
    ),
    Case(
        "examples_not_leaked",
        "leak",
        SOUND + "对底下的真实情况心里没有数。",
        SOUND + "对真实情况心里没底。",
        excerpt="对底下的真实情况心里没有数",
    ),
    Case(
        "instructions_not_echoed",
        "echo",
        SOUND + "先照实摆出事实，再说想法。",
        SOUND + "事实没有摆出来。",
    ),
    Case("no_structure", "structure", SOUND + "一是学得浅。", SOUND + "这是学得浅。"),
    Case("no_structure", "structure", "## 存在的问题", SOUND),
    Case("no_structure", "structure", SOUND + "\n另起一段。", SOUND),
    Case("no_structure", "structure", SOUND + "（二）学风", SOUND + "（含学风）不实。"),
    Case("no_structure", "structure", SOUND + "**重点**。", SOUND),
    Case("sentence_ends", "ending", SOUND + "班子没有", SOUND),
    Case("sentence_ends", "ending", "调研不够深入，", "有人说“调研过了。”"),
    Case(
        "no_loop",
        "loop",
        "没有坐下来听群众说难处。没有坐下来听群众说难处。",
        SOUND,
        excerpt="没有坐下来听群众说难",
    ),
    Case(
        "no_loop",
        "loop",
        "没有走访农户，没有核对台账，没有听取意见，没有回访结果。",
        "没有走访农户，台账不曾核对，意见听得少，回访更谈不上。",
        excerpt="没有",
    ),
    Case(
        "no_loop",
        "loop",
        "没有走访农户，没有核对台账，没有听取意见。",
        "没有走访农户，没有核对台账，意见听得少。",
        severity=Severity.WARNING,
    ),
    Case("length_fits", "length", SOUND * 4, SOUND),
    Case("length_fits", "length", "调研不深。", SOUND),
    Case("no_praise", "praise", "虽然下了功夫，但仍不够。", "下的功夫不够。"),
    Case("no_praise", "praise", "取得了明显成效。", "没有成效。"),
    Case("no_praise", "praise", "作风显著提升。", "作风没有提升。", role="cause"),
    Case("no_praise", "praise", "得到群众好评。", "群众意见大。", role="case"),
    Case("no_remedy", "remedy", "需要进一步加强调研。", "调研没有抓到底。"),
    Case("no_remedy", "remedy", "下一步改进作风。", "作风不实。", role="cause"),
    Case("no_remedy", "remedy", "班子必须深入一线。", "班子没有深入一线。", role="case"),
    Case("no_debris", "debris", "班子 the 认识不深。", "班子认识不深。", excerpt="the"),
    Case("no_debris", "debris", "转了将近 个月。", "转了将近半个月。", excerpt=" "),
    Case("no_debris", "debris", "认识不深,行动不快。", "认识不深，行动不快。", excerpt=","),
    Case("quotations_given", "quote", "正所谓“纸上得来”。", "落实“三会一课”。"),
    Case("quotations_given", "quote", "违反《保密条例》。", "违反规定。", excerpt="《保密条例》"),
    Case("quotations_given", "quote", "落实“三会一课。", "落实“三会一课”。"),
    Case("no_excuse", "excuse", "主要是任务繁重。", "主要是思想松懈。", role="cause"),
    Case("no_excuse", "excuse", "人手紧张所致。", "认识不到位所致。", role="cause"),
    Case("no_blame", "blame", "基层单位没有主动汇报。", "班子没有主动过问。"),
    Case("no_blame", "blame", "一些科室怕得罪人。", "班子成员怕得罪人。", excerpt="科室怕得罪"),
    Case("no_blame", "blame", "又把责任推给别人。", "没有把责任担起来。", excerpt="推给别人"),
    Case("no_blame", "blame", "问题出在中队而不是局党组。", "问题出在局党组。"),
    Case(
        "claim_not_restated",
        "restated",
        f"{CLAIM}。比如，{PLAIN.text}。班子{CLAIM}。",
        f"{CLAIM}。比如，{PLAIN.text}。可见班子没有把群众放在心上。",
        facts=(PLAIN,),
        excerpt=f"班子{CLAIM}。",
    ),
    Case("no_remedy", "remedy", "推进中应主动协调。", "班子反应迟缓。", excerpt="应主动"),
    Case("own_words", "own-words", "班子成立了专班。", "班子重视不够。", excerpt="成立"),
    Case("own_words", "own-words", "调研中有虚报的事。", "调研不够深入。", excerpt="虚报"),
    Case("names_given", "name", "由水政科牵头办理。", "由办公室牵头办理。", facts=(OWNER,)),
    Case("names_given", "name", "干部张某违纪。", "干部违纪。", excerpt="张某"),
    Case("names_given", "name", "科室党支部不管。", "各党支部不管。", excerpt="科室党支部"),
    Case("instances_given", "instance", "比如，干部坐等上门。", f"比如，{FACT}。"),
    Case("instances_given", "instance", "有一次班子坐等上门。", "班子坐等上门。"),
    Case("places_given", "name", "青山水库无人管。", "水面无人管。", excerpt="青山水库"),
    Case(
        "not_empty_talk",
        "empty",
        SOUND + "这说明相关部门不重视。",
        SOUND,
        severity=Severity.WARNING,
        excerpt="相关部门",
    ),
)


def gate_named(name: str) -> Gate:
    return next(gate for gate in GATES if gate.__name__ == name)


def context_for(case: Case) -> GateContext:
    slot = Slot(
        id="s",
        role=case.role,
        claim=case.claim,
        opening=f"{case.claim}。",
        facts=case.facts,
        budget=count_characters(SOUND),
    )
    lexicon = Lexicon(WORDS.split()) if case.gate == "own_words" else None
    return GateContext(
        slot=slot,
        examples=(EXAMPLE,),
        instruction=INSTRUCTION,
        lexicon=lexicon,
        turns=("说到底，还是", "班子重"),
    )


def test_every_gate_is_tried() -> None:
    assert {gate.__name__ for gate in GATES} == {case.gate for case in CASES}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.gate}-{case.bad[-12:]}")
def test_a_gate_stops_the_one_and_not_the_other(case: Case) -> None:
    gate, context = gate_named(case.gate), context_for(case)
    found = list(gate(case.bad, context))
    assert found
    assert {(f.code, f.severity) for f in found} == {(case.code, case.severity)}
    assert case.excerpt in [f.excerpt for f in found] or not case.excerpt
    assert all(han(f.excerpt) in han(case.bad) for f in found)
    assert list(gate(case.good, context)) == []


def test_a_sound_paragraph_passes_all_gates() -> None:
    case = next(case for case in CASES if case.gate == "length_fits")
    assert judge(SOUND, context_for(case)) == []


@pytest.mark.parametrize(
    ("role", "gate", "text"),
    [
        ("work", "no_praise", "取得了明显成效。"),
        ("last_year", "no_praise", "作风明显改善。"),
        ("measure", "no_remedy", "进一步加强调研。"),
        ("next_step", "no_remedy", "下一步加强调研。"),
        ("problem", "no_excuse", "人手紧张。"),
    ],
)
def test_what_is_wrong_in_one_role_is_right_in_another(
    role: SlotRole, gate: str, text: str
) -> None:
    slot = Slot(id="s", role=role, budget=20)
    assert list(gate_named(gate)(text, GateContext(slot))) == []


@pytest.mark.parametrize(
    ("gate", "text"),
    [
        ("figures_supported", "学习了37次。"),
        ("no_derived_quantity", "大多数没有参加。"),
        ("quotations_given", "“说了不算”。"),
        ("no_debris", "用了APP办公。"),
        ("no_praise", "取得了一定成绩。"),
        ("no_remedy", "今后再说。"),
        ("places_given", "青山水库无人管。"),
        ("not_empty_talk", "总之不够。"),
    ],
)
def test_the_units_own_words_are_never_held_against_it(gate: str, text: str) -> None:
    fact = Fact(id="f1", text=text)
    told = Slot(id="s", role="problem", facts=(fact,), budget=20)
    untold = Slot(id="s", role="problem", budget=20)
    assert list(gate_named(gate)(text, GateContext(told))) == []
    assert list(gate_named(gate)(text, GateContext(untold))) != []


def test_a_formula_of_the_genre_is_not_a_leak() -> None:
    slot = Slot(id="s", role="problem", budget=20)
    leaked = GateContext(slot, examples=(EXAMPLE,))
    formula = GateContext(slot, examples=(EXAMPLE,), formulas=frozenset(ngrams(EXAMPLE, LEAK_RUN)))
    gate = gate_named("examples_not_leaked")
    assert [finding.code for finding in gate(EXAMPLE, leaked)] == ["leak"]
    assert list(gate(EXAMPLE, formula)) == []
