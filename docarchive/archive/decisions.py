"""Decisions: what becomes of each record of an import, told as they are made."""

from __future__ import annotations

from typing import NamedTuple


class Decision(NamedTuple):
    """What becomes of one record.

    Attributes:
        kind: ``new``, ``known``, ``updated``, ``duplicate`` (near another one and skipped), ``refused`` or
            ``passed`` (over: no article by its name, such as a picture of a page).
        where: The input as the user named it, with the record's place in it.
        id: The article's, if that is known.
        title: The article's, if it was parsed.
        reason: One sentence for what is refused or passed over, for others empty.
    """

    kind: str
    where: str
    id: str = ""
    title: str = ""
    reason: str = ""


def ignore(decision: Decision) -> None:
    """Watches no decisions."""
