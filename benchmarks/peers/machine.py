"""The machine and the revision that figures were measured with."""

import os
import platform
import time
from pathlib import Path
from typing import Any

from benchmarks.peers.peer import output_of

ROOT = Path(__file__).parents[2]


def machine() -> dict[str, Any]:
    """Returns the processor, the number of usable cores, memory in GB, load, operating system, and Python version."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "processor": _first("/proc/cpuinfo", "model name") or platform.processor() or platform.machine(),
        "cores": cores,
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
        "load": round(os.getloadavg()[0], 1),
        "system": f"{platform.system()} {platform.release()}",
        "file_system": output_of("stat", "-f", "-c", "%T", str(ROOT)) if platform.system() == "Linux" else "",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
    }


def _first(path: str, key: str) -> str:
    try:
        with open(path, encoding="utf-8") as lines:
            return next(line.partition(":")[2].strip() for line in lines if line.startswith(key))
    except (OSError, StopIteration):
        return ""


def revision() -> str:
    """Returns the commit of the code, marked if files have changed since; empty outside of git."""
    description = output_of("git", "-C", str(ROOT), "describe", "--always", "--dirty", "--exclude", "*")
    return "" if description.startswith("fatal") or " " in description else description


def now() -> str:
    """Returns the present time in UTC, as ISO 8601."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
