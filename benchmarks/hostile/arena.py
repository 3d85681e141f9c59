"""Arena: a folder with a canary, a stranger's archive and what a command reads and writes; and what changed in it.

canary/     what belongs to the user: no command may read it, write it, or change a time in it
shared/     files that have a second name in the archive (a hard link): read as the archive's, but never changed
inputs/     what is imported
archive/    the stranger's archive
out/        what commands write
home/ tmp/  the user's home folder and temporary files
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import shutil
import sqlite3
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

from docarchive import Archive
from docarchive.catalog.stored import row_sum

#: A word of the files of the canary; it is in no input.
SECRET: Final = "zqcanaryword"
_PATTERNS: Final = (
    SECRET.encode(),
    SECRET.encode("utf-16-le"),
    *(base64.b64encode(b"-" * shift + SECRET.encode() * 2 + b"-")[4:-4] for shift in range(3)),
)
_MAX_SCANNED: Final = 20_000_000  # bytes of a file
_PNG: Final = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\0\0\0\0:~\x9bU"
    b"\0\0\0\nIDATx\x9cc`\0\0\0\2\0\1H\xaf\xa4q\0\0\0\0IEND\xaeB`\x82"
)


class Arena:
    """The paths of an arena.

    Args:
        root: Its folder, without links on the way.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.canary, self.shared, self.inputs = root / "canary", root / "shared", root / "inputs"
        self.archive, self.out, self.home, self.tmp = root / "archive", root / "out", root / "home", root / "tmp"

    def make(self, base: Path) -> None:
        """Makes the arena, with a copy of an archive."""
        for folder in (self.canary / "photos", self.shared, self.inputs, self.out, self.home, self.tmp):
            folder.mkdir(parents=True)
        picture = _PNG[:33] + _chunk(b"tEXt", b"Comment\0" + SECRET.encode() * 2) + _PNG[33:]
        for name, data in {
            "secret.md": f"---\ntitle: {SECRET}\n---\n\nThe {SECRET} is buried.\n".encode(),
            "secret.json": json.dumps([{"title": SECRET, "body": f"The {SECRET}."}]).encode(),
            "a.png": picture,
            "photos/a.png": picture,
            "photos/x.css": f"/* {SECRET} */".encode(),
        }.items():
            (self.canary / name).write_bytes(data)
        with closing(sqlite3.connect(self.canary / "secret.sqlite")) as database, database:
            database.execute("CREATE TABLE a (title, body)")
            database.execute("INSERT INTO a VALUES (?, ?)", (SECRET, SECRET))
        for name in ("a.md", "b.json", "c.png"):
            (self.shared / name).write_bytes(f"A second name of {name}.".encode())
        _write_inputs(self.inputs)
        shutil.copytree(base, self.archive, symlinks=True)
        (self.home / "private.txt").write_text(SECRET, "utf-8")

    def links(self) -> dict[str, str]:
        """Returns the links in the arena: full paths to targets."""
        found = {}
        for folder, folders, files in os.walk(self.root):
            for name in (*folders, *files):
                path = os.path.join(folder, name)
                if os.path.islink(path):
                    found[path] = os.readlink(path)
        return found

    def outside(self) -> dict[str, tuple[object, ...]]:
        """Returns the state of everything that no command may change."""
        state: dict[str, tuple[object, ...]] = dict.fromkeys(os.listdir(self.root), ())
        for top in (self.canary, self.shared, self.inputs, self.home):
            for path in (top, *sorted(top.rglob("*"))):
                status = path.lstat()
                data = path.read_bytes() if stat.S_ISREG(status.st_mode) else b""
                seen: tuple[object, ...] = (status.st_mode, status.st_uid, status.st_mtime_ns, data)
                if top != self.shared:  # there, a second name that is removed changes these
                    seen += (status.st_ctime_ns, status.st_nlink)
                state[str(path)] = seen
        return state

    def secrets(self) -> Iterator[str]:
        """Yields the paths of the files of the archive, the outputs and the temporary files that have the secret."""
        for top in (self.archive, self.out, self.tmp):
            for path in _files(top):
                if _has_secret(path):
                    yield str(path)


def bases(folder: Path) -> dict[str, Path]:
    """Makes an archive with each engine, with all that an archive can have; returns their paths by engine.

    The index is behind by one article, so a search writes it.
    """
    made = {}
    for engine in ("whoosh", "tantivy"):
        top = folder / engine
        inputs = top / "inputs"
        inputs.mkdir(parents=True)
        _write_inputs(inputs)
        with Archive.create(top / "archive", engine=engine) as archive:
            archive.import_(inputs, jobs=1)
            (inputs / "a.jsonl").write_text((inputs / "a.jsonl").read_text().replace("expect", "fear"), "utf-8")
            archive.import_(inputs / "a.jsonl", jobs=1)
            with suppress(Exception):
                archive.import_(["http://127.0.0.1:9/x"], jobs=1)
            archive.save_search("harbour", "tag:harbour")
            next((top / "archive" / "articles").rglob("*undone*.md")).unlink()
            archive.sync()
            archive.search("pier")
        with closing(sqlite3.connect(top / "archive/.docarchive/catalog.sqlite")) as catalog, catalog:
            catalog.create_function("row_sum", -1, row_sum)
            catalog.execute("INSERT INTO journal (id, sum) SELECT id, row_sum(id) FROM articles LIMIT 1")
        made[engine] = top / "archive"
    return made


def _write_inputs(folder: Path) -> None:
    articles = [
        {"id": "1", "title": "The harbour council votes", "date": "2024-03-16", "tags": ["harbour", "trade"]}
        | {"body": "The harbour council voted for a new pier. " * 6, "url": "https://example.org/1"},
        {"id": "2", "title": "Wheat prices climb", "date": "2024-03", "authors": ["Bo Larsen"], "rating": 4}
        | {"body": "Wheat climbed again. Traders expect more of the same.", "url": "https://example.org/2"},
        {"id": "3", "title": "The council votes again", "tags": ["harbour"]}
        | {"body": "The harbour council voted for a new pier. " * 6, "url": "https://example.org/3"},
        {"title": "Undone", "date": "2023-01-01", "body": "This one is deleted by hand."},
    ]
    lines = [json.dumps(article) for article in articles] + ['{"title": 3', "{}"]
    (folder / "a.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    (folder / "page.html").write_text(
        '<html lang="en"><head><title>A page</title></head><body><article><h1>A page</h1>'
        f"<p>{'The pier has a lamp, and the lamp is lit. ' * 9}</p><img src='pics/a.png' alt='A lamp'>"
        f"<p>{'The keeper lives in the village and walks. ' * 9}</p></article></body></html>",
        "utf-8",
    )
    (folder / "pics").mkdir()
    (folder / "pics/a.png").write_bytes(_PNG)
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4\nnothing")
    (folder / "note.txt").write_text("A plain note\n\nOn the pier.\n", "utf-8")


def _files(top: Path) -> Iterator[Path]:
    for folder, _, names in os.walk(top):
        for name in names:
            path = Path(folder, name)
            if stat.S_ISREG(path.lstat().st_mode):
                yield path


def has_secret(data: bytes) -> bool:
    """Returns whether the secret is in some bytes."""
    return any(pattern in data for pattern in _PATTERNS)


def _has_secret(path: Path) -> bool:
    with path.open("rb") as file:
        data = file.read(_MAX_SCANNED)
    if has_secret(data):
        return True
    if data[:2] == b"\x1f\x8b":
        with suppress(zlib.error):
            return has_secret(zlib.decompressobj(31).decompress(data, _MAX_SCANNED))
    if data[:4] == b"PK\3\4" and path.suffix in (".zip", ".epub", ".xlsx"):
        with suppress(Exception), zipfile.ZipFile(io.BytesIO(data)) as package:
            return any(has_secret(package.open(name).read(_MAX_SCANNED)) for name in package.namelist())
    return False


def _chunk(kind: bytes, data: bytes) -> bytes:
    body = kind + data
    return len(data).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")


def digest(path: Path) -> str:
    """Returns the SHA-256 of a file in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
