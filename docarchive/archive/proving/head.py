"""Head: what one manifest says of the whole archive, and of the manifest before it."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Any, Final

from docarchive.records import NamedTuple

_NAME: Final = "docarchive manifest"
_VERSION: Final = 1
#: What a manifest begins with.
FIRST_LINE: Final = f"# {_NAME} {_VERSION}\n".encode()
#: The previous head of the first one.
NONE: Final = "0" * 64
_DIGEST: Final = "[0-9a-f]{64}"
_FORMS: Final = {
    "written": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII),
    "files": re.compile(r"0|[1-9]\d{0,17}", re.ASCII),
    "position": re.compile(r"(?:0|[1-9]\d{0,17})-[0-9a-f]{8}", re.ASCII),
    "previous": re.compile(_DIGEST),
    "root": re.compile(_DIGEST),
}


class Head(NamedTuple):
    """What a manifest says of an archive.

    Attributes:
        written: When the manifest was written, in UTC, ISO 8601.
        files: How many files it lists.
        position: The journal position at that time, as exports print it.
        previous: The head of the manifest before it, 64 hex digits; zeros for the first.
        root: The root of the tree of the files' hashes, 64 hex digits.
    """

    written: str
    files: int
    position: str
    previous: str
    root: str

    @property
    def head(self) -> str:
        """The SHA-256 of the lines about all this, 64 hex digits: a digest of the whole archive."""
        return sha256(self._hashed()).hexdigest()

    def lines(self) -> bytes:
        """Returns the lines that a manifest begins with. The last one, with the head, is the SHA-256 of the others."""
        return self._hashed() + f"# head {self.head}\n".encode()

    def _hashed(self) -> bytes:
        return FIRST_LINE + "".join(f"# {name} {value}\n" for name, value in self._asdict().items()).encode()

    def to_dict(self) -> dict[str, Any]:
        """Returns the head as a JSON object."""
        return {**self._asdict(), "head": self.head}

    @classmethod
    def read(cls, values: dict[str, Any]) -> Head:
        """Reads a head from the values of its fields and ``head``.

        Raises:
            ValueError: They are not those of a head; the text says what is wrong.
        """
        for name, form in _FORMS.items():
            value = values.get(name)
            text = str(value) if name == "files" and type(value) is int else value
            if not isinstance(text, str) or not form.fullmatch(text):
                raise ValueError(f"it has no valid {name}")
        head = cls(**{**{name: values[name] for name in _FORMS}, "files": int(values["files"])})
        if values.get("head") != head.head:
            raise ValueError("its values do not have the head that it names")
        return head
