"""Text -> LaTeX that prints it, in fields of a bibliography."""

from __future__ import annotations

import re
from typing import Final

#: Brackets are spelt out, since BibTeX counts them even where TeX would not.
_SIGNS: Final = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "$": r"\$",
        "&": r"\&",
        "#": r"\#",
        "%": r"\%",
        "_": r"\_",
        "^": r"\textasciicircum{}",
        "~": r"\textasciitilde{}",
    }
)
#: What TeX's fonts would join to another sign, such as a dash.
_JOINED = re.compile(r"(?<=-)-|(?<=`)`|(?<=')'|(?<=[?!])`")


def latex(text: str) -> str:
    """Returns text as LaTeX in UTF-8 that prints it, sign by sign, and runs nothing."""
    return _JOINED.sub(r"{}\g<0>", text.translate(_SIGNS))
