"""Asking a person before something is deleted."""

from __future__ import annotations

import sys


def can_ask() -> bool:
    """Returns whether a person can read a question and answer it."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def confirmed(question: str) -> bool:
    """Asks a question on stderr, and returns whether the answer is yes."""
    sys.stderr.write(question)
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")
