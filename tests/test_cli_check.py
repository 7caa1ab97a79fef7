"""`assistant check` and `assistant rule` as a user runs them."""

import json
from pathlib import Path

import pytest
from docx import Document
from test_cli import run

from assistant.checks.registry import all_rules

BAD = "一是学得浅。\n工作布署要具体,不能各自为阵。\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "材料.md").write_text(BAD, "utf-8")
    return tmp_path


def test_findings_are_told_with_place_excerpt_and_remedy(folder: Path) -> None:
    done = run("check", "材料.md", "--select", "T1,T2", cwd=folder)
    assert (done.returncode, done.stderr) == (1, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "材料.md 第2行第3字 错误 T201 错别字"
    assert lines[1] == "    工作▶布署◀要具体,不能各自为阵。"
    assert lines[2] == "    “布署”应为“部署”；改为“部署”（可用 --fix 修改）"
    assert "查了1份材料：错误 2 处、警告 1 处、提示 0 处；其中 3 处可用 --fix 修改。" in lines
    assert lines[-2].split() == ["2", "T201", "错别字"]


def test_fixing_leaves_nothing_to_fix(folder: Path) -> None:
    done = run("check", "材料.md", "--select", "T", "--fix", cwd=folder)
    assert done.returncode == 0
    assert "材料.md：改了 3 处。" in done.stderr
    text = (folder / "材料.md").read_text("utf-8")
    assert text == "一是学得浅。\n工作部署要具体，不能各自为政。\n"


def test_a_word_file_is_fixed_in_a_copy_with_revisions(folder: Path) -> None:
    document = Document()
    for line in BAD.splitlines():
        document.add_paragraph(line)
    document.save(str(folder / "材料.docx"))
    before = (folder / "材料.docx").read_bytes()
    done = run("check", "材料.docx", "--select", "T", "--fix", cwd=folder)
    assert done.returncode == 1
    assert "材料.docx 第2段第3字 错误 T201" in done.stdout
    assert "已写出 材料-修订.docx：3 处修订。" in done.stderr
    assert (folder / "材料.docx").read_bytes() == before
    again = run("check", "材料-修订.docx", "--select", "T2", cwd=folder)
    assert again.returncode == 0


def test_json_holds_every_place(folder: Path) -> None:
    done = run("check", "材料.md", "--format", "json", "--select", "T201", cwd=folder)
    assert done.returncode == 1
    (file,) = json.loads(done.stdout)["files"]
    first = file["findings"][0]
    assert BAD[first["start"] : first["end"]] == first["excerpt"] == "布署"
    assert first["fix"] == {"start": first["start"], "end": first["end"], "new": "部署"}


def test_sarif_names_rules_and_regions(folder: Path) -> None:
    done = run("check", "材料.md", "--format", "sarif", "--ignore", "K,S,B,U", cwd=folder)
    (sarif,) = json.loads(done.stdout)["runs"]
    rules = sarif["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(all_rules())
    for result in sarif["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        region = result["locations"][0]["physicalLocation"]["region"]
        assert region["startLine"] == 2


def test_a_baseline_is_made_once_and_then_used(folder: Path) -> None:
    first = run("check", "材料.md", "--baseline", "known.json", cwd=folder)
    assert first.returncode == 0
    assert "记入基线" in first.stderr
    (folder / "材料.md").write_text(BAD + "又是一处布署。\n", "utf-8")
    second = run("check", "材料.md", "--baseline", "known.json", "--select", "T", cwd=folder)
    assert second.returncode == 1
    assert second.stdout.startswith("材料.md 第3行")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["没有.md"], "没有 没有.md 这个文件或文件夹"),
        (["材料.md", "--select", "X1"], "没有“X1”这条规则"),
        (["材料.md", "--kind", "nothing"], "没有“nothing”这个文种"),
        (["材料.md", "--rules", "没有.yaml"], "读不到 没有.yaml"),
        (["旧.doc"], "旧.doc 是旧格式"),
    ],
)
def test_a_users_mistake_is_told(arguments: list[str], told: str, folder: Path) -> None:
    (folder / "旧.doc").write_bytes(b"old")
    done = run("check", *arguments, cwd=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr


def test_what_cannot_be_read_in_a_folder_is_passed_over(folder: Path) -> None:
    (folder / "旧.doc").write_bytes(b"old")
    done = run("check", ".", "--select", "T", cwd=folder)
    assert done.returncode == 1
    assert "跳过：旧.doc 是旧格式" in done.stderr
    assert "查了1份材料" in done.stdout


def test_a_rule_is_explained(tmp_path: Path) -> None:
    done = run("rule", "t201", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith("T201 错别字（错误，文字标点）")
    every = run("rule", cwd=tmp_path).stdout
    assert all(code in every for code in all_rules())
    assert run("rule", "T999", cwd=tmp_path).returncode == 2
