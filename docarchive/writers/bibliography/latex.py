"""Text -> LaTeX that prints it, in fields of a bibliography."""

from __future__ import annotations

import re
from typing import Final

#: Braces are written as commands, since BibTeX counts them even where TeX does not.
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
#: Characters that TeX's fonts would combine with the one before, such as two hyphens to a dash.
_JOINED = re.compile(r"(?<=-)-|(?<=`)`|(?<=')'|(?<=[?!])`")


def latex(text: str) -> str:
    """Returns text as LaTeX in UTF-8 that prints it character by character, and runs nothing."""
    return _JOINED.sub(r"{}\g<0>", text.translate(_SIGNS))
