"""Work in several processes leaves none of them behind."""

import subprocess
import sys

import psutil

WORK = """
import time
from assistant.corpus.processes import in_order
for _ in in_order(time.sleep, [0.1] * 1000, workers=2):
    print("done", flush=True)
"""


def test_a_killed_command_leaves_no_process_behind() -> None:
    with subprocess.Popen([sys.executable, "-c", WORK], stdout=subprocess.PIPE) as command:
        assert command.stdout
        assert command.stdout.readline() == b"done\n"
        helpers = psutil.Process(command.pid).children(recursive=True)
        command.kill()
    assert helpers
    _, alive = psutil.wait_procs(helpers, timeout=20)
    assert not alive
