"""`assistant export`, the review copy and the office's own style."""

import io
from pathlib import Path

import docx
import pytest
from test_cli import run

from assistant.checks.findings import Finding, Place, Severity
from assistant.draft import Draft, Point, assemble
from assistant.errors import InputError
from assistant.export.manuscript import Manuscript, from_draft
from assistant.export.review import make_review
from assistant.export.style_file import read_style
from assistant.export.word import write_word
from assistant.plan import Plan
from assistant.reading.word import read_word
from assistant.style import STANDARD


@pytest.fixture
def folder(draft: Draft, tmp_path: Path) -> Path:
    """A folder that holds draft.json."""
    (tmp_path / "draft.json").write_text(draft.model_dump_json(), encoding="utf-8")
    return tmp_path


def test_an_unfinished_draft_is_exported_and_told(folder: Path, draft: Draft) -> None:
    done = run("export", "draft.json", "--to", "docx", cwd=folder)
    assert (done.returncode, done.stdout) == (1, "draft.docx\n")
    gaps = [gap for point in draft.points() for gap in point.gaps]
    assert f"还有 {len(gaps)} 处没有完成" in done.stderr
    assert all(f"【待补：{gap}】" in done.stderr for gap in gaps)
    assert read_word(folder / "draft.docx").split("\n") == list(draft.paragraphs())
    assert (folder / "draft.docx").stat().st_mode & 0o77 == 0


def test_a_finished_text_is_exported_quietly(tmp_path: Path) -> None:
    text = "# 某局对照检查材料\n\n导语。\n\n## 一、问题\n\n一是学得不深。\n"
    (tmp_path / "改.md").write_text(text, encoding="utf-8")
    done = run("export", "改.md", "--to", "docx", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "改.docx\n", "")
    assert read_word(tmp_path / "改.docx") == "某局对照检查材料\n导语。\n一、问题\n一是学得不深。"
    done = run("export", "改.md", "--to", "md", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, text)


def test_a_file_is_not_overwritten_unasked(folder: Path) -> None:
    (folder / "draft.docx").write_text("改过的")
    done = run("export", "draft.json", "--to", "docx", cwd=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert "draft.docx 已存在" in done.stderr
    assert (folder / "draft.docx").read_text() == "改过的"
    assert run("export", "draft.json", "--to", "docx", "--force", cwd=folder).returncode == 1
    assert read_word(folder / "draft.docx")


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("没有.json", None, "没有这个文件"),
        ("坏.json", "{}", "不是 assistant generate 写出的 draft.json"),
        ("图.png", "x", "只能导出 draft.json、.md 和 .txt"),
        ("空.md", "  \n", "是空的"),
    ],
)
def test_what_cannot_be_exported(name: str, content: str | None, told: str, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / name).write_text(content, encoding="utf-8")
    done = run("export", name, "--to", "txt", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr


def test_a_style_is_used_and_its_deviations_are_told(folder: Path) -> None:
    (folder / "style.yaml").write_text("line_pitch: 30\nsignature: at-end\n", encoding="utf-8")
    done = run(
        *("export", "draft.json", "--to", "docx", "--style", "style.yaml"),
        *("--date", "2025-01-14"),
        cwd=folder,
    )
    assert "行距（磅）：30，国标为28.95" in done.stderr
    assert "每页行数：按此设置为 21，国标为 22" in done.stderr
    assert read_word(folder / "draft.docx").endswith("\n松川县水利局\n2025年1月14日")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("title: {font: 黑体, sise: 二号}", "（title.sise）：没有“sise”这个键。最接近的是“size”"),
        ("line_pitch: 10", "（line_pitch）：不应小于 12"),
        ("page: {top: 三}", "（page.top）：应填数字，现为“三”"),
        ("line_pitch: 15", "行距小于字的大小"),
        ("title: {font: '\"><w:p'}", "（title.font）：不像字体名"),
        ("signature: 文末", "（signature）：只能是"),
        ("a:\n\tb: 1", "YAML 写法有误"),
        ("[甲]", "应是“键: 值”的形式"),
    ],
)
def test_mistakes_in_a_style(text: str, told: str, tmp_path: Path) -> None:
    file = tmp_path / "style.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_style(file)
    assert told in caught.value.message
    assert str(file) in caught.value.message


def test_what_a_style_does_not_say_is_the_standards(tmp_path: Path) -> None:
    (tmp_path / "style.yaml").write_text("heading3: {bold: true}\n", encoding="utf-8")
    style = read_style(tmp_path / "style.yaml")
    assert style.heading3 == STANDARD.heading3.model_copy(update={"bold": True})
    assert style.body == STANDARD.body


def test_an_empty_style_is_the_standard(tmp_path: Path) -> None:
    (tmp_path / "style.yaml").write_text("# 全按国标\n", encoding="utf-8")
    assert read_style(tmp_path / "style.yaml") == STANDARD


def doubted(point: Point, why: str) -> Point:
    """The point with its last sentence in doubt."""
    *others, last = point.sentences
    return point.model_copy(update={"sentences": (*others, last.model_copy(update={"doubt": why}))})


@pytest.fixture
def doubtful(plan: Plan, draft: Draft) -> Manuscript:
    """The good draft with a sentence that could not be verified."""
    points = {point.slot: point for point in draft.points()}
    points["problems.1.1"] = doubted(points["problems.1.1"], "给出的月份不对")
    return from_draft(assemble(plan, points))


def comments(raw: bytes) -> list[str]:
    return [comment.text for comment in docx.Document(io.BytesIO(raw)).comments]


def test_comments_name_the_doubt_the_gap_and_the_facts(doubtful: Manuscript) -> None:
    told = comments(write_word(doubtful, review=make_review(doubtful, [])))
    fact = next(fact for fact in doubtful.facts if "清四乱" in fact.text)
    doubts = [text for text in told if text.startswith("未能核实：给出的月份不对。")]
    assert len(doubts) == 1
    assert f"〔{fact.number}〕{fact.text}" in doubts[0]
    gaps = [mark for mark in doubtful.unfinished if mark != "【待核】"]
    asked = [text for text in told if text.startswith("请补充")]
    assert len(asked) == len(gaps)


def test_a_finding_becomes_a_comment_at_its_place(doubtful: Manuscript) -> None:
    start = doubtful.plain.index("河道采砂监管")
    place = Place(start, start + 6, 3, 1)
    finding = Finding("T101", Severity.WARNING, "说法有误", "河道采砂监管", place, "请改正")
    raw = write_word(doubtful, review=make_review(doubtful, [finding]))
    assert "警告 T101：说法有误\n请改正" in comments(raw)
    xml = docx.Document(io.BytesIO(raw)).element.xml
    number = comments(raw).index("警告 T101：说法有误\n请改正")
    begin = xml.index(f'<w:commentRangeStart w:id="{number}"/>')
    end = xml.index(f'<w:commentRangeEnd w:id="{number}"/>')
    assert "河道采砂监管" in xml[begin:end]
    assert "尚未整改" not in xml[begin:end]


def test_the_legend_lists_every_fact_with_its_place(doubtful: Manuscript, tmp_path: Path) -> None:
    file = tmp_path / "a.docx"
    file.write_bytes(write_word(doubtful, review=make_review(doubtful, [])))
    text = read_word(file)
    legend = text[text.index("审阅说明") :].split("\n")
    for fact in doubtful.facts:
        line = next(line for line in legend if line.startswith(f"〔{fact.number}〕"))
        assert fact.text in line
        assert line.endswith("未写入正文") != fact.used
    assert "——见二（一）" in text
    assert f"待补、待核之处：{len(doubtful.unfinished)} 处。" in legend


def test_the_review_command(folder: Path) -> None:
    done = run("export", "draft.json", "--to", "docx", "--review", cwd=folder)
    assert (done.returncode, done.stdout) == (1, "draft.审阅稿.docx\n")
    assert comments((folder / "draft.审阅稿.docx").read_bytes())
    done = run("export", "draft.json", "--to", "txt", "--review", cwd=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert "审阅稿只有 Word 格式" in done.stderr
