"""The reader of PDF, with PDFium (decision 0021)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.readers.documents import metadata, xmp
from docarchive.readers.documents.pdfpages import HYPHEN, Page, clean_line, has_pictures, read_pages
from docarchive.readers.documents.pdftext import to_text
from docarchive.readers.protocol import Record, Source
from docarchive.texts import one_line

#: Larger files are refused.
MAX_SIZE: Final = 200_000_000

_DOI: Final = re.compile(r"(?:doi\s?:?\s{0,2}|doi\.org/)(10\.\d{4,9}/[^\s\"<>{}|\\^]+)", re.IGNORECASE)
_DATE: Final = re.compile(r"(?:D:)?(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:([Zz])|([+-]\d\d)'?(\d\d)?'?)?.{0,8}\Z")
_PASSWORD: Final = 4
_UNKNOWN_ENCRYPTION: Final = 5


def records(source: Source) -> Iterator[Record]:
    """Yields a file as one article, read with PDFium."""
    if source.size > MAX_SIZE:
        raise ReaderError(f"the PDF file is larger than {MAX_SIZE // 1_000_000} MB")
    yield Record("", None, partial(_load, source))


def _load(source: Source) -> Article:
    with source.open() as file:
        data = file.read(MAX_SIZE)
    document = _open(data)
    try:
        pages = read_pages(document)
        text = to_text(pages)
        if not any(character.isalnum() for character in text.body):
            raise ReaderError(_reason_for_no_text(document))
        stated = _stated(document, data, source.name)
        count = len(pages)
    finally:
        document.close()
    stated.setdefault("title", text.title)
    if doi := _doi(pages[0]):
        stated.setdefault("doi", doi)
    return metadata.article({**stated, "url": source.url, "pages": count}, text.body)


def _open(data: bytes) -> Any:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code == _PASSWORD:
            raise ReaderError("it is encrypted with a password; save it without one, and import it again") from None
        if error.err_code == _UNKNOWN_ENCRYPTION:
            raise ReaderError("it is encrypted with an unknown method") from None
        raise ReaderError("the PDF file is damaged: it cannot be opened") from None
    if not len(document):
        document.close()
        raise ReaderError("the PDF file is damaged: there is no page in it")
    return document


def _reason_for_no_text(document: Any) -> str:
    if has_pictures(document):
        return "it has only images, no text; add text by OCR, such as 'ocrmypdf', and import the result"
    return "there is no text in it"


def _stated(document: Any, data: bytes, name: str) -> dict[str, Any]:
    """Returns the file's metadata: those of the information dictionary, and for missing ones those in XMP."""
    info = {key: clean_line(one_line(value)) for key, value in document.get_metadata_dict().items()}
    stated = {
        "title": metadata.title(info["Title"], name),
        "date": date(info["CreationDate"]),
        "updated": date(info["ModDate"]),
        "authors": metadata.names(info["Author"]),
        "summary": metadata.description(info["Subject"]),
        "language": _language(document),
        "tags": metadata.keywords(info["Keywords"]),
    }
    stated_in_xmp = {key: value for key, value in xmp.read(data, name).items() if value}
    return {**stated_in_xmp, **{key: value for key, value in stated.items() if value}}


def date(text: str) -> str:
    """Returns a PDF date as ISO 8601, in its own precision; any other text as it is.

    >>> date("D:20240316101500+02'00'"), date("D:202403"), date("soon")
    ('2024-03-16T10:15:00+02:00', '2024-03', 'soon')
    """
    match = _DATE.match(text.strip())
    if not match:
        return text.strip()
    *parts, utc, hours, minutes = match.groups()
    numbers = [part for part in parts if part]
    day = "-".join(numbers[:3])
    if len(numbers) < 5:
        return day
    zone = "Z" if utc else f"{hours}:{minutes or '00'}" if hours else ""
    return f"{day}T{':'.join(numbers[3:])}{zone}"


def _language(document: Any) -> str:
    from pypdfium2 import raw

    size = raw.FPDFCatalog_GetLanguage(document, None, 0)
    if not 2 < size < 100:
        return ""
    buffer = (raw.FPDF_WCHAR * (size // 2))()
    raw.FPDFCatalog_GetLanguage(document, buffer, size)
    return metadata.language(bytes(buffer).decode("utf-16-le", "replace").rstrip("\0"))


def _doi(page: Page) -> str | None:
    """Returns the DOI of an article: the only one on its first page, near the top or the bottom.

    A DOI in the middle of the page, or one of several, may be that of another work.
    """
    dois: set[str] = set()
    for line in page.lines:
        for match in _DOI.finditer(line.text):
            doi = match[1].rstrip(".,;:)]}'’”")
            if line.size and page.height * 0.2 < line.bottom < page.height * 0.7:
                return None
            if not doi.endswith((HYPHEN, "-", "_", "/")):
                dois.add(doi)
    return dois.pop() if len(dois) == 1 else None
