"""The writers of BibTeX and BibLaTeX: one entry an article."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO, ClassVar, Final

from docarchive.formats.bibliography import BIBLATEX, BIBTEX, PLACE
from docarchive.formats.latex_languages import BABEL
from docarchive.writers.bibliography.names import Name
from docarchive.writers.bibliography.reference import Reference, References, date_parts
from docarchive.writers.protocol import Document, WriteOptions, Writer

#: Text -> LaTeX. Braces are written as commands, since BibTeX counts them even where TeX does not.
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
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


class BibtexWriter(Writer):
    """Writes entries for BibTeX, in UTF-8: the summary as ``abstract``, tags as ``keywords``, no text.

    Titles are in double braces, so that no style changes their capitals.
    """

    name = "bibtex"
    summary = "a BibTeX bibliography"
    suffixes: ClassVar[tuple[str, ...]] = (".bib", ".bibtex")
    biblatex = False

    def write(self, documents: Iterable[Document], out: BinaryIO, options: WriteOptions) -> None:
        references = References()
        separator = ""
        for document in documents:
            out.write((separator + self._entry(references.of(document.article))).encode())
            separator = "\n"

    def _entry(self, reference: Reference) -> str:
        type_, _, subtype = reference.type.biblatex.partition("/")
        fields = dict(_fields(reference))
        if self.biblatex:
            fields = {BIBLATEX.get(name, name): value for name, value in fields.items()}
            fields = {"entrysubtype": f"{{{subtype}}}", **fields} if subtype else fields
            fields |= _for_biblatex(reference)
        else:
            type_ = reference.type.bibtex
            fields |= _for_bibtex(reference)
        lines = "".join(f"  {name} = {value},\n" for name, value in fields.items())
        return f"@{type_}{{{reference.key},\n{lines}}}\n"


class BiblatexWriter(BibtexWriter):
    """Writes entries for BibLaTeX: news articles as such, web pages as ``@online``, dates in ISO 8601."""

    name = "biblatex"
    summary = "a BibLaTeX bibliography"
    suffixes = (".biblatex",)
    biblatex = True


def _fields(reference: Reference) -> Iterator[tuple[str, str]]:
    """Yields the fields that BibTeX and BibLaTeX share, as they are written."""
    yield "title", f"{{{{{_latex(reference.title)}}}}}"
    for name, names in (("author", reference.authors), ("editor", reference.editors)):
        if names:
            yield name, f"{{{' and '.join(map(_name, names))}}}"
    texts = {reference.type.container: reference.container}
    texts["publisher"] = texts.get("publisher") or reference.publisher
    texts |= {
        BIBTEX[PLACE]: reference.publisher_place,
        "volume": reference.volume,
        "number": reference.number,
        "pages": reference.pages,
        "isbn": reference.isbn,
        "issn": reference.issn,
        "abstract": reference.abstract,
        "keywords": ", ".join(tag.replace(",", ";") for tag in reference.keywords),
    }
    for name, text in texts.items():
        if text:
            yield name, f"{{{_range(text) if name == 'pages' else _latex(text)}}}"
    if reference.doi:
        yield "doi", f"{{{_verbatim(reference.doi)}}}"
    if reference.url:
        yield "url", f"{{{reference.url}}}"
    if reference.url and reference.accessed:
        yield "urldate", f"{{{reference.accessed.text[:10]}}}"


def _for_bibtex(reference: Reference) -> dict[str, str]:
    fields = {"language": f"{{{_latex(reference.language)}}}"} if reference.language else {}
    if reference.date:
        year, *rest = date_parts(reference.date)
        fields["year"] = f"{{{year:04}}}"
        fields |= {"month": _MONTHS[rest[0] - 1]} if rest else {}
        fields |= {"day": f"{{{rest[1]}}}"} if len(rest) > 1 else {}
    return fields


def _for_biblatex(reference: Reference) -> dict[str, str]:
    language = BABEL.get(reference.language.partition("-")[0].lower())
    fields = {"langid": f"{{{language}}}"} if language else {}
    return fields | ({"date": f"{{{reference.date.text[:10]}}}"} if reference.date else {})


def _latex(text: str) -> str:
    """Returns text as LaTeX in UTF-8 that prints it character by character, and runs nothing."""
    return _JOINED.sub(r"{}\g<0>", text.translate(_SIGNS))


def _name(name: Name) -> str:
    if name.whole:
        return f"{{{_latex(name.family)}}}"
    parts = [f"{name.particle} {name.family}".strip(), name.suffix, name.given]
    return ", ".join(_latex(part) for part in parts if part)


def _range(pages: str) -> str:
    return "--".join(_latex(part) for part in pages.split("-"))


def _verbatim(text: str) -> str:
    """Returns an identifier without braces and backslashes: BibTeX does not unescape it."""
    return text.translate(str.maketrans("", "", "{}\\"))
