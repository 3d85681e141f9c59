"""Documents of office programs, books and PDF."""

from __future__ import annotations

from typing import Final

from docarchive.readers.documents.docx import DocxReader
from docarchive.readers.documents.epub import EpubReader
from docarchive.readers.documents.odt import OdtReader
from docarchive.readers.documents.pdf import PdfReader
from docarchive.readers.documents.rtf import RtfReader
from docarchive.readers.protocol import Reader

#: In the order in which they are asked.
READERS: Final[tuple[Reader, ...]] = (PdfReader(), DocxReader(), OdtReader(), EpubReader(), RtfReader())
