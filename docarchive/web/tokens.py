"""Tokens: who may read and who may change an archive, from a file that has only their digests.

A line of the file is ``read`` or ``write``, ``sha256:`` with a digest, and anything that says whose it is. A token has
256 random bits, so that a plain digest is enough: nobody can guess one, and there is no word list.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from hashlib import sha256
from hmac import compare_digest
from pathlib import Path
from threading import Lock
from typing import Final, Literal, get_args

from docarchive.errors import UsageError
from docarchive.regexes import lazy

Role = Literal["read", "write"]
ROLES: Final = get_args(Role)
_LINE = lazy(r"(read|write)\s+sha256:([0-9a-f]{64})(?:\s.*)?")
_PREFIX: Final = "docarchive_"
_MAX_FILE: Final = 1_000_000


class Tokens:
    """The tokens of a file, which is read again when it has changed. Any thread may ask.

    Args:
        path: The file.

    Raises:
        UsageError: The file cannot be read, or a line of it is not as it must be.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._stamp: tuple[int, ...] = ()
        self._roles: Mapping[str, Role] = {}
        self.roles()

    def roles(self) -> Mapping[str, Role]:
        """Returns the roles by the digests of tokens; none if the file is gone or damaged: then nobody gets in."""
        with self._lock:
            try:
                status = os.stat(self._path)
                stamp = (status.st_ino, status.st_size, status.st_mtime_ns)
                if stamp != self._stamp:
                    self._roles, self._stamp = _read(self._path), stamp
            except (OSError, UsageError) as error:
                if not self._stamp:
                    raise error if isinstance(error, UsageError) else _unreadable(self._path, error) from None
                self._roles, self._stamp = {}, (0,)
            return self._roles

    def role_of(self, token: str) -> tuple[str, Role] | None:
        """Returns the digest of a token and its role; None if there is no such token. Takes the same time for all."""
        digest = digest_of(token)
        known = [(other, role) for other, role in self.roles().items() if compare_digest(other, digest)]
        return known[0] if known else None


def digest_of(token: str) -> str:
    """Returns the digest of a token."""
    return sha256(token.encode("utf-8", "replace")).hexdigest()


def add_token(path: Path, role: Role) -> str:
    """Adds a token to a file, which is created for this user alone if it is missing; returns the token.

    Raises:
        UsageError: The file cannot be written, or is no file of tokens.
    """
    try:
        if path.exists():
            _read(path)
        token = _PREFIX + secrets.token_urlsafe(32)
        file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with open(file, "ab") as out:
            out.write(f"{role} sha256:{digest_of(token)}\n".encode())
            out.flush()
            os.fsync(out.fileno())
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from None
    return token


def _read(path: Path) -> dict[str, Role]:
    with open(path, "rb") as file:
        text = file.read(_MAX_FILE).decode("utf-8", "replace")
    roles: dict[str, Role] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        match = _LINE.fullmatch(line)
        if match is None:
            raise UsageError(f"{path}:{number} is not 'read' or 'write' and a digest; add tokens with --new-token")
        roles[match[2]] = "write" if match[1] == "write" else "read"
    return roles


def _unreadable(path: Path, error: OSError) -> UsageError:
    return UsageError(f"{path} cannot be read: {error.strerror}; make it with --new-token")
