"""The engine of the checker: places, suppression, safe fixes, an office's own data."""

import codecs
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.checks.baseline import read_baseline, without_known, write_baseline
from assistant.checks.context import CheckContext
from assistant.checks.data import office_data, read_rule_data
from assistant.checks.engine import check, fix
from assistant.checks.files import CheckedFile, CheckSettings, check_files, find_files
from assistant.checks.registry import all_rules, chosen_rules
from assistant.checks.rewrite import rewrite
from assistant.errors import InputError
from assistant.settings import user_folder
from assistant.text.edits import Edit, apply_edits

TYPO = "工作布署要具体。"
TEXT_RULES = chosen_rules(("T", "P"))


def codes(text: str, *select: str) -> list[str]:
    return [finding.code for finding in check(CheckContext(text), chosen_rules(select))]


def test_findings_come_in_the_order_of_the_text() -> None:
    found = check(CheckContext("抓的不紧,工作布署不细，。"), TEXT_RULES)
    starts = [finding.place.start for finding in found if finding.place]
    assert len(starts) == len(found) >= 3
    assert starts == sorted(starts)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_lines_and_columns_count_from_one(newline: str) -> None:
    (finding,) = check(
        CheckContext(f"一是学得浅。{newline}工作布署要具体。"), chosen_rules(("T201",))
    )
    assert finding.place
    assert (finding.place.line, finding.place.column) == (2, 3)
    assert finding.excerpt == "布署"


def test_rules_are_chosen_by_the_beginning_of_their_codes() -> None:
    assert {rule.code[0] for rule in chosen_rules(("T", "S3"), ("T2",))} == {"T", "S"}
    assert not any(rule.code.startswith("T2") for rule in chosen_rules((), ("T2",)))
    with pytest.raises(InputError, match="没有“X9”这条规则"):
        chosen_rules(("X9",))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"{TYPO}<!-- check: ignore T201 -->\n{TYPO}", 1),
        (f"<!-- check: ignore T -->\n\n{TYPO}\n{TYPO}", 1),
        (f"<!-- check: ignore P101 -->\n{TYPO}", 1),
        (f"{TYPO}\n<!-- check: ignore-file T201 P101 -->\n{TYPO}", 0),
        (f"{TYPO}\n<!-- check: ignore-file -->", 0),
    ],
)
def test_a_comment_suppresses(text: str, left: int) -> None:
    assert codes(text).count("T201") == left
    assert "T403" not in codes(text)


def test_an_advertisement_swallows_what_stands_in_it() -> None:
    assert codes("更多材料请关注公众号：某某文库,微信同号。", "T") == ["T402"]


def test_edits_that_overlap_are_not_both_applied() -> None:
    edits = [Edit(0, 2, "甲"), Edit(1, 3, "乙"), Edit(4, 5, ""), Edit(6, 6, "丙")]
    assert apply_edits("01234567", edits) == ("甲235丙67", [edits[0], *edits[2:]])


PIECES = st.sampled_from(
    f"{TYPO}|学得浅,用得少|，。|、等方面|\u200b|２０２４年03月|##vip##|(含党课)|的的|一、|\r\n"
    "|\n|甲 乙，|“|”|<!-- check: ignore -->|党的20大|A,b|37.5%".split("|")
)


@settings(max_examples=60, deadline=None)
@given(st.lists(PIECES | st.text(max_size=8), max_size=14).map("".join))
def test_fixing_twice_is_fixing_once_and_touches_only_the_places_told(text: str) -> None:
    context = CheckContext(text)
    fixed = fix(context, TEXT_RULES)
    assert fix(CheckContext(fixed.text), TEXT_RULES).text == fixed.text
    offered = [finding.fix for finding in check(context, TEXT_RULES) if finding.fix]
    once, applied = apply_edits(text, offered)
    kept, behind = "", 0
    for edit in applied:
        kept += text[behind : edit.start]
        behind = edit.end
    kept += text[behind:]
    rest, position = once, 0
    for edit in applied:  # take the new words out again: what is left is what was kept
        at = edit.start + position
        assert rest[at : at + len(edit.new)] == edit.new
        position += len(edit.new) - (edit.end - edit.start)
    assert len(once) == len(kept) + sum(len(edit.new) for edit in applied)
    assert bool(fixed.applied) == (fixed.text != text)


WILD = st.text(alphabet=st.characters(), max_size=200) | st.text(
    alphabet=st.sampled_from(
        "一是二、（）“”《》#*_\n\r\t 。，；：1234年月%()[]<>@\ud800\u200b百分之针对问题"
    ),
    max_size=300,
)


@settings(max_examples=60, deadline=None)
@given(WILD)
def test_no_text_makes_the_checker_fail(text: str) -> None:
    for finding in check(CheckContext(text), all_rules().values()):
        assert finding.place
        assert finding.excerpt == text[finding.place.start : finding.place.end]


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit",
    [
        "（“《【",
        "1",
        "*",
        "_",
        "a",
        "#",
        "[",
        "{{",
        "一是",
        "一\n",
        "# 一\n",
        "。",
        "百分之百",
        "\ud800",
        "<a ",
        "虽然，",
    ],
)
def test_long_monotonous_texts_are_read(unit: str) -> None:
    """A search that grows with the square of the length would not end within the time limit."""
    text = (unit * 20_000)[:20_000]
    assert isinstance(check(CheckContext(text), all_rules().values()), list)


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [(b"", "utf-8"), (codecs.BOM_UTF8, "utf-8"), (b"", "gb18030"),
     (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")],
)  # fmt: skip
def test_a_file_keeps_its_encoding_and_line_ends(
    mark: bytes, encoding: str, tmp_path: Path
) -> None:
    file = tmp_path / "材料.txt"
    old = "一是学得浅。\r\n工作布署要具体。\r\n"
    file.write_bytes(mark + old.encode(encoding))
    rewrite(file, old, old.replace("布署", "部署"))
    assert file.read_bytes() == mark + old.replace("布署", "部署").encode(encoding)
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_damaged_file_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "材料.txt"
    raw = "工作布署要具体。".encode() + b"\xff"
    file.write_bytes(raw)
    with pytest.raises(InputError, match="没有自动修改"):
        rewrite(file, "工作布署要具体。\ufffd", "工作部署要具体。\ufffd")
    assert file.read_bytes() == raw


def test_an_office_adds_to_the_data_and_takes_out(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(
        "typos:\n  pairs:\n    云岭胡: 云岭湖\n    帐户:\nphrases: {slogans: [走在前列]}\n", "utf-8"
    )
    data = read_rule_data(file)

    def found(text: str) -> list[str]:
        return [
            f.code for f in check(CheckContext(text, data=data), chosen_rules(("T201", "K302")))
        ]

    assert found("云岭胡水位高，开立帐户，工作布署要具体。") == ["T201", "T201"]
    assert found("全部工作走在前列。") == ["K302"]
    assert found("推动工作再上新台阶。") == ["K302"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("typo: {}", "没有“typo”这一类规则数据"),
        ("typos: {pairs: 3}", "“typos.pairs”的内容不合要求"),
        ("typos: {paris: {}}", "“typos.paris”的内容不合要求"),
        ("typos: {pairs: [", "YAML 写法有误"),
        ("- 1", "没有“?”这一类规则数据"),
    ],
)
def test_wrong_data_is_told(content: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(content, "utf-8")
    with pytest.raises(InputError) as told:
        check(CheckContext(TYPO, data=read_rule_data(file)), chosen_rules(("T201",)))
    assert message in told.value.message


def test_the_settings_file_names_the_data(tmp_path: Path) -> None:
    assert office_data(None).own == {}
    user_folder().mkdir(parents=True)
    (user_folder() / "settings.yaml").write_text("rules: own.yaml\n", "utf-8")
    (user_folder() / "own.yaml").write_text("typos: {pairs: {云岭胡: 云岭湖}}\n", "utf-8")
    assert "typos" in office_data(None).own
    given_one = tmp_path / "given.yaml"
    given_one.write_text("phrases: {slogans: [走在前列]}\n", "utf-8")
    assert list(office_data(given_one).own) == ["phrases"]


def test_a_baseline_hides_what_is_known_and_shows_what_is_new(tmp_path: Path) -> None:
    def checked(text: str) -> CheckedFile:
        return CheckedFile(Path("材料.md"), text, tuple(check(CheckContext(text), TEXT_RULES)))

    file = tmp_path / "baseline.json"
    old = checked(TYPO)
    assert write_baseline(file, [old]) == 1
    assert without_known(old, read_baseline(file)).findings == ()
    new = checked(f"新的一段。\n{TYPO}\n{TYPO}\n不能各自为阵。")
    left = without_known(new, read_baseline(file)).findings
    assert [finding.excerpt for finding in left] == ["布署", "各自为阵"]
    file.write_text("[]", "utf-8")
    with pytest.raises(InputError, match="不是基线文件"):
        read_baseline(file)


def test_a_folder_is_checked_in_several_processes_as_in_one(tmp_path: Path) -> None:
    for i in range(20):
        (tmp_path / f"{i:02}.txt").write_text(f"第{i}份，工作布署要具体。", "utf-8")
    (tmp_path / "03.doc").write_bytes(b"old")
    (tmp_path / "photo.png").write_bytes(b"no document")
    files = find_files([tmp_path])
    assert len(files) == 21
    settings = CheckSettings(select=("T",))
    together = list(check_files(files, settings))
    assert together == [next(iter(check_files([file], settings))) for file in files]
    assert [file.path.name for file in together if file.unread] == ["03.doc"]
    assert all(f.findings for f in together if not f.unread)
