"""The writer of bags: articles and originals with their digests (BagIt 1.0, RFC 8493)."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import IO, Final

from docarchive.formats.folders import original_path
from docarchive.pictures import paths_in, placed
from docarchive.slugs import Names
from docarchive.writers.layouts import safe_stem
from docarchive.writers.protocol import Document, Files, WriteOptions, Writer

_BAGIT: Final = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_IN_MEMORY: Final = 10_000_000


class BagitWriter(Writer):
    """Writes a bag: ``data/articles/`` as in the archive, ``data/originals/``, and manifests of SHA-256.

    There is no ``Bagging-Date``: the same articles make the same bag.
    """

    name = "bagit"
    summary = "a bag for preservation, with originals and manifests (BagIt)"
    originals = True
    stream = False
    folder = True
    round_trips = True

    def write_files(self, documents: Iterable[Document], files: Files, options: WriteOptions) -> None:
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as manifest:
            count = size = 0
            for path, digest, length in _payload(documents, files):
                manifest.write(_line(digest, path))
                count, size = count + 1, size + length
            tags = {"bagit.txt": sha256(_BAGIT).hexdigest()}
            files.add("bagit.txt", _BAGIT)
            info = _info(options, count, size)
            tags["bag-info.txt"] = sha256(info).hexdigest()
            files.add("bag-info.txt", info)
            manifest.seek(0)
            tags["manifest-sha256.txt"] = _digest(manifest)
            manifest.seek(0)
            with files.open("manifest-sha256.txt") as out:
                for line in manifest:
                    out.write(line)
            lines = b"".join(_line(digest, path) for path, digest in sorted(tags.items()))
            files.add("tagmanifest-sha256.txt", lines)


def _payload(documents: Iterable[Document], files: Files) -> Iterator[tuple[str, str, int]]:
    """Writes articles and originals; yields the path, the SHA-256 and the size in bytes of every file."""
    names = Names()
    written: set[bytes] = set()
    for document in documents:
        path = names.unique(f"data/articles/{safe_stem(document)}", ".md", id=document.id)
        data = placed(document.text, path.removeprefix("data/")).encode()
        files.add(path, data)
        yield path, sha256(data).hexdigest(), len(data)
        for original in (document.original, *map(document.picture, paths_in(document.text))):
            if original is None:
                continue
            digest = original.name.partition(".")[0]
            if (mark := bytes.fromhex(digest)) not in written:
                written.add(mark)
                path = f"data/{original_path(original.name)}"
                files.copy(path, original)
                yield path, digest, original.stat().st_size


def _info(options: WriteOptions, count: int, size: int) -> bytes:
    title = " ".join(options.title.split())
    lines = [
        "Bag-Software-Agent: docarchive",
        f"External-Description: {title}",
        f"Payload-Oxum: {size}.{count}",
    ]
    return "".join(f"{line}\n" for line in lines).encode()


def _line(digest: str, path: str) -> bytes:
    encoded = path.replace("%", "%25")  # of the characters that must be encoded, a safe name has only this
    return f"{digest}  {encoded}\n".encode()


def _digest(file: IO[bytes]) -> str:
    digest = sha256()
    for chunk in iter(lambda: file.read(1 << 20), b""):
        digest.update(chunk)
    return digest.hexdigest()
