"""Sources that hold sources."""

from __future__ import annotations

from typing import Final

from docarchive.readers.containers.gzip import GzipReader
from docarchive.readers.containers.tar import TarReader
from docarchive.readers.containers.wacz import WaczReader
from docarchive.readers.containers.warc import WarcReader
from docarchive.readers.containers.zip import ZipReader
from docarchive.readers.protocol import Reader

#: In the order in which they are asked.
READERS: Final[tuple[Reader, ...]] = (WaczReader(), ZipReader(), WarcReader(), TarReader(), GzipReader())
