"""Other programs on the inputs of a target, for comparison: what is a find of ours is one of theirs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final


def python_frontmatter(data: bytes) -> bool:
    """python-frontmatter reads an article's text or refuses it, and what it writes it reads as the same."""
    import frontmatter
    import yaml

    try:
        post = frontmatter.loads(data.decode("utf-8"))
    except (ValueError, yaml.YAMLError):  # also those of UTF-8, TOML and JSON
        return False
    again = frontmatter.loads(frontmatter.dumps(post))
    assert _as_json(again.metadata) == _as_json(post.metadata), "what is written is read differently"
    assert again.content == post.content, "what is written has another text"
    return True


def _as_json(value: Any) -> str:
    return json.dumps(value, default=str)


def feedparser(data: bytes) -> bool:
    """feedparser reads a feed."""
    import feedparser as library

    return bool(library.parse(data).entries)


#: By name: the function that reads an input, and the target whose start corpus it has.
PEERS: Final[Mapping[str, tuple[Callable[[bytes], bool], str]]] = {
    "peer.python-frontmatter": (python_frontmatter, "front-matter"),
    "peer.feedparser": (feedparser, "feed"),
}
