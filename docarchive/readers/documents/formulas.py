"""Formulas of Office, which stand beside the text of a document: they become text, as one would type them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from docarchive.readers.html.xml import local

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_MATH: Final = "http://schemas.openxmlformats.org/officeDocument/2006/math"
_WORD: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#: What is written between the parts of a formula, and around each part if it is long.
_BETWEEN: Final = {"f": "/", "sSup": "^", "sSub": "_", "limLow": "_", "limUpp": "^", "sSubSup": "_", "nary": " "}
_AROUND: Final = {"d": ("(", ")"), "rad": ("√(", ")")}


def write_out(root: Element) -> None:
    """Puts a run of text in the place of each formula of a part of a document."""
    if not any(True for _ in root.iter(f"{{{_MATH}}}oMath")):
        return
    for formula in list(root.iter(f"{{{_MATH}}}oMath")):
        text = _text(formula).replace("\u2061", " ")  # which stands, unseen, between a function and what it is of
        formula.clear()
        formula.tag = f"{{{_WORD}}}r"
        inner = formula.makeelement(f"{{{_WORD}}}t", {})
        inner.text = text
        formula.append(inner)
    for paragraph in root.iter(f"{{{_MATH}}}oMathPara"):
        paragraph.tag = f"{{{_WORD}}}ins"  # a wrapper whose runs are read


def _text(element: Element) -> str:
    name = local(element)
    if name == "t":
        return element.text or ""
    parts = [text for child in element if not local(child).endswith("Pr") and (text := _text(child))]
    if between := _BETWEEN.get(name):
        return between.join(
            part if len(part) == 1 or name == "nary" or part.isalnum() else f"({part})" for part in parts
        )
    before, after = _AROUND.get(name, ("", ""))
    return before + "".join(parts) + after
