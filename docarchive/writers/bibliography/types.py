"""Types of references, with their names in every kind of bibliography: one table."""

from __future__ import annotations

from typing import Final

from docarchive.article import Article
from docarchive.formats.bibliography import ENTRY_TYPE
from docarchive.records import NamedTuple


class Type(NamedTuple):
    """A type of references.

    Attributes:
        csl: The name in CSL (https://docs.citationstyles.org/en/stable/specification.html#appendix-iii-types).
        bibtex: The name in BibTeX.
        biblatex: The name in BibLaTeX, with an ``entrysubtype`` after a slash.
        ris: The name in RIS.
        hayagriva: The name in Hayagriva, with the type of the container after a slash.
        container: BibTeX's field for ``Reference.container``.
    """

    csl: str
    bibtex: str
    biblatex: str
    ris: str
    hayagriva: str
    container: str


NEWS: Final = Type("article-newspaper", "article", "article/newspaper", "NEWS", "article/newspaper", "journal")
JOURNAL: Final = Type("article-journal", "article", "article", "JOUR", "article/periodical", "journal")
WEBPAGE: Final = Type("webpage", "misc", "online", "ELEC", "web", "organization")
MESSAGE: Final = Type("personal_communication", "misc", "misc", "PCOMM", "misc", "howpublished")
DOCUMENT: Final = Type("document", "misc", "misc", "GEN", "misc", "howpublished")
_TYPES: Final = (
    NEWS,
    JOURNAL,
    WEBPAGE,
    MESSAGE,
    DOCUMENT,
    Type("article-magazine", "article", "article/magazine", "MGZN", "article/periodical", "journal"),
    Type("post-weblog", "misc", "online", "BLOG", "article/blog", "organization"),
    Type("book", "book", "book", "BOOK", "book", "publisher"),
    Type("chapter", "incollection", "incollection", "CHAP", "chapter/book", "booktitle"),
    Type("paper-conference", "inproceedings", "inproceedings", "CPAPER", "article/proceedings", "booktitle"),
    Type("entry-encyclopedia", "incollection", "inreference", "ENCYC", "entry/reference", "booktitle"),
    Type("thesis", "phdthesis", "thesis", "THES", "thesis", "school"),
    Type("report", "techreport", "report", "RPRT", "report", "institution"),
    Type("manuscript", "unpublished", "unpublished", "UNPB", "manuscript", "howpublished"),
    Type("patent", "misc", "patent", "PAT", "patent", "howpublished"),
    Type("dataset", "misc", "dataset", "DATA", "repository", "publisher"),
)
#: Types by the names that imported bibliographies have for them.
_NAMED: Final[dict[str, Type]] = {
    name: type_
    for type_ in reversed(_TYPES)
    for name in (type_.bibtex, type_.biblatex.partition("/")[0], type_.ris.lower(), type_.csl)
} | {
    name: next(type_ for type_ in _TYPES if type_.csl == csl)
    for csl, names in (
        ("article-journal", "article journal-article jfull ejour review"),
        ("article-newspaper", "newspaper"),
        ("book", "mbook collection proceedings mvbook ebook monograph"),
        ("chapter", "inbook suppbook book-chapter echap"),
        ("paper-conference", "conference conf proceedings-article"),
        ("thesis", "mastersthesis dissertation"),
        ("report", "manual booklet gov"),
        ("webpage", "electronic www icomm"),
        ("document", "misc"),
    )
    for name in names.split()
}


def type_of(article: Article) -> Type:
    """Returns the type of an article: that of the bibliography it was imported from, else a guess.

    An article with a source is a news article, or one of a journal if it has a volume, an ISSN or a DOI. An article
    with only an address is a web page.
    """
    given = str(article.extra.get(ENTRY_TYPE) or "").lower()
    subtype = str(article.extra.get("entrysubtype") or "").lower()
    if given == "article" and subtype in ("newspaper", "magazine"):
        given = f"article-{subtype}"
    if given in _NAMED:
        return _NAMED[given]
    if article.format in ("mail", "mbox"):
        return MESSAGE
    if article.source:
        return JOURNAL if any(article.extra.get(key) for key in ("doi", "issn", "volume")) else NEWS
    return WEBPAGE if article.url else DOCUMENT
