"""`assistant corpus clean`: folders in, worked examples and reports out."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.cli import app
from assistant.corpus.clean import clean
from assistant.corpus.pipeline import Source, process, process_all, sources_of
from assistant.corpus.pipeline_markdown import to_markdown
from assistant.corpus.report_html import comparison
from assistant.corpus.rules import RULES
from assistant.document.parse import parse
from assistant.errors import ExitCode
from assistant.settings import data_folder
from assistant.spec_file import read_spec
from assistant.text.sentences import han

GOOD = data_folder("fewshot") / "zhiping-zhibu-2023" / "document.md"
ADVERT = "更多范文请关注微信公众号“秘书之家”，客服微信：abc12345\n"


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """A folder with a good document in GB18030 and adverts in it, a strange one, and an old one."""
    folder = tmp_path / "raw"
    (folder / "inner").mkdir(parents=True)
    text = GOOD.read_text(encoding="utf-8").replace("#", "").replace("\n\n", "\n\u3000\u3000")
    (folder / "支部 2023（终稿）.txt").write_bytes((text + "\n" + ADVERT * 2).encode("gb18030"))
    (folder / "inner" / "recipe.md").write_text(
        "# 红烧肉\n\n先焯水，后炒糖色。\n", encoding="utf-8"
    )
    (folder / "old.doc").write_bytes(b"\xd0\xcf\x11\xe0")
    (folder / "picture.jpg").write_bytes(b"\xff\xd8")
    return folder


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["corpus", "clean", *map(str, arguments)])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def test_a_folder_becomes_worked_examples(raw: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    code, output = run(raw, "--out", out)
    assert code == ExitCode.FINDINGS  # old.doc could not be read
    assert "old.doc 是旧格式" in output
    example = out / "支部-2023-终稿"
    document = (example / "document.md").read_text(encoding="utf-8")
    assert document.startswith("# 芷坪街道办事处机关党支部2023年专题组织生活会对照检查材料\n\n")
    assert "公众号“" not in document
    assert han(document) == han(GOOD.read_text(encoding="utf-8"))
    assert read_spec(example / "unit.yaml").kind == "zuzhi-2023"
    assert not (out / "recipe" / "unit.yaml").exists()  # of no known kind
    summary = json.loads((out / "report" / "summary.json").read_text(encoding="utf-8"))
    states = {Path(item["source"]).name: item["state"] for item in summary["documents"]}
    assert states == {"支部 2023（终稿）.txt": "done", "recipe.md": "no-spec", "old.doc": "unread"}
    files = [file for file in out.rglob("*") if file.is_file()]
    assert all(file.stat().st_mode & 0o777 == 0o600 for file in files)


def test_the_reports_tell_every_removal(raw: Path, tmp_path: Path) -> None:
    run(raw, "--out", tmp_path / "out")
    report = tmp_path / "out" / "report"
    record = json.loads((report / "支部-2023-终稿.json").read_text(encoding="utf-8"))
    adverts = [change for change in record["changes"] if change["rule"] == "advert"]
    assert "".join(change["before"] for change in adverts).count("秘书之家") == 2
    page = (report / "支部-2023-终稿.html").read_text(encoding="utf-8")
    assert page.count('<del title="广告、网页附文">') == 2
    assert "http" not in page  # needs nothing from elsewhere
    index = (report / "index.html").read_text(encoding="utf-8")
    assert index.count("<a href=") == 2


def test_a_second_run_does_only_what_is_new(raw: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(raw, "--out", out)
    document, record = out / "recipe" / "document.md", out / "report" / "recipe.json"
    kept, before = out / "支部-2023-终稿" / "document.md", record.read_bytes()
    stamp = kept.stat().st_mtime_ns
    (raw / "inner" / "recipe.md").write_text("# 红烧肉\n\n先焯水。\n", encoding="utf-8")
    run(raw, "--out", out)
    assert document.read_text(encoding="utf-8") == "# 红烧肉\n\n先焯水。\n"
    assert record.read_bytes() != before
    assert kept.stat().st_mtime_ns == stamp
    kept.unlink()  # what somebody has removed is done again
    run(raw, "--out", out)
    assert kept.is_file()


@pytest.mark.slow
def test_several_processes_do_the_same_as_one(tmp_path: Path) -> None:
    files = sorted(data_folder("fewshot").glob("*/document.md"))[:6]
    sources = sources_of(files, tmp_path / "none")
    one = list(process_all(sources, tmp_path / "one", workers=1))
    two = list(process_all(sources, tmp_path / "two", workers=2))
    assert sorted(one, key=lambda s: s.slug) == sorted(two, key=lambda s: s.slug)
    assert len({summary.slug for summary in one}) == len(files)  # all are called document.md


def test_results_are_no_sources(raw: Path) -> None:
    out = raw / "out"
    run(raw, "--out", out)
    first = sorted(out.rglob("document.md"))
    run(raw, "--out", out)
    assert sorted(out.rglob("document.md")) == first


@pytest.mark.slow
def test_usage_mistakes_are_told(tmp_path: Path) -> None:
    def told(*arguments: object) -> tuple[int, str]:
        command = [
            sys.executable,
            "-c",
            "from assistant.cli import main; main()",
            "corpus",
            "clean",
        ]
        result = subprocess.run(
            [*command, *map(str, arguments)], capture_output=True, text=True, check=False
        )
        assert not result.stdout
        return result.returncode, result.stderr

    (tmp_path / "empty").mkdir()
    assert told(tmp_path / "empty", "--out", tmp_path / "out")[0] == ExitCode.INPUT
    (tmp_path / "a.txt").write_text("一。", encoding="utf-8")
    code, message = told(tmp_path / "a.txt", "--out", tmp_path / "a.txt" / "out")
    assert code == ExitCode.FINDINGS
    assert "写不进" in message
    assert "Traceback" not in message


@pytest.mark.parametrize("file", sorted(data_folder("fewshot").glob("*/document.md")))
def test_markdown_holds_every_character(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert to_markdown(parse(text)) == text
    bare = text.replace("#", "").replace("\n\n", "\n")
    assert han(to_markdown(parse(bare))) == han(text)


def test_comparison_shows_each_line_with_its_result() -> None:
    rows = list(
        comparison(clean("学得\u200b不深,\n\n干得不实。\n更多范文请关注公众号：某某\n", RULES))
    )
    assert [row.number for row in rows] == [1, 3, 4]
    assert [(p.text, bool(p.reason)) for p in rows[0].original] == [
        ("学得", False), ("⟨200B⟩", True), ("不深", False), (",", True),
    ]  # fmt: skip
    assert "".join(piece.text for piece in rows[0].cleaned) == "学得不深，"
    assert rows[2].gone


def test_a_missing_file_is_reported_not_fatal(tmp_path: Path) -> None:
    summary = process(Source(tmp_path / "none.txt", "none"), tmp_path / "out")
    assert summary.state == "unread"
    assert "没有这个文件" in summary.message
