"""The smallest whole document, for runs within a test: thirteen short paragraphs."""

import sys
from pathlib import Path

from assistant.spec import UnitSpec
from assistant.spec_file import parse_spec

SMALL_MODEL = "qwen2.5-coder-0.5b-instruct-q4_k_m"
TINY = """\
kind: chushi-2022
unit: 云岭市河道管理处
speaker: 处领导班子
date: 2023-01-10
length: 1000
lead: {study_sessions: 6, opinions: 23, talks: 31}
aspects:
  - name: 政治定力
    problems:
      - claim: 集中学习不够扎实
        facts: [2022年12次集中学习中有5次没有安排研讨]
        measures: [{do: 每季度开展1次专题研讨, owner: 综合科, due: 2023年3月底}]
  - name: 组织原则
    problems:
      - claim: 请示报告不够及时
        facts: [2022年有2个事项事后补报]
        measures: [{do: 编制请示报告清单, owner: 办公室, due: 2023年4月底}]
  - name: 履行主职主业
    problems:
      - claim: 河道巡查不够到位
        facts: [17处河道有4处巡查记录不全]
        measures: [{do: 对17处河道开展1轮复查, owner: 巡查科, due: 2023年6月底}]
  - name: 作风和廉洁自律
    problems:
      - claim: 经费审核不够严格
        facts: [9月抽查37笔支出有6笔缺少附件]
        measures: [{do: 实行支出附件双人审核, owner: 财务科, due: 2023年5月底}]
"""
SLOTS = 13
DRAWN = 8


def tiny_spec(*edits: tuple[str, str]) -> UnitSpec:
    """The spec, each edit an old text and the new one."""
    text = TINY
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return parse_spec(text, "tiny.yaml")


def write_tiny(folder: Path) -> Path:
    """The spec as a file."""
    file = folder / "tiny.yaml"
    file.write_text(TINY, encoding="utf-8")
    return file


def generate_command(folder: Path, model: str | Path, *options: str) -> list[str | Path]:
    """The command that drafts the spec into `folder / "draft"`."""
    command: list[str | Path] = [Path(sys.executable).with_name("assistant"), "generate"]
    command += ["--spec", write_tiny(folder), "--out", folder / "draft"]
    return [*command, "--model", model, *options]
