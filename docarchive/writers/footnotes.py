"""Footnotes in Markdown, ``[^1]``, as HTML: a raised number each, and the notes as a list at the end.

Rules for markdown-it. A note that no mark refers to is in the list too, and a mark without a note is text.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Any, Final
from xml.etree import ElementTree as ET

from docarchive.formats.pages import BACK_ROLE, MARK_ROLE, NOTE_ID

#: The attribute of the marks and the notes, and of no other element: the number of the note.
NUMBER: Final = "data-note"
_LABEL: Final = re.compile(r"\[\^([^\s\[\]]{1,100})\]")
#: The columns by which the blocks of a note that follow its first are indented.
_INDENT: Final = 4
_NOT_IN_IDS: Final = re.compile(r"[^A-Za-z0-9_-]+")
_NOTES: Final = "footnotes"
_NUMBERS: Final = "footnote numbers"
_OPEN: Final = "footnote_open"
_CLOSE: Final = "footnote_close"


def read_footnotes(parser: Any) -> None:
    """Makes a parser read footnotes."""
    parser.block.ruler.before("reference", "footnote", _note, {"alt": ["paragraph", "reference"]})
    parser.inline.ruler.before("link", "footnote_mark", _mark)
    parser.core.ruler.after("inline", "footnotes_last", _put_last)
    parser.add_render_rule("footnote_mark", _written_mark)
    parser.add_render_rule(_OPEN, lambda self, tokens, index, options, environment: f"<li{_number(tokens[index])}>")
    parser.add_render_rule(_CLOSE, lambda self, tokens, index, options, environment: "</li>\n")


def _note(state: Any, start: int, end: int, silent: bool) -> bool:
    """Reads a note: ``[^label]:``, its first line, and what follows with an indent."""
    begin = state.bMarks[start] + state.tShift[start]
    label = _LABEL.match(state.src, begin, state.eMarks[start])
    if state.is_code_block(start) or label is None or not state.src.startswith(":", label.end()):
        return False
    notes = state.env.setdefault(_NOTES, {})
    name = label[1].casefold()
    if name in notes or state.parentType == "footnote":
        return False
    if silent:
        return True
    notes[name] = None
    _push(state, _OPEN, 1, name)
    kept = state.bMarks[start], state.tShift[start], state.sCount[start], state.parentType
    text = label.end() + 1
    while text < state.eMarks[start] and state.src[text] in " \t":
        text += 1
    state.bMarks[start], state.tShift[start], state.parentType = text, 0, "footnote"
    state.blkIndent += _INDENT
    state.sCount[start] = state.blkIndent
    state.md.block.tokenize(state, start, end)
    state.blkIndent -= _INDENT
    state.bMarks[start], state.tShift[start], state.sCount[start], state.parentType = kept
    _push(state, _CLOSE, -1, name)
    return True


def _push(state: Any, kind: str, nesting: int, name: str) -> None:
    token = state.push(kind, "li", nesting)
    token.meta = {"name": name}
    token.block = True


def _mark(state: Any, silent: bool) -> bool:
    """Reads the mark of a note that the text has."""
    notes = state.env.get(_NOTES)
    if silent or not notes or state.src[state.pos] != "[":  # silent: while the end of a link's text is looked for
        return False
    label = _LABEL.match(state.src, state.pos, state.posMax)
    if label is None or (name := label[1].casefold()) not in notes:
        return False
    numbers = state.env.setdefault(_NUMBERS, {})
    token = state.push("footnote_mark", "sup", 0)
    token.meta = {"number": numbers.setdefault(name, len(numbers) + 1)}
    state.pos = label.end()
    return True


def _put_last(state: Any) -> None:
    """Moves the notes to the end, in the order of their first marks."""
    if not state.env.get(_NOTES):
        return
    text: list[Any] = []
    notes: dict[str, list[Any]] = {}
    current = text
    for token in state.tokens:
        if token.type == _OPEN:
            current = notes.setdefault(token.meta["name"], [])
        current.append(token)
        if token.type == _CLOSE:
            current = text
    numbers = state.env.setdefault(_NUMBERS, {})
    for name in notes:
        numbers.setdefault(name, len(numbers) + 1)
    ordered = sorted(notes, key=numbers.__getitem__)
    for name in ordered:
        notes[name][0].meta["number"] = numbers[name]
    blocks = partial(_block, state.tokens[0])
    state.tokens[:] = [
        *text,
        blocks("hr", "hr", 0),
        blocks("ordered_list_open", "ol", 1),
        *(token for name in ordered for token in notes[name]),
        blocks("ordered_list_close", "ol", -1),
    ]


def _block(like: Any, kind: str, tag: str, nesting: int) -> Any:
    token = type(like)(kind, tag, nesting)
    token.block = True
    return token


def _number(token: Any) -> str:
    return f' {NUMBER}="{token.meta["number"]}"'


def _written_mark(self: Any, tokens: Any, index: int, options: Any, environment: Any) -> str:
    token = tokens[index]
    return f"<sup{_number(token)}>[{token.meta['number']}]</sup>"


def link_footnotes(root: ET.Element, name: str) -> None:
    """Links the marks of footnotes to the notes, and these to their first marks.

    Args:
        root: The tree of a text whose footnotes are numbered; ``NUMBER`` is removed.
        name: Begins the ids, so that those of several texts on a page differ.
    """
    name = f"{NOTE_ID}{_NOT_IN_IDS.sub('-', name)}"
    linked = {element for link in root.iter("a") for element in link.iter("sup")}
    marked: set[str] = set()
    for element in [*root.iter("sup"), *root.iter("li")]:
        number = element.attrib.pop(NUMBER, "")
        if not number.isdecimal() or element in linked:
            continue
        if element.tag == "sup":
            link = ET.Element("a", {"href": f"#{name}-{number}", "role": MARK_ROLE})
            link.text, element.text = element.text, None
            link[:], element[:] = element[:], [link]
            if number not in marked:
                link.set("id", f"{name}-{number}-mark")
            marked.add(number)
        else:
            element.set("id", f"{name}-{number}")
            if number in marked:
                last = element[-1] if len(element) and element[-1].tag == "p" else element
                back = ET.SubElement(last, "a", {"href": f"#{name}-{number}-mark", "role": BACK_ROLE})
                back.text = "↩"
