"""Nothing leaves the machine, whatever the environment asks for."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tiny import SMALL_MODEL, generate_command

TRACING = {
    "LANGSMITH_TRACING": "true",
    "LANGSMITH_TRACING_V2": "true",
    "LANGCHAIN_TRACING_V2": "true",
    "LANGSMITH_API_KEY": "lsv2_dummy",
    "LANGSMITH_ENDPOINT": "http://192.0.2.1:9",
}
DRAFTING = """
import json, os, socket, sys, threading
from pathlib import Path

attempts, tried = [], threading.Event()

def refuse(*arguments, **_):
    attempts.append(repr(arguments[-1]))
    tried.set()
    raise OSError("no network here")

socket.socket.connect = socket.socket.connect_ex = refuse
socket.getaddrinfo = socket.create_connection = refuse

from assistant import offline

if sys.argv[2] == "traced":
    offline.forbid_tracing = lambda: None

from langchain_core.tracers.langchain import wait_for_all_tracers
from assistant.drafting.generate import generate
from assistant.drafting.record import ModelIdentity, RunSettings
from scripted import scripted
from tiny import tiny_spec

events = generate(
    tiny_spec(),
    model=scripted(tiny_spec()),
    identity=ModelIdentity(name="scripted", sha256=""),
    folder=Path(sys.argv[1]),
    examples=(),
    settings=RunSettings(candidates=2),
)
for _ in events:
    pass
if sys.argv[2] == "traced":
    tried.wait(60)
else:
    wait_for_all_tracers()
print(json.dumps(attempts), flush=True)
os._exit(0)  # LangSmith's own thread would try on for some time
"""


def attempts(folder: Path, mode: str) -> list[str]:
    """Connections tried while a document is drafted with tracing asked for."""
    run = subprocess.run(
        [sys.executable, "-c", DRAFTING, folder, mode],
        env=os.environ | TRACING | {"PYTHONPATH": str(Path(__file__).parent)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout)
    assert isinstance(found, list)
    return found


@pytest.mark.slow
def test_tracing_is_off_though_the_environment_asks_for_it(tmp_path: Path) -> None:
    assert attempts(tmp_path / "draft", "plain") == []
    assert (tmp_path / "draft" / "draft.md").exists()


@pytest.mark.slow
def test_tracing_would_connect_if_it_were_not_forbidden(tmp_path: Path) -> None:
    assert attempts(tmp_path / "draft", "traced")


def _without_network() -> list[str]:
    """The prefix that runs a command without any network; empty where there is none."""
    for options in (["-n"], ["-rn"]):
        command = ["unshare", *options]
        if (
            shutil.which("unshare")
            and not subprocess.run([*command, "true"], capture_output=True, check=False).returncode
        ):
            return command
    return []


WITHOUT_NETWORK = _without_network()


@pytest.mark.model
@pytest.mark.usefixtures("model_home")
@pytest.mark.skipif(not WITHOUT_NETWORK, reason="unshare -n is not allowed here")
def test_whole_draft_without_a_network(tmp_path: Path) -> None:
    command = generate_command(tmp_path, SMALL_MODEL, "--candidates", "1")
    run = subprocess.run(
        [*WITHOUT_NETWORK, *command],
        env=os.environ | TRACING,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode in (0, 1), run.stderr
    draft = tmp_path / "draft" / "draft.md"
    assert run.stdout == f"{draft}\n"
    assert "河道巡查不够到位" in draft.read_text(encoding="utf-8")
