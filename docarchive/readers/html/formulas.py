"""Formulas in HTML (MathML, and TeX for MathJax) as text: TeX where the page has it, else on one line.

They are replaced before HTML is parsed, so that they are read alike in pages and in fragments, and in every parser.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from html import escape, unescape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bs4 import Tag
    from bs4.element import PageElement

_MATH: Final = re.compile(r"<((?:mml:|m:)?math)\b[^<>]*>", re.IGNORECASE)
_TEX: Final = re.compile(r"<script\b[^<>]*\btype\s*=\s*[\"']math/tex(?P<display>[^\"'<>]*)[\"'][^<>]*>", re.IGNORECASE)
#: A hidden element around a formula: it is hidden from eyes, which see a picture of the formula instead.
_HIDDEN: Final = re.compile(r"<span\b[^<>]*(?:\bstyle\s*=|\bhidden\b|\baria-hidden\b)[^<>]*>\s*\Z", re.IGNORECASE)
_LONGEST_TAG: Final = 500
_ANNOTATION: Final = re.compile(
    r"<(?:\w+:)?annotation\b[^<>]*\bencoding\s*=\s*[\"'](?:application/x-)?(?:la)?tex[\"'][^<>]*>([^<>]*)<",
    re.IGNORECASE,
)
_ALTERNATIVE: Final = re.compile(r"\balttext\s*=\s*(?:\"([^\"<>]*)\"|'([^'<>]*)')", re.IGNORECASE)
_DISPLAY: Final = re.compile(r"\bdisplay\s*=\s*[\"']?block", re.IGNORECASE)
#: What MathJax puts around a formula: an element of a line, which is not known to be one.
_CONTAINER: Final = re.compile(r"</?mjx-(?:container|assistive-mml)\b[^<>]*>", re.IGNORECASE)
_STYLE: Final = re.compile(r"\\(?:display|text|script)style(?![A-Za-z])\s*")
#: Formulas with more elements become their texts alone.
_MAX_ELEMENTS: Final = 2_000
_UNSEEN: Final = frozenset(("annotation", "annotation-xml", "mphantom", "none", "mprescripts", "maligngroup"))
_SCRIPTS: Final = {
    **{"msub": "_", "msup": "^", "msubsup": "_^", "munder": "_", "mover": "^", "munderover": "_^"},
    "mmultiscripts": "_^",
}
_INVISIBLE: Final = re.compile("[\\u2061-\\u2064\\u200b]")
_OPERATOR: Final = re.compile(r"[=<>+\-*/−±∓×÷≤≥≠≈∈∉⊂⊆→⇒∝≡~|:]+")
_TIGHT: Final = frozenset("([{}]),;!'′°%.")


def with_formulas(html: str) -> str:
    """Returns HTML with its formulas as text, such as ``$E = mc^2$`` or ``10^6``."""
    if "math" not in html and "MATH" not in html:
        return html
    html = _CONTAINER.sub("", html)
    lowered = html.lower()
    if "math>" in lowered:
        html = _replaced(html, _MATH, lambda start: f"</{start[1]}>", _of_mathml)
    if "<math" not in lowered and "math/tex" in lowered:
        html = _replaced(html, _TEX, lambda _: "</script>", _of_script)
    return html


def _replaced(
    html: str,
    opening: re.Pattern[str],
    closing: Callable[[re.Match[str]], str],
    text_of: Callable[[re.Match[str], str], str],
) -> str:
    parts: list[str] = []
    copied_to = 0
    lowered = html.lower()
    for start in opening.finditer(html):
        if start.start() < copied_to:
            continue
        end = lowered.find(closing(start).lower(), start.end())
        if end < 0:
            break
        stop = end + len(closing(start))
        before = start.start()
        tag = _HIDDEN.search(html, max(copied_to, before - _LONGEST_TAG), before)
        parts += [html[copied_to : tag.start()], "<span>"] if tag else [html[copied_to:before]]
        parts.append(escape(text_of(start, html[start.end() : end]), quote=False))
        copied_to = stop
    return "".join([*parts, html[copied_to:]])


def _of_script(start: re.Match[str], tex: str) -> str:
    return _tex(tex, is_block="display" in start["display"])


def _of_mathml(start: re.Match[str], content: str) -> str:
    is_block = _DISPLAY.search(start[0]) is not None
    if annotation := _ANNOTATION.search(content):
        return _tex(unescape(annotation[1]), is_block=is_block)
    if alternative := _ALTERNATIVE.search(start[0]):
        return _tex(unescape(alternative[1] or alternative[2] or ""), is_block=is_block)
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(content, "html.parser")
    if content.count("<") > 2 * _MAX_ELEMENTS:
        return " ".join(soup.get_text(" ").split())
    return _joined(soup.contents)


def _tex(tex: str, *, is_block: bool) -> str:
    text = " ".join(_STYLE.sub("", tex).split())
    while text.startswith("{") and text.endswith("}") and _is_one_group(text):
        text = text[1:-1].strip()
    sign = "$$" if is_block else "$"
    return f"{sign}{text}{sign}" if text else ""


def _is_one_group(text: str) -> bool:
    depth = 0
    for match in re.finditer(r"\\.|[{}]", text):
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        if depth == 0 and match.end() < len(text):
            return False
    return depth == 0


def _joined(nodes: Iterable[PageElement]) -> str:
    """Returns nodes as text on one line; two numbers or words never touch."""
    text = ""
    for piece in filter(None, map(_linear, nodes)):
        if _OPERATOR.fullmatch(piece) and text:
            text += f" {piece} "
        else:
            touches = text[-1:].isalnum() and piece[0].isalnum()
            is_listed = text[-1:] in (",", ";") and piece[0] not in _TIGHT
            text += f" {piece}" if touches or is_listed else piece
    return " ".join(text.split())


def _linear(node: PageElement) -> str:
    from bs4 import Tag

    if not isinstance(node, Tag):
        return _INVISIBLE.sub("", " ".join(str(node).split()))
    name = node.name.rpartition(":")[2].lower()
    if name in _UNSEEN:
        return ""
    children = [child for child in node.contents if isinstance(child, Tag)]
    if name in _SCRIPTS and len(children) > 1:
        base, *scripts = map(_linear, children)
        return _group(base) + "".join(
            f"{sign}{_group(script)}" for sign, script in zip(_SCRIPTS[name], scripts, strict=False) if script
        )
    if name == "mfrac" and len(children) == 2:
        return f"{_group(_linear(children[0]))}/{_group(_linear(children[1]))}"
    if name == "msqrt":
        return f"√{_group(_joined(node.contents))}"
    if name == "mroot" and len(children) == 2:
        return f"{_group(_linear(children[0]))}^(1/{_group(_linear(children[1]))})"
    if name == "mtable":
        return f"[{'; '.join(map(_linear, children))}]"
    if name == "mtr":
        return ", ".join(map(_linear, children))
    if name == "mfenced":
        return _fenced(node, children)
    return _joined(node.contents)


def _fenced(node: Tag, children: list[Tag]) -> str:
    opening, closing = node.get("open", "("), node.get("close", ")")
    return f"{opening}{', '.join(map(_linear, children))}{closing}"


def _group(text: str) -> str:
    is_one = len(text) < 2 or text.isalnum() or (text[0] == "(" and text.find(")") == len(text) - 1)
    return text if is_one else f"({text})"
