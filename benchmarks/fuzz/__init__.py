"""Fuzzing: reads inputs that are made at random, and keeps those on which something else happens than is documented.

``targets`` are the functions that read an input. ``tests/benchmarks/test_fuzz.py`` runs the same ones.
"""

import sys
from pathlib import Path

#: The folder of the tests, whose samples are used.
TESTS = Path(__file__).resolve().parents[2] / "tests"
sys.path.append(str(TESTS))
