"""Document kinds: all load, and the aspects are worded as the notices' reports have them."""

import re
from datetime import date

import pytest
from pydantic import ValidationError

from assistant.errors import InputError
from assistant.kinds import DocumentKind, all_kinds, get_kind, nearest

EVERY_KIND = pytest.mark.parametrize("kind", all_kinds().values(), ids=lambda kind: kind.id)
EVERY_SELF_EXAMINATION = pytest.mark.parametrize(
    "kind",
    [kind for kind in all_kinds().values() if kind.genre == "self_examination"],
    ids=lambda kind: kind.id,
)

SIX_AREAS = ["理论学习", "政治素质", "能力本领", "担当作为", "工作作风", "廉洁自律"]
ASPECTS = {
    "minzhu-2022": [
        "带头深刻感悟“两个确立”的决定性意义，增强“四个意识”、坚定“四个自信”、做到“两个维护”",
        "带头用习近平新时代中国特色社会主义思想凝心铸魂",
        "带头坚持和加强党的全面领导",
        "带头坚持以人民为中心的发展思想，推动改革发展稳定",
        "带头发扬斗争精神，防范化解风险挑战",
        "带头落实全面从严治党政治责任",
    ],
    "minzhu-2023-theme-1": SIX_AREAS,
    "minzhu-2023-theme-2": [
        "学习贯彻习近平新时代中国特色社会主义思想",
        "维护党中央权威和集中统一领导",
        "践行宗旨、服务人民",
        "求真务实、狠抓落实",
        "以身作则、廉洁自律",
        "履行全面从严治党责任",
    ],
    "minzhu-2024": [
        "带头严守政治纪律和政治规矩，维护党的团结统一",
        "带头增强党性、严守纪律、砥砺作风",
        "带头在遵规守纪、清正廉洁前提下勇于担责、敢于创新",
        "带头履行全面从严治党政治责任",
    ],
    "minzhu-2025": [
        "带头强化政治忠诚、提高政治能力",
        "带头固本培元、增强党性",
        "带头敬畏人民、敬畏组织、敬畏法纪",
        "带头干事创业、担当作为",
        "带头坚决扛起管党治党责任",
    ],
    "zuzhi-2023": SIX_AREAS,
}
THEMES = {
    "minzhu-2022": (
        "全面贯彻习近平新时代中国特色社会主义思想，深刻领悟“两个确立”的决定性意义，"
        "增强“四个意识”、坚定“四个自信”、做到“两个维护”，"
        "团结带领党员干部群众以奋发有为的精神贯彻落实党的二十大作出的重大决策部署"
    ),
    "minzhu-2024": (
        "深入学习贯彻习近平新时代中国特色社会主义思想，巩固深化党纪学习教育成果，"
        "综合发挥党的纪律教育约束、保障激励作用，"
        "为进一步全面深化改革、推进中国式现代化提供坚强纪律保证"
    ),
    "minzhu-2025": (
        "深入学习贯彻习近平新时代中国特色社会主义思想，全面贯彻落实党的二十届四中全会精神，"
        "以打攻坚战、持久战的决心和恒心，锲而不舍落实中央八项规定精神，"
        "推进作风建设常态化长效化，以优良作风凝心聚力、真抓实干，"
        "奋力开创中国式现代化建设新局面"
    ),
}


def test_the_kinds_that_are_shipped() -> None:
    others = {"chushi-2022", "zhuti-zeren-annual", "zhuti-zeren-half"}
    assert set(all_kinds()) == set(ASPECTS) | others


@pytest.mark.parametrize(("kind_id", "aspects"), ASPECTS.items(), ids=ASPECTS)
def test_aspects_are_worded_exactly(kind_id: str, aspects: list[str]) -> None:
    assert [aspect.name for aspect in get_kind(kind_id).aspects] == aspects


@pytest.mark.parametrize(("kind_id", "theme"), THEMES.items(), ids=THEMES)
def test_the_lead_gives_the_theme_exactly(kind_id: str, theme: str) -> None:
    assert theme in get_kind(kind_id).lead


@EVERY_KIND
def test_a_kind_is_whole(kind: DocumentKind) -> None:
    assert kind.source
    assert kind.voice
    assert kind.valid_to is None or kind.valid_from < kind.valid_to
    assert 1 <= kind.points_per_aspect[0] <= kind.points_per_aspect[1]
    assert all(aspect.ask.endswith("？") for aspect in kind.aspects)
    assert all(number.fact.count("{n}") == 1 for number in kind.lead_numbers.values())
    assert all(number.ask.endswith("？") for number in kind.lead_numbers.values())
    assert len({aspect.heading for aspect in kind.aspects}) == len(kind.aspects)


@EVERY_KIND
def test_templates_name_only_what_is_filled_in(kind: DocumentKind) -> None:
    known = {"unit", "speaker", "year"}
    for template in (kind.title, kind.lead, kind.closing, *(p.heading for p in kind.parts)):
        assert set(re.findall(r"{(.*?)}", template)) <= known
    assert "{unit}" in kind.title
    assert not re.search(r"\d{3,5}字", kind.title)


@EVERY_SELF_EXAMINATION
def test_half_the_room_is_for_problems_and_causes(kind: DocumentKind) -> None:
    shares = {part.role: part.share for part in kind.parts}
    total = kind.lead_share + sum(shares.values())
    assert (shares["problems"] + shares["causes"]) / total >= kind.problem_share == 0.5


@EVERY_SELF_EXAMINATION
def test_every_aspect_has_its_cause_and_its_direction(kind: DocumentKind) -> None:
    explained = [name for cause in kind.causes for name in cause.aspects]
    assert sorted(explained) == sorted(aspect.name for aspect in kind.aspects)
    assert all(aspect.direction for aspect in kind.aspects)


@pytest.mark.parametrize("kind_id", ["zhuti-zeren-half", "zhuti-zeren-annual"])
def test_a_report_tells_of_work_first_and_names_no_causes(kind_id: str) -> None:
    kind = get_kind(kind_id)
    assert [part.role for part in kind.parts] == ["work", "problems", "next_steps"]
    assert kind.causes == ()


def test_an_unknown_kind_is_told_with_the_nearest() -> None:
    with pytest.raises(InputError) as caught:
        get_kind("minzhu-2026")
    assert "没有“minzhu-2026”这个文种" in str(caught.value)
    assert "最接近的是“minzhu-202" in str(caught.value)


@pytest.mark.parametrize(
    ("word", "names", "told"),
    [
        ("ownr", ["do", "owner", "due"], "最接近的是“owner”。"),
        ("理论学", ["理论学习", "工作作风"], "最接近的是“理论学习”。"),
        ("xyz", ["理论学习"], ""),
        ("x", [], ""),
    ],
)
def test_nearest(word: str, names: list[str], told: str) -> None:
    assert nearest(word, names) == told


def test_a_heading_is_the_name_with_its_suffix_unless_given() -> None:
    given = {aspect.heading for aspect in get_kind("minzhu-2025").aspects}
    default = {aspect.heading for aspect in get_kind("zuzhi-2023").aspects}
    assert "在带头固本培元、增强党性方面" in given
    assert "理论学习方面" in default


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"lead_share": 0.5}, "add up to"),
        ({"causes": [{"claim": "不深", "aspects": ["没有的方面"]}]}, "unknown aspects"),
        (
            {
                "parts": [
                    {
                        "role": "problems",
                        "heading": "问题",
                        "share": 0.5,
                        "by_aspect": True,
                        "intro": "如下：",
                    }
                ]
            },
            "intro stands only",
        ),
        ({"colour": "red"}, "Extra inputs"),
        ({"genre": "poem"}, "self_examination"),
        ({"valid_from": date.max, "length": "长"}, "integer"),
    ],
    ids=["shares", "cause", "intro", "unknown-key", "genre", "length"],
)
def test_a_kind_that_does_not_hold_is_refused(change: dict[str, object], why: str) -> None:
    data = get_kind("minzhu-2024").model_dump()
    with pytest.raises(ValidationError, match=why):
        DocumentKind.model_validate({**data, **change})


def test_a_kind_knows_its_parts_and_aspects() -> None:
    kind = get_kind("zuzhi-2023")
    aspect, part = kind.aspect("担当作为"), kind.part("problems")
    assert aspect
    assert aspect.manifestation == "还不够好"
    assert part
    assert part.heading == "存在的主要问题"
    assert kind.aspect("担当") is None
    assert kind.part("case") is None
