"""The most main memory that this process has held."""

import resource
import sys
from contextlib import suppress
from pathlib import Path

_STATUS, _RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def forget_peak() -> None:
    """Measure from now on; where the system cannot, the peak stays that of the whole process."""
    with suppress(OSError):
        _RESET.write_text("5", encoding="ascii")


def peak_memory() -> int:
    """Megabytes held at most since `forget_peak`."""
    with suppress(OSError):
        for line in _STATUS.read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return round(int(line.split()[1]) / 1024)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024))
