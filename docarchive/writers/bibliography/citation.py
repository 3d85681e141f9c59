"""The writer of citations, formatted by a style of the Citation Style Language.

Typst formats them, with Hayagriva (docs/decisions/0038-citations.md). It can read only the files of a temporary
folder.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from itertools import count
from pathlib import Path
from typing import IO, Any, BinaryIO, Final

from docarchive.errors import UsageError
from docarchive.paths import expanded
from docarchive.writers.bibliography.names import Name
from docarchive.writers.bibliography.reference import Reference, References
from docarchive.writers.protocol import Document, WriteOptions, Writer

#: Typst sorts a whole bibliography in memory, some 30 KB an article.
MAX_ARTICLES: Final = 50_000
DEFAULT_STYLE: Final = "apa"

_STYLE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_HOST = re.compile(r"(?i)https?://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]{1,5})?(?:[/?#]|$)")
_RANGE = re.compile(r"[0-9]+(?:-[0-9]+)?")
_LANGUAGE = re.compile(r"[a-z]{2}(?:-[A-Z]{2})?")
_MARKS = re.compile(r"[\\{}$]")
_WRONG_URL = re.compile(r"\(([\w:.+/-]+)\.url\b")
#: Styles of Typst 0.15 that leave out the authors, and the styles that replace them.
_STAND_INS: Final = dict.fromkeys(("vancouver", "vancouver-superscript", "nlm-citation-sequence"), "springer-vancouver")
#: Punctuation that Typst writes around a missing day or a missing place of the publisher.
_STRAY: Final = re.compile(r",(?=[.)])| ?;(?=\.(?:\s|$))|(?<=[a-z]) (?=;\d)")
#: A full stop after one of an abbreviation or an ellipsis, and one after the quote that ends with one.
_DOUBLED: Final = re.compile(r"((?:\.\.\.|(?<=\w)\.))\.(?=[^\w.]|\Z)|((?:[.!?…])[”\"’»])\.(?=\s|\Z)")
_MAX_STYLE: Final = 5_000_000
_TURNS: Final = 100
_STYLES: Final = "write a name such as apa, ieee or chicago-author-date, or the path of a CSL file"


class CitationWriter(Writer):
    """Writes a citation a line, in the order and with the numbers that the style gives them."""

    name = "citation"
    summary = "citations in a CSL style (--style)"
    accepts = frozenset({"style"})
    extra = "citations"
    requires = ("typst",)

    def write(self, documents: Iterable[Document], out: BinaryIO, options: WriteOptions) -> None:
        """See ``Writer``.

        Raises:
            UsageError: There is no such style, or there are too many articles.
        """
        try:
            import typst  # noqa: F401
        except ImportError:
            raise self.missing() from None
        with tempfile.TemporaryDirectory(prefix="docarchive-") as name:
            folder = Path(name)
            style = _style(options.style or DEFAULT_STYLE, folder)
            with open(folder / "references.yaml", "w", encoding="utf-8") as file:
                if not _gather(documents, file):
                    return
            (folder / "main.typ").write_text(
                f'#bibliography("references.yaml", style: "{style}", full: true, title: none)\n', "utf-8"
            )
            for citation in _citations(_formatted(folder, options.style or DEFAULT_STYLE)):
                out.write(f"{citation}\n".encode())


def _style(style: str, folder: Path) -> str:
    """Returns the name of a style for Typst; the file of a style is copied into its folder."""
    if _STYLE.fullmatch(style):
        return _STAND_INS.get(style, style)
    try:
        with open(expanded(style), "rb") as file:
            data = file.read(_MAX_STYLE)
    except OSError:
        raise UsageError(f"there is no style {style!r}; {_STYLES}") from None
    (folder / "style.csl").write_bytes(data)
    return "style.csl"


def _gather(documents: Iterable[Document], file: IO[str]) -> int:
    """Writes references as Hayagriva reads them (https://github.com/typst/hayagriva, YAML); returns how many."""
    references = References()
    number = 0
    for number, document in enumerate(documents, start=1):
        if number > MAX_ARTICLES:
            raise UsageError(f"at most {MAX_ARTICLES:,} articles can be cited at once; cite fewer with --limit")
        reference = references.of(document.article)
        file.write(f"{json.dumps(reference.key)}: {json.dumps(_entry(reference), ensure_ascii=False)}\n")
    return number


def _entry(reference: Reference) -> dict[str, Any]:
    type_, _, parent = reference.type.hayagriva.partition("/")
    entry: dict[str, Any] = {
        "type": type_,
        "title": _MARKS.sub(r"\\\g<0>", reference.title),
        "author": [_name(name) for name in reference.authors],
        "editor": [_name(name) for name in reference.editors],
        "date": reference.date.text[:10] if reference.date else "",
        "publisher": reference.publisher,
        "location": reference.publisher_place,
        "volume": reference.volume if reference.volume.isdigit() else "",
        "issue": reference.number if reference.number.isdigit() else "",
        "page-range": reference.pages if _RANGE.fullmatch(reference.pages) else "",
        "serial-number": {key: getattr(reference, key) for key in ("doi", "isbn", "issn") if getattr(reference, key)},
        "language": reference.language if _LANGUAGE.fullmatch(reference.language) else "",
    }
    if _HOST.match(reference.url):
        accessed = {"date": reference.accessed.text[:10]} if reference.accessed else {}
        entry["url"] = {"value": reference.url, **accessed}
    if reference.container and parent:
        entry["parent"] = {"type": parent, "title": _MARKS.sub(r"\\\g<0>", reference.container)}
    elif reference.container:
        entry["publisher" if type_ == "book" else "organization"] = reference.container
    return {key: value for key, value in entry.items() if value}


def _name(name: Name) -> dict[str, str]:
    parts = {"name": name.family, "given-name": name.given, "prefix": name.particle, "suffix": name.suffix}
    return {key: value for key, value in parts.items() if value}


def _formatted(folder: Path, style: str) -> str:
    """Returns the bibliography as HTML; an address that Typst rejects is left out."""
    import typst

    for turn in count():
        try:
            return bytes(
                typst.compile(str(folder / "main.typ"), root=str(folder), format="html", ignore_system_fonts=True)
                or b""
            ).decode()
        except typst.TypstError as error:
            wrong = _WRONG_URL.search(str(error))
            if wrong is None or turn > _TURNS:
                reason = _STYLES if "unknown style" in str(error) else _reason(error)
                raise UsageError(f"the style {style!r} cannot be used: {reason}") from None
            _without_url(folder / "references.yaml", wrong[1])
    raise AssertionError


def _without_url(path: Path, key: str) -> None:
    lines = path.read_text("utf-8").splitlines(keepends=True)
    start = f"{json.dumps(key)}: "
    for number, line in enumerate(lines):
        if line.startswith(start):
            entry = json.loads(line.removeprefix(start))
            entry.pop("url", None)
            lines[number] = f"{start}{json.dumps(entry, ensure_ascii=False)}\n"
    path.write_text("".join(lines), "utf-8")


def _reason(error: Exception) -> str:
    return " ".join(str(error).split())[:200]


def _citations(html: str) -> Iterator[str]:
    items = _Items()
    for start in range(0, len(html), 1 << 16):
        items.feed(html[start : start + (1 << 16)])
        yield from items.citations
        items.citations.clear()


def _tidied(citation: str) -> str:
    """Returns a citation without stray punctuation, and without a second full stop after one.

    >>> _tidied("Lee, A., Jr.. (1958). “The U.S..”. Harper & Co.."), _tidied("Wait....")
    ('Lee, A., Jr. (1958). “The U.S.” Harper & Co.', 'Wait...')
    """
    single = _DOUBLED.sub(lambda match: match[1] or match[2], _STRAY.sub("", citation))
    return _DOUBLED.sub(lambda match: match[1] or match[2], single)


class _Items(HTMLParser):
    """Collects the texts of the items of a list."""

    def __init__(self) -> None:
        super().__init__()
        self.citations: list[str] = []
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "li":
            self._text = []
        elif tag == "br":
            self._text.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag == "li":
            self.citations.append(_tidied(" ".join("".join(self._text).split())))

    def handle_data(self, data: str) -> None:
        self._text.append(data)
