"""The text of a note of Evernote (ENML) as HTML: check boxes, tasks, blocks of code and encrypted parts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING, Final

from docarchive.readers.html.to_markdown import parse_html
from docarchive.readers.protocol import embedded
from docarchive.records import NamedTuple

if TYPE_CHECKING:
    from bs4 import Tag

_CHECKBOX = re.compile(r"<en-todo\b([^<>]*?)/?>(?:</en-todo>)?")
_MEDIA = re.compile(r"<en-media\b([^<>]*?)/?>(?:</en-media>)?")
_ATTRIBUTE = re.compile(r"""([\w-]{1,30})\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_HEAD = re.compile(r"^.*?<en-note[^>]*>|</en-note>\s*$", re.DOTALL)
_CRYPT = re.compile(r"<en-crypt\b([^<>]*)>[^<>]*(?:</en-crypt>)?")
_HINT = re.compile(r"""\bhint=(?:"([^"]*)"|'([^']*)')""")
#: The marks in the style of a block of code, and of the place of a group of tasks.
_CODE: Final = "-en-codeblock"
_TASKS: Final = "--en-task-group"
#: The mark in the style of an item of a check list.
_CHECKED: Final = "--en-checked"
_IS_CHECKED = re.compile(rf"{_CHECKED}\s*:\s*true")
_GROUP = re.compile(r"--en-id:\s*([\w-]+)")
_LINES: Final = ("div", "p", "li")


class Task(NamedTuple):
    """A task of a note, which its text does not have.

    Attributes:
        group: The id of the place in the text where it is shown.
        title: What is to do.
        done: Whether it is done.
    """

    group: str
    title: str
    done: bool


def with_html(enml: str, tasks: Sequence[Task] = ()) -> str:
    """Returns the text of a note as HTML, with its tasks in their places, or else at its end.

    Raises:
        ReaderError: It is too long, or cannot be parsed.
    """
    html = _HEAD.sub("", enml)
    html = _CHECKBOX.sub(lambda todo: "[x] " if 'checked="true"' in todo[1] else "[ ] ", html)
    html = _CRYPT.sub(_encrypted, _MEDIA.sub(_picture, html))
    if _CODE not in html and _CHECKED not in html and not tasks:
        return html
    soup = parse_html(html)
    shown: set[str] = set()
    for tag in soup.find_all(style=True):
        style = str(tag["style"])
        if _CODE in style:
            _make_code(tag)
        elif _CHECKED in style and tag.name == "li":
            first = tag.find(["div", "p"], recursive=False) or tag
            first.insert(0, "[x] " if _IS_CHECKED.search(style) else "[ ] ")
        elif _TASKS in style and (group := _GROUP.search(style)):
            shown.add(group[1])
            tag.replace_with(parse_html(_list(task for task in tasks if task.group == group[1])))
    return f"{soup}{_list(task for task in tasks if task.group not in shown)}"


def _picture(media: re.Match[str]) -> str:
    """Returns a picture by the digest of its bytes; nothing for another file."""
    attributes = {name.lower(): one or other for name, one, other in _ATTRIBUTE.findall(media[1])}
    if not attributes.get("type", "").startswith("image/"):
        return ""
    description = attributes.get("alt") or attributes.get("title") or ""
    return f'<img src="{embedded(attributes.get("hash", "").lower())}" alt="{description}">'


def _encrypted(part: re.Match[str]) -> str:
    hint = _HINT.search(part[1])
    said = (hint[1] or hint[2]) if hint else ""
    return f"<em>(encrypted in Evernote{f'; hint: {said}' if said else ''})</em>"


def _list(tasks: Iterable[Task]) -> str:
    items = "".join(f"<li>[{'x' if task.done else ' '}] {escape(task.title)}</li>" for task in tasks)
    return f"<ul>{items}</ul>" if items else ""


def _make_code(tag: Tag) -> None:
    """Makes one block of code of an element whose lines are elements in it."""
    for br in tag.find_all("br"):  # one at the end of a line is no other line
        br.replace_with("\n" if br.next_sibling is not None or br.parent is tag else "")
    for line in tag.find_all(_LINES):
        line.append("\n")
    text = tag.get_text().replace("\xa0", " ").rstrip("\n")
    tag.clear()
    tag.name, tag.attrs = "pre", {}
    tag.append(text)
