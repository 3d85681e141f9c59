"""Bibliographies."""

from __future__ import annotations

from typing import Final

from docarchive.readers.bibliography.bibtex import BibtexReader
from docarchive.readers.bibliography.csl import CslReader
from docarchive.readers.bibliography.ris import RisReader
from docarchive.readers.protocol import Reader

#: In the order in which they are asked.
READERS: Final[tuple[Reader, ...]] = (BibtexReader(), RisReader(), CslReader())
