"""Runs a benchmark as a user does."""

import subprocess
import sys

from benchmarks.peers.machine import ROOT


def run(module: str, *arguments: object) -> str:
    """Returns what a benchmark prints."""
    argv = [sys.executable, "-m", module, *map(str, arguments)]
    return subprocess.run(argv, capture_output=True, text=True, check=True, cwd=ROOT, timeout=300).stdout
