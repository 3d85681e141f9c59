"""Mail: one message, and files of many."""

from __future__ import annotations

from typing import Final

from docarchive.readers.mail.mbox import MboxReader
from docarchive.readers.mail.message import MailReader
from docarchive.readers.protocol import Reader

#: In the order in which they are asked.
READERS: Final[tuple[Reader, ...]] = (MboxReader(), MailReader())
