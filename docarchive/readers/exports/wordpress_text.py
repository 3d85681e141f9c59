"""The text of a post in WordPress, as HTML: WordPress makes paragraphs of blank lines when it shows a post."""

from __future__ import annotations

import re
from typing import Final

_TAG: Final = re.compile(r"<(/?)([a-z][a-z0-9]*)\b[^<>]*>", re.IGNORECASE)
#: Elements whose content stays as it is.
_HELD: Final = frozenset("pre script style textarea p li h1 h2 h3 h4 h5 h6 td th dt dd caption figcaption".split())  # noqa: SIM905
#: Elements between which text is a paragraph.
_BLOCKS: Final = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "center",
        "details",
        "div",
        "dl",
        "fieldset",
        "figure",
        "footer",
        "form",
        "header",
        "hr",
        "main",
        "menu",
        "nav",
        "ol",
        "section",
        "summary",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
    ]
)
_BLANK_LINES: Final = re.compile(r"\n[ \t\n]*\n")
_CAPTION: Final = re.compile(r"\[/?(?:wp_)?caption\b[^\[\]]{0,1000}\]")
_EMBED: Final = re.compile(r"\[/?embed\b[^\[\]]{0,1000}\]")
_CODE_START: Final = re.compile(r"\[(?:source)?code\b[^\[\]]{0,200}\]")
_CODE_END: Final = re.compile(r"\[/(?:source)?code\]")
#: A post made of blocks has its paragraphs.
_BY_BLOCKS: Final = "<!-- wp:"


def with_paragraphs(text: str) -> str:
    r"""Returns the text of a post as HTML, with paragraphs and line breaks, and captions without their shortcodes.

    >>> with_paragraphs("One\ntwo.\n\nThree.")
    '<p>One<br>two.</p><p>Three.</p>'
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "[" in text:
        text = _EMBED.sub("", _CAPTION.sub("\n\n", text))
        text = _CODE_END.sub("</code></pre>", _CODE_START.sub("<pre><code>", text))
    if _BY_BLOCKS in text:
        return text
    parts: list[str] = []
    held, start = "", 0  # the element whose content stays as it is, and where the text before the next tag starts
    for tag in _TAG.finditer(text):
        closing, name = bool(tag[1]), tag[2].lower()
        if held:
            if name != held:
                continue
            parts.append(text[start : tag.end() if closing else tag.start()])
            start = tag.end() if closing else tag.start()
            held = "" if closing else held
        elif name in _HELD or name in _BLOCKS:
            parts.append(_paragraphs(text[start : tag.start()]))
            start = tag.start() if name in _HELD and not closing else tag.end()
            held = name if name in _HELD and not closing else ""
            if not held:
                parts.append(tag[0])
    parts.append(text[start:] if held else _paragraphs(text[start:]))
    return "".join(parts)


def _paragraphs(text: str) -> str:
    chunks = (chunk.strip("\n") for chunk in _BLANK_LINES.split(text))
    return "".join(f"<p>{chunk.strip().replace(chr(10), '<br>')}</p>" for chunk in chunks if chunk.strip())
