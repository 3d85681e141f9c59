"""The rules of ``robots.txt`` (RFC 9309)."""

from __future__ import annotations

from typing import Final

#: Bytes of a ``robots.txt`` that are read; RFC 9309 asks for at least 500 KiB.
MAX_SIZE: Final = 500_000


def may_fetch(robots: bytes, agent: str, url: str) -> bool:
    """Returns whether a robot may fetch an address.

    Args:
        robots: The content of the host's ``robots.txt``.
        agent: The name of the robot.
        url: The address.
    """
    # The standard library's parser applies the first rule, not the longest, and does not know * (0024).
    from protego import Protego

    return bool(Protego.parse(robots[:MAX_SIZE].decode("utf-8-sig", "replace")).can_fetch(url, agent))
