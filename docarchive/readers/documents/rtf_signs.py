"""What a line of RTF has and striprtf loses: raised and lowered text, and ``|``, by which striprtf ends cells.

Marks that it keeps as text take their places, as in ``rtf_parts``.
"""

from __future__ import annotations

import re
from typing import Final

from docarchive.markdown import Markup

#: Begin and end raised text, and lowered text; the last is written for ``|``.
_MARKS: Final = {"sup": ("\ufdd5", "\ufdd6"), "sub": ("\ufdd7", "\ufdd8")}
_BAR: Final = "\ufdd9"
_SCRIPT: Final = re.compile(r"\\(?:super|sub|(?:up|dn)\d*)(?![a-zA-Z\d])")
_TOKEN: Final = re.compile(r"[{}]|\\(?:([a-zA-Z]+)(-?\d*)[ ]?|'[0-9a-fA-F]{2}|(.))|[^\\{}]+|\\", re.DOTALL)
_SCRIPTS: Final = {"super": "sup", "up": "sup", "sub": "sub", "dn": "sub"}
_ENDS: Final = frozenset("par sect page line tab row cell nestcell".split())  # noqa: SIM905
#: Groups with text of their own, which is neither raised nor lowered with what is around them.
_OWN_TEXT: Final = frozenset(["footnote", "shptxt", "plain", "nosupersub"])
#: Groups without shown text.
_UNSHOWN: Final = frozenset(["fldinst", "fonttbl", "stylesheet", "info", "pict"])
#: Of two bytes that are one letter, the second may be that of the sign.
_SIGN: Final = re.compile(r"(?<!\\)\||(?<!\\'[89a-fA-F][0-9a-fA-F])\\'7[cC]|\\u124(?!\d)")
_TOUCHING: Final = re.compile("\ufdd6\ufdd5|\ufdd8\ufdd7")
_RAISED: Final = re.compile("\ufdd5([^\ufdd5-\ufdd8]*)\ufdd6|\ufdd7([^\ufdd5-\ufdd8]*)\ufdd8")
_ANY_MARK: Final = re.compile("[\ufdd5-\ufdd8]")


def with_sign_marks(rtf: str) -> str:
    """Returns RTF with marks around raised and lowered text, and instead of ``|``."""
    if "|" in rtf or "\\'7" in rtf or "\\u124" in rtf:
        rtf = _SIGN.sub(lambda sign: f"\\u{ord(_BAR)}" if sign[0][1:2] == "u" else _written(_BAR), rtf)
    return _with_scripts(rtf) if _SCRIPT.search(rtf) else rtf


def bars(text: str) -> str:
    """Returns text with ``|`` where its marks are."""
    return text.replace(_BAR, "|")


def pieces(text: str) -> list[str]:
    """Returns text as the pieces of a block of Markdown, raised and lowered text between elements."""
    if not _ANY_MARK.search(text):
        return [text]
    text = _TOUCHING.sub("", text)
    parts: list[str] = []
    copied_to = 0
    for raised in _RAISED.finditer(text):
        content, name = raised[1] or raised[2] or "", "sup" if raised[1] is not None else "sub"
        parts.append(_ANY_MARK.sub("", text[copied_to : raised.start()]))
        parts += [Markup(f"<{name}>"), content, Markup(f"</{name}>")] if content.strip() else [content]
        copied_to = raised.end()
    return [*parts, _ANY_MARK.sub("", text[copied_to:])]


def _written(mark: str) -> str:
    return f"{{\\uc1\\u{ord(mark)}?}}"


def _with_scripts(rtf: str) -> str:
    parts: list[str] = []
    outer: list[str | None] = []
    script: str | None = ""  # of the text that follows; None in a group without shown text
    opened = ""
    for token in _TOKEN.finditer(rtf):
        text, word = token[0], token[1]
        is_text = word == "u" or text.startswith("\\'") or (text[0] not in "\\{}" and bool(text.strip()))
        if opened and (text in "{}" or word in _ENDS or (is_text and script != opened)):
            parts.append(_written(_MARKS[opened][1]))
            opened = ""
        if text == "{":
            outer.append(script)
        elif text == "}":
            script = outer.pop() if outer else ""
        elif is_text and script and not opened:
            opened = script
            parts.append(_written(_MARKS[opened][0]))
        elif token[3] == "*" or word in _UNSHOWN:
            script = None
        elif word in _OWN_TEXT:
            script = "" if script is not None or word in ("footnote", "shptxt") else None
        elif word and script is not None:
            script = _script_after(word, token[2], script)
        parts.append(text)
    return "".join(parts)


def _script_after(word: str, number: str, script: str) -> str:
    """Returns whether text is raised or lowered after a command."""
    if word not in _SCRIPTS:
        return script
    return "" if number == "0" else _SCRIPTS[word]
