"""The text of a post of Ghost in the forms of its editors, from before it was published: Lexical and Mobiledoc.

Cards, such as pictures and call-outs, are alike in both, and one that is not known keeps its words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any, Final

from docarchive.errors import ReaderError
from docarchive.readers.html.to_markdown import to_markdown
from docarchive.readers.json.jsonl import parse_json
from docarchive.readers.values.untyped import as_text, objects_in

Node = Mapping[str, Any]

#: The bits of the format of a text in Lexical; 8, which underlines, has no sign.
_FORMATS: Final = {1: "b", 2: "i", 4: "s", 16: "code", 32: "sub", 64: "sup", 128: "mark"}
#: Elements by the type of a node, whose names may begin with ``extended-``.
_ELEMENTS: Final = {"paragraph": "p", "quote": "blockquote", "aside": "blockquote", "listitem": "li"}
_TAGS: Final = frozenset(["p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "aside", "ul", "ol"])
_MARKUPS: Final = frozenset(["a", "b", "strong", "i", "em", "s", "code", "sub", "sup", "u", "mark"])
#: Keys of cards whose values are HTML or text, in the order in which a card shows them.
_WORDS: Final = (
    *("heading", "header", "subheader", "productTitle", "html", "calloutText", "textValue", "content"),
    *("productDescription", "disclaimer"),
)
_CAPTIONS: Final = ("caption", "fileCaption")
#: Addresses of cards, each with the keys of its text.
_LINKS: Final = (
    ("url", ("title",)),
    ("buttonUrl", ("buttonText",)),
    ("productUrl", ("productButton",)),
    ("src", ("fileTitle", "title", "fileName")),
)
_PICTURES: Final = ("productImageSrc", "backgroundImageSrc", "imageUrl")
#: All of these keys, and those of values that are no words; what else has a space is shown.
_KNOWN: Final = frozenset(
    [
        *(*_WORDS, *_CAPTIONS, *_PICTURES, *(key for keys in _LINKS for key in (keys[0], *keys[1]))),
        *("code", "language", "alt", "description", "style", "type", "fontFamily", "mimeType"),
    ]
)


def text_of(post: Node, base: str) -> str:
    """Returns the text of a post as Markdown; empty if there is none.

    Args:
        post: The post; its texts are under ``lexical`` or ``mobiledoc``.
        base: Its address.

    Raises:
        ReaderError: The text is not in these forms.
    """
    for form, read in (("lexical", _lexical), ("mobiledoc", _mobiledoc)):
        if written := as_text(post.get(form)):
            tree = parse_json(written.encode("utf-8", "replace"))
            if not isinstance(tree, dict):
                raise ReaderError(f"its text is not what Ghost's editor writes ({form})")
            return _markdown(read(tree), base)
    return ""


def _markdown(parts: Iterator[str | Node], base: str) -> str:
    """Joins pieces of HTML, and nodes whose text is Markdown."""
    blocks: list[str] = []
    html: list[str] = []
    for part in parts:
        if isinstance(part, str):
            html.append(part)
        else:
            blocks += [to_markdown("".join(html), base=base), as_text(part.get("markdown"))]
            html.clear()
    return "\n\n".join(filter(None, [*blocks, to_markdown("".join(html), base=base)]))


def _lexical(tree: Node) -> Iterator[str | Node]:
    """Yields the HTML of a tree of Lexical; its cards of Markdown as they are.

    Raises:
        ReaderError: It has no root.
    """
    root = tree.get("root")
    if not isinstance(root, dict):
        raise ReaderError("its text is not what Ghost's editor writes (lexical)")
    stack: list[str | Node] = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            yield node
        elif "children" in node:
            start, end = _around(node)
            stack += [end, *reversed(objects_in(node["children"])), start]
        elif "text" in node and "text" in as_text(node.get("type")):
            yield _text(node)
        elif node.get("type") == "linebreak":
            yield "<br>"
        else:
            yield _card(node)


def _around(node: Node) -> tuple[str, str]:
    """Returns the tags around the children of a node."""
    kind, name = as_text(node.get("type")).removeprefix("extended-"), as_text(node.get("tag"))
    if kind == "link":
        return f'<a href="{escape(as_text(node.get("url")))}">', "</a>"
    children = objects_in(node["children"])
    if kind == "listitem" and children and all(child.get("type") == "list" for child in children):
        return "", ""  # it only moves the list in it to the right
    element = _ELEMENTS.get(kind) or (name if name in _TAGS else "" if kind in ("root", "autolink") else "p")
    start = node.get("start")
    attribute = f' start="{start}"' if element == "ol" and isinstance(start, int) else ""
    return (f"<{element}{attribute}>", f"</{element}>") if element else ("", "")


def _text(node: Node) -> str:
    text, bits = escape(_words(node, "text")), node.get("format")
    for bit, element in _FORMATS.items():
        if isinstance(bits, int) and bits & bit:
            text = f"<{element}>{text}</{element}>"
    return text


def _words(node: Node, key: str) -> str:
    """Returns a string with the spaces around it; empty for any other value."""
    value = node.get(key)
    return value if isinstance(value, str) else ""


def _mobiledoc(tree: Node) -> Iterator[str | Node]:
    """Yields the HTML of a text in Mobiledoc; its cards of Markdown as they are."""
    markups, cards = (_lists(tree.get(key)) for key in ("markups", "cards"))
    for kind, *section in _lists(tree.get("sections")):
        name = tag if section and (tag := as_text(section[0])) in _TAGS else "p"
        if kind == 10 and section and (card := _at(cards, section[0])):
            payload = card[1] if len(card) > 1 and isinstance(card[1], dict) else {}
            yield _card({**payload, "type": card[0]})
        elif kind == 2 and section:
            yield _picture({"src": section[0]})
        elif kind in (1, 3) and len(section) > 1:
            rows = [section[1]] if kind == 1 else _lists(section[1])
            texts = ["".join(_marked(row, markups)) for row in rows]
            yield f"<{name}>{texts[0] if kind == 1 else ''.join(f'<li>{text}</li>' for text in texts)}</{name}>"


def _marked(row: object, markups: Sequence[Sequence[Any]]) -> Iterator[str]:
    """Yields the HTML of the pieces of a line: each opens elements, and closes as many of those that are open."""
    opened: list[str] = []
    for kind, opens, closes, value in (piece for piece in _lists(row) if len(piece) == 4):
        for number in opens if isinstance(opens, list) else ():
            markup, *attributes = _at(markups, number) or [""]
            name = as_text(markup)
            stated = attributes[0] if attributes and isinstance(attributes[0], list) else []
            address = as_text(stated[1]) if name == "a" and len(stated) > 1 and stated[0] == "href" else ""
            opened.append(name if name in _MARKUPS else "span")
            yield f'<a href="{escape(address)}">' if name == "a" else f"<{opened[-1]}>"
        yield "<br>" if kind == 1 else escape(value) if isinstance(value, str) else ""
        for _ in range(min(closes, len(opened)) if isinstance(closes, int) else 0):
            yield f"</{opened.pop()}>"


def _lists(value: object) -> list[list[Any]]:
    """Returns the lists in a list that are not empty; none for any other value."""
    return [item for item in value if isinstance(item, list) and item] if isinstance(value, list) else []


def _at(items: Sequence[Sequence[Any]], number: object) -> Sequence[Any] | None:
    return items[number] if isinstance(number, int) and 0 <= number < len(items) else None


def _card(card: Node) -> str | Node:
    """Returns a card as HTML: its pictures, its words, and where it leads; one of Markdown as it is."""
    kind = card.get("type")
    if _words(card, "markdown"):
        return card
    if kind in ("horizontalrule", "hr"):
        return "<hr>"
    parts = [_picture(picture) for picture in [card if kind == "image" else {}, *objects_in(card.get("images"))]]
    parts += [_picture({"src": card.get(key)}) for key in _PICTURES]
    if code := _words(card, "code"):
        parts.append(f'<pre><code class="language-{escape(_words(card, "language"))}">{escape(code)}</code></pre>')
    shown = [*_WORDS, *(key for key in card if key not in _KNOWN and {" ", "<"} & {*_words(card, key)})]
    parts += [f"<div>{words}</div>" for key in shown if (words := _words(card, key))]
    page = card.get("metadata")
    parts += _links({**(page if isinstance(page, dict) else {}), **card}) if kind != "image" else ()
    return "".join([*parts, *(f"<div>{words}</div>" for key in _CAPTIONS if (words := _words(card, key)))])


def _picture(item: Node) -> str:
    address = _words(item, "src")
    return f'<img src="{escape(address)}" alt="{escape(_words(item, "alt"))}">' if address else ""


def _links(card: Node) -> Iterator[str]:
    """Yields where a card leads, and what it says of that; words without an address are a paragraph."""
    shown = ""
    for key, names in _LINKS:
        address, text = _words(card, key), next(filter(None, (_words(card, name) for name in names)), "")
        if address:
            yield f'<p><a href="{escape(address)}">{escape(text or address)}</a></p>'
        elif text and text != shown:
            yield f"<p>{escape(text)}</p>"
        shown = text or shown
    if description := _words(card, "description"):
        yield f"<p>{escape(description)}</p>"
