"""Runs a benchmark as a user does."""

import subprocess
import sys

from interpreter import PATIENCE

from benchmarks.peers.machine import ROOT


def run(module: str, *arguments: object) -> str:
    """Returns what a benchmark prints; a failure shows it too."""
    argv = [sys.executable, "-m", module, *map(str, arguments)]
    run = subprocess.run(argv, capture_output=True, text=True, cwd=ROOT, timeout=PATIENCE)
    assert run.returncode == 0, f"exit code {run.returncode}\n{run.stdout}\n{run.stderr}"
    return run.stdout
