"""What a site asks of robots (RFC 9309)."""

from __future__ import annotations

from typing import Final

#: Of larger files so much is read.
MAX_SIZE: Final = 500_000


def may_fetch(robots: bytes, agent: str, url: str) -> bool:
    """Tells whether a robot may fetch an address.

    Args:
        robots: The file ``robots.txt`` of its host.
        agent: The name of the robot.
        url: The address.
    """
    from protego import Protego  # the standard library's takes the first rule, not the longest, and knows no *

    return bool(Protego.parse(robots[:MAX_SIZE].decode("utf-8-sig", "replace")).can_fetch(url, agent))
