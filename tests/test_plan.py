"""The plan: what a kind prescribes, in order, with everything missing told as a gap."""

import pytest
from unit_specs import good_plan, spec_of

from assistant.kinds import DocumentKind, all_kinds, get_kind
from assistant.plan import Plan, Slot
from assistant.planner import make_plan
from assistant.spec import UnitSpec
from assistant.text.sentences import count_characters

EVERY_KIND = pytest.mark.parametrize("kind", all_kinds().values(), ids=lambda kind: kind.id)


def outline(plan: Plan) -> list[str]:
    """The headings, each with the number of its slots."""
    lines = []
    for part in plan.parts:
        lines.append(part.number + part.heading)
        lines += [
            f"{section.number}{section.heading} {len(section.slots)}" for section in part.sections
        ]
    return lines


def slot(plan: Plan, slot_id: str) -> Slot:
    """The slot of that id."""
    return next(slot for slot in plan.slots() if slot.id == slot_id)


def problems(*claims: str) -> list[dict[str, object]]:
    """Problems with a fact each."""
    return [{"claim": claim, "facts": ["6月漏办3件"]} for claim in claims]


def measured(**measure: str) -> Slot:
    """The slot of the measure of one problem."""
    name = get_kind("minzhu-2024").aspects[0].name
    told = [{"claim": "办事不够快", "facts": ["漏办3件"], "measures": [measure]}]
    rest = [{"name": a.name, "problems": problems(a.name)} for a in get_kind("minzhu-2024").aspects]
    plan = good_plan(aspects=[{"name": name, "problems": told}, *rest[1:]], causes=[])
    return slot(plan, "measures.1.1")


def test_order_and_numbering_are_the_kinds() -> None:
    assert outline(good_plan()) == [
        "一、2023年主题教育专题民主生活会整改措施落实情况",
        " 1",
        "二、存在的主要问题",
        "（一）带头严守政治纪律和政治规矩，维护党的团结统一方面 2",
        "（二）带头增强党性、严守纪律、砥砺作风方面 1",
        "（三）带头在遵规守纪、清正廉洁前提下勇于担责、敢于创新方面 1",
        "（四）带头履行全面从严治党政治责任方面 1",
        "三、产生问题的原因",
        " 2",
        "四、努力方向和整改措施",
        "（一）严守政治纪律和政治规矩，维护党的团结统一 2",
        "（二）增强党性修养，严守纪律、砥砺作风 1",
        "（三）坚持遵规守纪，勇于担责、敢于创新 1",
        "（四）扛牢政治责任，纵深推进全面从严治党 1",
    ]


def test_a_part_left_out_leaves_no_hole_in_the_numbering() -> None:
    matters = [{"topic": "意识形态责任制", "facts": ["专题研究2次"]}, {"topic": "巡察整改"}]
    plan = good_plan(last_year=None, case={"title": "某案"}, matters=matters)
    headings = [part.number + part.heading for part in plan.parts]
    assert headings == [
        "一、存在的主要问题",
        "二、反面典型案例剖析",
        "三、需要说明的事项",
        "四、产生问题的原因",
        "五、努力方向和整改措施",
    ]


def test_aspects_stand_in_the_kinds_order_however_the_spec_has_them() -> None:
    kind = get_kind("minzhu-2024")
    spec = spec_of(kind)
    turned = spec.model_copy(update={"aspects": spec.aspects[::-1]})
    assert make_plan(turned, kind) == make_plan(spec, kind)


@EVERY_KIND
def test_every_slot_has_its_own_name_and_its_place_in_the_count(kind: DocumentKind) -> None:
    plan = make_plan(spec_of(kind, claims=3), kind)
    ids = [slot.id for slot in plan.slots()]
    assert len(set(ids)) == len(ids)
    facts = [fact.id for slot in plan.slots() for fact in slot.facts]
    assert len(set(facts)) == len(facts)
    for part in plan.parts:
        assert [s.number for s in part.sections if s.number] == [
            f"（{n}）" for n in "一二三四五六"[: len(part.sections)] if part.sections[0].number
        ]
        for section in part.sections:
            ordinals = [slot.ordinal for slot in section.slots]
            assert ordinals == [f"{n}是" for n in "一二三四五六七八九"[: len(ordinals)]]


@EVERY_KIND
def test_problems_and_their_measures_stand_one_to_one(kind: DocumentKind) -> None:
    plan = make_plan(spec_of(kind), kind)
    admitted = [slot.claim for slot in plan.slots() if slot.role == "problem"]
    answered = [slot.claim for slot in plan.slots() if slot.role in ("measure", "next_step")]
    assert admitted
    assert answered == admitted


@EVERY_KIND
@pytest.mark.parametrize("claims", [2, 3])
def test_the_budgets_add_up_to_a_length_that_the_facts_can_fill(
    kind: DocumentKind, claims: int
) -> None:
    spec = spec_of(kind, claims)
    least, most = (planned(make_plan(asking(spec, length), kind)) for length in (500, 20_000))
    assert most > least
    fitting = (least + most) // 2
    assert planned(make_plan(asking(spec, fitting), kind)) == pytest.approx(fitting, rel=0.1)


def asking(spec: UnitSpec, length: int) -> UnitSpec:
    return spec.model_copy(update={"length": length})


def planned(plan: Plan) -> int:
    fixed = [plan.title, plan.closing]
    for part in plan.parts:
        fixed.append(part.number + part.heading)
        fixed += [s.number + s.heading + s.intro for s in part.sections]
    return sum(slot.budget for slot in plan.slots()) + count_characters("".join(fixed))


def test_fixed_wording_gives_way_to_facts() -> None:
    """Where these fill the length, no field of work of a report opens with the usual words."""
    kind = get_kind("zhuti-zeren-half")
    spec = spec_of(kind, claims=3)
    roomy, short = (make_plan(asking(spec, length), kind) for length in (20_000, 500))
    roomy_intros, short_intros = (
        [s.intro for s in plan.parts[0].sections] for plan in (roomy, short)
    )
    assert all(roomy_intros)
    assert not any(short_intros)
    assert [slot.stated for slot in roomy.slots()] == [slot.stated for slot in short.slots()]


def test_a_paragraph_with_more_facts_gets_more_room() -> None:
    many = [{"claim": "办事不够快", "facts": ["漏办3件", "迟办4件", "错办5件"]}]
    names = [aspect.name for aspect in get_kind("minzhu-2024").aspects]
    aspects = [{"name": name, "problems": problems(name)} for name in names]
    aspects[0]["problems"] = [*many, *problems("学习不够深"), {"claim": "督查不够严"}]
    plan = good_plan(aspects=aspects, causes=[])
    rich, plain, bare = (slot(plan, f"problems.1.{i}").budget for i in (1, 2, 3))
    assert rich > plain > bare >= 40


def test_a_problem_without_facts_is_a_gap_and_nothing_to_write() -> None:
    told, untold = (slot(good_plan(), f"problems.1.{i}") for i in (1, 2))
    assert (told.gaps, told.writable) == ((), True)
    assert untold.gaps == ("能说明“请示报告不够及时”的具体事实：何事、何时、多少",)
    assert not untold.writable


@pytest.mark.parametrize(
    ("measure", "text", "exact", "gaps"),
    [
        (
            {"do": "建台账。", "owner": "办公室", "due": "2025年3月底"},
            "由办公室牵头，2025年3月底前建台账",
            ("办公室", "2025年3月底"),
            (),
        ),
        (
            {"do": "建台账", "owner": "办公室", "due": "15个工作日内"},
            "由办公室牵头，15个工作日内建台账",
            ("办公室", "15个工作日内"),
            (),
        ),
        (
            {"do": "建台账", "owner": "办公室", "due": "长期"},
            "由办公室牵头，长期建台账",
            ("办公室", "长期"),
            (),
        ),
        ({"do": "建台账", "due": "3月底前"}, "3月底前建台账", ("3月底前",), ("“建台账”的责任人",)),
        ({"do": "建台账", "owner": "甲科"}, "由甲科牵头，建台账", ("甲科",), ("“建台账”的时限",)),
        ({"do": "建台账"}, "建台账", (), ("“建台账”的责任人", "“建台账”的时限")),
    ],
    ids=["whole", "within", "for-good", "no-owner", "no-due", "neither"],
)
def test_a_measure_says_who_and_when_or_that_it_is_missing(
    measure: dict[str, str], text: str, exact: tuple[str, ...], gaps: tuple[str, ...]
) -> None:
    planned = measured(**measure)
    (fact,) = planned.facts
    assert (fact.text, fact.exact, planned.gaps) == (text, exact, gaps)
    assert planned.opening == "针对办事不够快的问题，"


def test_a_problem_without_measures_is_a_gap() -> None:
    planned = slot(good_plan(), "measures.1.2")
    assert planned.gaps == ("解决“请示报告不够及时”的举措、责任人和时限",)
    assert not planned.writable


def test_the_lead_gives_the_numbers_in_the_kinds_order_and_asks_for_the_rest() -> None:
    lead = good_plan(lead={"talks": 26, "study_sessions": 4}).lead
    assert [fact.text for fact in lead.facts] == ["集中学习研讨4次", "开展谈心谈话26人次"]
    assert lead.gaps == ("征求意见建议？条",)
    assert lead.stated.endswith("保证”主题，局党组集中学习研讨4次，开展谈心谈话26人次。")


@pytest.mark.parametrize(
    ("last_year", "facts", "gaps"),
    [
        ({"problems": 9, "resolved": 9}, 1, ()),
        ({"problems": 9, "resolved": 7, "open": ["采砂监管"], "facts": ["修订制度3项"]}, 3, ()),
        ({"problems": 9, "resolved": 7}, 1, ("尚未整改到位的问题及原因",)),
    ],
    ids=["all-mended", "rest-told", "rest-untold"],
)
def test_last_year(last_year: dict[str, object], facts: int, gaps: tuple[str, ...]) -> None:
    planned = slot(good_plan(last_year=last_year), "last_year")
    assert planned.facts[0].text.startswith("2023年主题教育专题民主生活会查摆问题9个，已整改到位")
    assert (len(planned.facts), planned.gaps) == (facts, gaps)


def test_a_case_and_a_matter_without_substance_are_gaps() -> None:
    plan = good_plan(case={"title": "某案", "facts": ["收礼3次"]}, matters=[{"topic": "巡察整改"}])
    assert slot(plan, "case").gaps == ("对照案例查摆自身的情况",)
    assert slot(plan, "matters.1").gaps == ("“巡察整改”的情况",)


def test_the_units_own_causes_explain_the_problems_that_they_name() -> None:
    planned = slot(good_plan(), "causes.1")
    assert planned.context == ("上级部署落实不够快", "请示报告不够及时")
    assert planned.gaps == ()


def test_what_the_unit_thought_stands_in_its_own_words() -> None:
    thoughts = ["总觉得看过文件就算学过", "怕问多了显得不懂"]
    told = {"claim": "学习不深", "facts": thoughts, "from": ["上级部署落实不够快"]}
    planned = slot(good_plan(causes=[told]), "causes.1")
    assert planned.stated.startswith("学习不深。总觉得看过文件就算学过；怕问多了显得不懂。")
    assert "上级部署落实不够快" in planned.stated.split("。")[2]
    assert [fact.text for fact in planned.facts] == thoughts
    assert planned.drawn
    assert planned.budget > len(planned.stated)


def test_the_kinds_causes_stand_in_where_the_unit_names_none() -> None:
    kind = get_kind("zuzhi-2023")
    spec = spec_of(kind)
    causes = [slot for slot in make_plan(spec, kind).slots() if slot.role == "cause"]
    assert [cause.claim for cause in causes] == [preset.claim for preset in kind.causes]
    theory = [p.claim for aspect in spec.aspects[:2] for p in aspect.problems]
    assert causes[0].context == tuple(theory)
    explained = [problem for cause in causes for problem in cause.context]
    assert sorted(explained) == sorted(p.claim for a in spec.aspects for p in a.problems)


def test_a_cause_that_explains_nothing_is_a_gap() -> None:
    planned = slot(good_plan(causes=[{"claim": "学习不深"}]), "causes.1")
    assert planned.gaps == ("“学习不深”导致了哪些问题",)


@pytest.mark.parametrize(
    ("claims", "intro"),
    [
        (["学习还不够经常"], ""),
        (["学习还不够经常", "研讨还不够深"], "主要存在两个方面问题，表现为“两个还不够”："),
        (["学还不够勤", "思还不够深", "用还不够实"], "主要存在三个方面问题，表现为“三个还不够”："),
        (["学还不够勤", "思还不够深", "用得不实"], "主要存在三个方面问题："),
    ],
    ids=["one", "two", "three", "other-wording"],
)
def test_a_branch_announces_its_problems(claims: list[str], intro: str) -> None:
    kind = get_kind("zuzhi-2023")
    spec = spec_of(kind).model_dump(by_alias=True)
    spec["aspects"][0]["problems"] = problems(*claims)
    plan = make_plan(type(spec_of(kind)).model_validate(spec), kind)
    assert plan.parts[0].sections[0].intro == intro


def test_other_kinds_announce_what_they_prescribe_for_a_part() -> None:
    announced = {part.role: s.intro for part in good_plan().parts for s in part.sections if s.intro}
    assert list(announced) == ["causes"]
    assert announced["causes"].startswith("针对查摆出来的问题，局党组从")


def test_a_report_says_of_each_field_of_work_what_its_kind_prescribes() -> None:
    kind = get_kind("zhuti-zeren-annual")
    work, problems, next_steps = make_plan(spec_of(kind), kind).parts
    assert [s.intro for s in work.sections] == [
        aspect.intro.format(speaker=kind.speaker) for aspect in kind.aspects
    ]
    assert all(s.intro.startswith(kind.speaker) for s in work.sections)
    assert problems.sections[0].intro.startswith("对照全面从严治党主体责任要求，局党组")
    assert next_steps.sections[0].intro.startswith("下一步，局党组将")


@pytest.mark.parametrize(
    ("kind_id", "day", "title"),
    [
        (
            "zhuti-zeren-half",
            "2023-07-10",
            "松川县水利局2023年上半年落实全面从严治党主体责任情况汇报",
        ),
        (
            "zhuti-zeren-annual",
            "2023-12-20",
            "松川县水利局2023年度落实全面从严治党主体责任情况报告",
        ),
        (
            "zhuti-zeren-annual",
            "2024-01-12",
            "松川县水利局2023年度落实全面从严治党主体责任情况报告",
        ),
        (
            "zhuti-zeren-annual",
            "2024-04-01",
            "松川县水利局2024年度落实全面从严治党主体责任情况报告",
        ),
        ("zuzhi-2023", "2023-08-28", "松川县水利局2023年专题组织生活会对照检查材料"),
    ],
)
def test_titles(kind_id: str, day: str, title: str) -> None:
    kind = get_kind(kind_id)
    assert make_plan(spec_of(kind, date=day), kind).title == title


def test_the_speaker_and_a_heading_of_the_unit_take_the_kinds_place() -> None:
    kind = get_kind("minzhu-2024")
    spec = spec_of(kind, speaker="局领导班子")
    aspects = list(spec.aspects)
    aspects[1] = aspects[1].model_copy(update={"heading": "在增强党性方面"})
    plan = make_plan(spec.model_copy(update={"aspects": aspects}), kind)
    assert "局领导班子" in plan.lead.opening
    assert plan.parts[0].sections[1].heading == "在增强党性方面"
    assert plan.parts[2].sections[1].heading == kind.aspects[1].direction


@pytest.mark.parametrize(
    ("slot_id", "stated"),
    [
        (
            "problems.1.1",
            "上级部署落实不够快。比如，2024年3月部署的河湖清四乱，本局5月才印发方案。",
        ),
        ("problems.1.2", "请示报告不够及时。"),
        (
            "measures.1.1",
            "针对上级部署落实不够快的问题，由办公室牵头，2025年3月底前建立上级部署分解台账。",
        ),
    ],
)
def test_facts_can_be_stated_by_code(slot_id: str, stated: str) -> None:
    assert slot(good_plan(), slot_id).stated == stated


def test_a_claim_may_itself_speak_of_a_problem() -> None:
    kind = get_kind("minzhu-2024")
    spec = spec_of(kind).model_dump(by_alias=True)
    spec["aspects"][0]["problems"] = problems("存在以会代训的问题")
    plan = make_plan(type(spec_of(kind)).model_validate(spec), kind)
    assert slot(plan, "measures.1.1").opening == "针对存在以会代训的问题，"
