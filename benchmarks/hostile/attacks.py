"""Attacks: what a stranger may have done to an archive, by kind; each is made by a random generator.

An attack changes the archive of an arena and returns what it did in a few words. Where it can, an attack looks at what
there is (all paths, all tables and columns, all JSON files), so that new parts of an archive are attacked too.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

from benchmarks.hostile import attacks_on_files, attacks_on_indexes, attacks_on_texts
from benchmarks.hostile.arena import Arena

Attack = Callable[[random.Random, Arena], str]

ATTACKS: Final[dict[str, Attack]] = {
    "links": attacks_on_files.links,
    "names": attacks_on_files.names,
    "bombs": attacks_on_files.bombs,
    "modules": attacks_on_files.modules,
    "rows": attacks_on_indexes.rows,
    "tables": attacks_on_indexes.tables,
    "journals": attacks_on_indexes.journals,
    "lists": attacks_on_indexes.lists,
    "segments": attacks_on_indexes.segments,
    "bits": attacks_on_indexes.bits,
    "notes": attacks_on_texts.notes,
    "settings": attacks_on_texts.settings,
    "articles": attacks_on_texts.articles,
    "records": attacks_on_texts.records,
}


def attack(random_: random.Random, arena: Arena, kinds: list[str] | None = None) -> list[str]:
    """Attacks with one to three kinds; returns what was done.

    Args:
        random_: Where chance comes from.
        arena: The arena with the archive.
        kinds: The kinds to choose from; None for all.
    """
    chosen = random_.choices(kinds or list(ATTACKS), k=random_.choice((1, 1, 2, 3)))
    return [f"{kind}: {ATTACKS[kind](random_, arena)}" for kind in chosen]
