"""Formulas of Office, which are not part of a document's text: they become text, as one would type them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from docarchive.readers.html.xml import local

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_MATH: Final = "http://schemas.openxmlformats.org/officeDocument/2006/math"
_WORD: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#: What is written between the operands of an element of a formula, and around its content.
_SEPARATORS: Final = {"f": "/", "sSup": "^", "sSub": "_", "limLow": "_", "limUpp": "^", "sSubSup": "_", "nary": " "}
_BRACKETS: Final = {"d": ("(", ")"), "rad": ("√(", ")")}


def replace_formulas(root: Element) -> None:
    """Replaces each formula below an element with a run of text."""
    if not any(True for _ in root.iter(f"{{{_MATH}}}oMath")):
        return
    for formula in list(root.iter(f"{{{_MATH}}}oMath")):
        text = _text(formula).replace("\u2061", " ")  # the invisible sign of function application
        formula.clear()
        formula.tag = f"{{{_WORD}}}r"
        text_element = formula.makeelement(f"{{{_WORD}}}t", {})
        text_element.text = text
        formula.append(text_element)
    for paragraph in root.iter(f"{{{_MATH}}}oMathPara"):
        paragraph.tag = f"{{{_WORD}}}ins"  # a wrapper whose runs are read


def _text(element: Element) -> str:
    name = local(element)
    if name == "t":
        return element.text or ""
    texts = [operand for child in element if not local(child).endswith("Pr") and (operand := _text(child))]
    if separator := _SEPARATORS.get(name):
        return separator.join(
            text if len(text) == 1 or name == "nary" or text.isalnum() else f"({text})" for text in texts
        )
    before, after = _BRACKETS.get(name, ("", ""))
    return before + "".join(texts) + after
