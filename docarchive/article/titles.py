"""Titles made from a text, for articles that have none."""

from __future__ import annotations

import re
from typing import Final

from docarchive.markdown import shown
from docarchive.texts import cut_at_word

TITLE_LENGTH: Final = 90
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*\)")
_STRONG = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")


def derive_title(body: str) -> str:
    """Returns a title made from a text: its first sentence without Markdown markup, cut at a word if it is long."""
    lines = [line for raw in body.split("\n", 200)[:200] if (line := _without_markup(raw[: 10 * TITLE_LENGTH]))]
    line = next((line for line in lines if any(map(str.isalnum, line))), lines[0] if lines else "")
    sentence = re.split(r"(?<=[.!?。])\s", line, maxsplit=1)[0]
    if len(sentence) <= TITLE_LENGTH:
        return sentence.rstrip(".。 ") or sentence or "Untitled"
    return cut_at_word(sentence, TITLE_LENGTH)


def _without_markup(line: str) -> str:
    plain = shown(_STRONG.sub(r"\2", _LINK.sub(r"\1", line)).strip().removesuffix("\\").strip(" \t#>*-_=`|"))
    return " ".join(plain.replace(" | ", " ").split())
