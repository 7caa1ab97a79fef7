"""`assistant model bench`: what it measures, tells and remembers."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tiny import SMALL_MODEL
from tiny_model import write_tiny_model
from typer.testing import CliRunner

from assistant.cli_model import app
from assistant.llm.bench import BATCHES
from assistant.llm.calibration import read_wanted
from assistant.llm.open import open_model, sizes_for, verified_model
from assistant.llm.sizes import Wanted


@pytest.fixture
def model_file(tmp_path: Path) -> Path:
    return write_tiny_model(tmp_path)


def bench(model: Path | str, *options: str) -> str:
    run = CliRunner().invoke(app, ["bench", str(model), "--seconds", "0.02", *options])
    assert run.exit_code == 0, run.output
    return run.stdout


def test_table_tells_rates_memory_and_choices(model_file: Path) -> None:
    table = bench(model_file)
    for batch in BATCHES:
        assert re.search(rf"^{batch} 路\s+[\d.]+\s+[\d.]+ 倍$", table, re.MULTILINE)
    assert re.search(r"^读提示词  [\d.]+ 词元/秒$", table, re.MULTILINE)
    assert re.search(r"^占用内存  \d+ MB$", table, re.MULTILINE)
    assert re.search(
        r"^路数\s+(8|16|32|48)\s+实测每秒词元数：8 路 [\d.]+、16 路", table, re.MULTILINE
    )


def test_json_holds_the_same(model_file: Path) -> None:
    told = json.loads(bench(model_file, "--json"))
    assert [int(batch) for batch in told["decode_rates"]] == list(BATCHES)
    assert all(rate > 0 for rate in [told["read_rate"], *told["decode_rates"].values()])
    assert told["resident"] > told["model_bytes"] == model_file.stat().st_size
    assert told["sizes"]["rows"]["value"] in (8, 16, 32, 48)


def test_what_is_set_is_kept_and_used_and_given_up_again(model_file: Path) -> None:
    told = json.loads(bench(model_file, "--rows", "8", "--context", "3000", "--json"))
    assert told["sizes"]["rows"] == {"value": 8, "why": "由用户指定"}
    with open_model(verified_model(str(model_file))) as model:
        assert (model.engine.rows, model.engine.context) == (8, 3000)
    bench(model_file, "--threads", "1")
    assert read_wanted() == Wanted(threads=1, rows=8, context=3000)
    bench(model_file, "--auto", "--rows", "16")
    assert read_wanted() == Wanted(rows=16)
    assert sizes_for(verified_model(str(model_file))).context.value == 16 * 384


MEMORY = """
import sys
from pathlib import Path
from assistant.llm.open import open_model, verified_model

model = verified_model(sys.argv[1])
with open_model(model) as chat_model:
    chat_model.engine.decode_rate(16, steps=2)
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
print(int(status["VmHWM"].split()[0]) * 1024 - model.file.stat().st_size)
"""


@pytest.mark.model
@pytest.mark.skipif(sys.platform != "linux", reason="peak memory is read from /proc")
def test_peak_memory_of_a_real_model(model_home: Path) -> None:
    """Calibrated before in the same process, which must not count twice."""
    run = subprocess.run(
        [sys.executable, "-c", MEMORY, SMALL_MODEL],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "ASSISTANT_HOME": str(model_home)},
    )
    assert int(run.stdout) < 900_000_000
