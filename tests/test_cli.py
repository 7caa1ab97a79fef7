"""The installed `assistant` command: data on stdout, narration on stderr, no traceback ever."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from unit_specs import BAD_SPECS, BadSpec

from assistant.draft import Draft
from assistant.kinds import all_kinds, get_kind
from assistant.spec import UnitSpec
from assistant.spec_file import json_schema
from assistant.spec_template import spec_template

COMMAND = Path(sys.executable).with_name("assistant")
HEAVY = {"langchain_core", "llama_cpp", "tiktoken", "numpy", "httpx", "pip"}

Finished = subprocess.CompletedProcess[str]


def run(*arguments: str | Path, cwd: Path) -> Finished:
    """Run the command in `cwd`, which is the user's folder too."""
    done = subprocess.run(
        [COMMAND, *arguments],
        cwd=cwd,
        env=os.environ | {"ASSISTANT_HOME": str(cwd / "home")},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done


def test_kinds_lists_every_kind_with_its_aspects(tmp_path: Path) -> None:
    done = run("kinds", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    for kind in all_kinds().values():
        assert f"  {kind.id} " in done.stdout
        assert "；".join(aspect.name for aspect in kind.aspects) in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("kind_id", all_kinds())
def test_new_writes_a_form(kind_id: str, tmp_path: Path) -> None:
    done = run("new", kind_id, "--out", "unit.yaml", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    assert "assistant generate --spec unit.yaml" in done.stderr
    text = (tmp_path / "unit.yaml").read_text(encoding="utf-8")
    assert text == spec_template(get_kind(kind_id))


def test_generate_asks_for_a_form_to_be_filled_in(tmp_path: Path) -> None:
    (tmp_path / "unit.yaml").write_text(spec_template(get_kind("zuzhi-2023")), encoding="utf-8")
    done = run("generate", "--spec", "unit.yaml", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "“请填写单位全称”还没有填" in done.stderr
    assert not (tmp_path / "drafts").exists()


def test_new_prints_the_form_and_keeps_what_is_there(tmp_path: Path) -> None:
    file = tmp_path / "unit.yaml"
    file.write_text("# 已经填好的\n", encoding="utf-8")
    refused = run("new", "minzhu-2024", "--out", file, cwd=tmp_path)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert f"{file} 已存在，没有改动它" in refused.stderr
    assert file.read_text(encoding="utf-8") == "# 已经填好的\n"
    printed = run("new", "minzhu-2024", cwd=tmp_path)
    assert (printed.returncode, printed.stderr) == (0, "")
    assert printed.stdout.startswith("# 规格：2024年度民主生活会（四个带头）\n")


@pytest.mark.parametrize(("name", "model"), [("spec", UnitSpec), ("draft", Draft)])
def test_schema_prints_json(name: str, model: type[UnitSpec] | type[Draft], tmp_path: Path) -> None:
    done = run("schema", name, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == json_schema(model)


SAMPLE = {
    "binary",
    "deep-nesting",
    "duplicate-key",
    "empty",
    "full-width-digits",
    "missing-aspect",
    "missing-unit",
    "placeholder-claim",
    "tab",
    "ten-megabytes",
    "unknown-key",
    "wrong-kind",
}
"""Each way of refusing once; every bad spec is tried where a spec is read."""


@pytest.mark.slow
@pytest.mark.parametrize("bad", [b for b in BAD_SPECS if b.id in SAMPLE], ids=lambda bad: bad.id)
def test_generate_refuses_a_bad_spec(bad: BadSpec, tmp_path: Path) -> None:
    (tmp_path / "unit.yaml").write_bytes(bad.content)
    done = run("generate", "--spec", "unit.yaml", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("错误：unit.yaml")
    assert all(word in done.stderr for word in bad.words)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["unit.yaml"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["generate", "--spec", "nowhere.yaml"], "没有这个文件"),
        (["generate", "--spec", "."], "这是文件夹"),
        (["generate"], "--spec"),
        (["generate", "--spec", "unit.yaml", "--candidates", "99"], "--candidates"),
        (["new", "minzhu-2042"], "没有“minzhu-2042”这个文种"),
        (["new"], "kind"),
        (["new", "minzhu-2024", "--out", "/dev/null/unit.yaml"], "写不进"),
        (["schema", "poem"], "poem"),
        (["compose"], "compose"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_wrong_command_line_is_told(arguments: list[str], told: str, tmp_path: Path) -> None:
    done = run(*arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("错误：")
    assert told in done.stderr


IMPORTED = """\
import sys
from assistant.cli import main
sys.argv = ["assistant", *{arguments}]
try:
    main()
finally:
    print(*{{name.split(".")[0] for name in sys.modules}}, file=sys.stderr)
"""


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["--help"], 0),
        (["generate", "--help"], 0),
        (["model", "--help"], 0),
        (["kinds"], 0),
        (["new", "zuzhi-2023"], 0),
        (["generate", "--spec", "unit.yaml"], 2),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_needs_no_model_does_not_wait_for_one(
    arguments: list[str], status: int, tmp_path: Path
) -> None:
    (tmp_path / "unit.yaml").write_text("kind: minzhu-2024\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", IMPORTED.format(arguments=arguments)],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.returncode == status, done.stderr
    imported = set(done.stderr.splitlines()[-1].split())
    assert "assistant" in imported
    assert imported & HEAVY == set()


def test_help_names_every_command_in_chinese(tmp_path: Path) -> None:
    done = run("--help", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert all(name in done.stdout for name in ("kinds", "new", "schema", "generate", "model"))
    assert "只用本单位的事实，不编造" in done.stdout
