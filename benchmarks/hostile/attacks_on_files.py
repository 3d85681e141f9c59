"""Attacks on files: what is in the place of the files and folders of an archive, and how they are named."""

from __future__ import annotations

import io
import os
import random
import shutil
import socket
import stat
import zipfile
import zlib
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Final

from benchmarks.hostile.arena import Arena

#: Paths that an archive may have at times, besides those that it has.
_AT_TIMES: Final = (
    *("heads.jsonl", "trash", "README.txt", "manifest.sha256", ".docarchive.toml.1.new", ".deleted.jsonl.1.new"),
    *(".docarchive/tmp", ".docarchive/tmp/1", ".docarchive/writer", ".docarchive/lock", ".docarchive/lock-journal"),
    *(".docarchive/catalog.sqlite-journal", ".docarchive/catalog.sqlite-wal", ".docarchive/catalog.sqlite-shm"),
    *(".docarchive/index/whoosh/state.json.new", ".docarchive/index/tantivy/.tantivy-meta.lock"),
    *(".docarchive/index/tantivy/.tantivy-writer.lock", ".docarchive/index/whoosh.new", ".docarchive/index/other"),
    *(".docarchive/verify.json", ".docarchive/verified", ".docarchive/backup.json", "articles/2024/03/new.md"),
    *("articles/2026/11", "articles/undated", "versions/x", "originals/00", "quarantine/x.json", ".gitignore"),
)
_SPARSE: Final = 3 << 30


def everything(arena: Arena) -> list[str]:
    """Returns the paths of all files and folders that the archive has or may have at times."""
    found = [path.relative_to(arena.archive).as_posix() for path in sorted(arena.archive.rglob("*"))]
    return [*found, *(path for path in _AT_TIMES if path not in found)]


def links(random_: random.Random, arena: Arena) -> str:
    """Puts a link or a special file in the place of something."""
    path = random_.choice(everything(arena))
    place = _cleared(arena, path)
    up = "../" * path.count("/")
    targets = {
        "file": f"{arena.canary}/secret.md",
        "JSON": f"{arena.canary}/secret.json",
        "database": f"{arena.canary}/secret.sqlite",
        "folder": str(arena.canary),
        "relative": f"{up}../canary",
        "relative file": f"{up}../canary/photos/a.png",
        "new file": f"{arena.canary}/new",
        "new file in home": f"{arena.home}/.new",
        "loop": place.name,
        "parent": "..",
        "root": "/",
        "own": f"{up}articles",
        "own file": f"{up}docarchive.toml",
        "/dev/zero": "/dev/zero",
        "/dev/tty": "/dev/tty",
        "environ": "/proc/self/environ",
        "descriptor": "/proc/self/fd/0",
        "magic": "/proc/self/cwd/../canary",
    }
    kind = random_.choice(("link", "link", "link", "link", "hard", "pipe", "socket", "device", "folder", "file"))
    if kind == "link":
        name = random_.choice(list(targets))
        place.symlink_to(targets[name])
        return f"a link to {name} as {path}"
    if kind == "hard":
        os.link(random_.choice(sorted(arena.shared.iterdir())), place)
    elif kind == "pipe":
        os.mkfifo(place)
    elif kind == "socket":
        _bind(place)
    elif kind == "device":
        try:
            os.mknod(place, stat.S_IFCHR | 0o666, os.makedev(1, random_.choice((5, 3, 8))))
        except OSError:
            os.mkfifo(place)
    elif kind == "folder":
        (place / "in").mkdir(parents=True)
        (place / "in/link").symlink_to(arena.canary)
    else:
        place.write_bytes(b"a file")
    return f"{kind} as {path}"


def names(random_: random.Random, arena: Arena) -> str:
    """Adds files with odd names, or renames what is there."""
    odd = random_.choice(
        (
            b"a" * 252 + b".md",
            b"a\nb.md",
            b"\x1b]0;owned\x07\x1b[31m.md",
            "\u202edm.exe".encode() + b".md",
            b"..md",
            b".md",
            b"...",
            b"-rf.md",
            b"--help",
            b"$(touch pwned).md",
            b"\xff\xfe\x80.md",
            "a\ud800.md".encode("utf-8", "surrogatepass"),
            b"C:\\x.md",
            b"\\\\server\\share.md",
            b"%2e%2e%2fx.md",
            b"con.md",
            b"x .md. ",
            b"x.md.json",
            b"x.json",
            b"*.md",
            b"0001.md",
            b"catalog.sqlite-mj0123456789",
            b"\xe2\x80\xa8\xe2\x80\xa9.md",
        )
    )
    folders = [path for path in everything(arena) if (arena.archive / path).is_dir()]
    folder = os.fsencode(arena.archive / random_.choice(folders))
    text = b"---\ntitle: Odd\n---\n\nAn odd pier.\n"
    how = random_.randrange(5)
    with suppress(OSError):
        if how == 0:  # deep
            part = odd if len(odd) < 40 else b"d"
            depth = random_.choice((20, 300))
            _deep(folder, part + b"x", depth, text)
            return f"{depth} folders {part!r} in {os.fsdecode(folder)!a}"
        if how == 1:  # names that differ by case, and by the form of accents
            for name in (b"Case.md", b"case.md", "\u00e9.md".encode(), "e\u0301.md".encode()):
                Path(os.fsdecode(folder + b"/" + name)).write_bytes(text)
            return f"names that differ by case in {os.fsdecode(folder)!a}"
        if how == 2:  # many
            for number in range(2_000):
                Path(os.fsdecode(folder + b"/%d" % number + odd[:200])).write_bytes(text)
            return f"2,000 times {odd[:30]!r} in {os.fsdecode(folder)!a}"
        if how == 3:  # another name of a file
            file = random_.choice([path for path in arena.archive.rglob("*") if path.is_file()])
            os.rename(os.fsencode(file), os.fsencode(file.parent) + b"/" + odd)
            return f"{file.relative_to(arena.archive)} is {odd[:30]!r}"
        Path(os.fsdecode(folder + b"/" + odd)).write_bytes(text)
    return f"{odd[:30]!r} in {os.fsdecode(folder)!a}"


def bombs(random_: random.Random, arena: Arena) -> str:
    """Makes a file huge, or one that is small until it is read."""
    files = [path for path in sorted(arena.archive.rglob("*")) if path.is_file() and not path.is_symlink()]
    if not files:
        return "nothing is left"
    file = random_.choice(files)
    if random_.randrange(2):  # a file with a hole: 3 GB that take no room
        size = 200 << 20 if "originals" in file.parts else _SPARSE
        os.truncate(file, size)
        return f"{size} bytes of {file.relative_to(arena.archive)}"
    kind, data = random_.choice(_bombs())
    parts = [path for path in files if {"originals", "quarantine", "articles", "versions"} & {*path.parts}]
    file = random_.choice(parts or files)
    file.write_bytes(data)
    if "quarantine" in file.parts and random_.randrange(2):
        file.rename(file.with_name(f"0123456789ab-x.{kind}"))
    return f"{kind} in {file.relative_to(arena.archive)}"


def modules(random_: random.Random, arena: Arena) -> str:
    """Adds programs and modules that Python or a shell might take for theirs."""
    code = f"import os\nopen({str(arena.canary / 'ran')!r}, 'w').close()\n"
    folder = random_.choice((".", "articles", ".docarchive", "quarantine"))
    top = arena.archive / folder
    with suppress(OSError):
        for name in ("json", "sqlite3", "encodings", "docarchive", "sitecustomize", "usercustomize", "tantivy", "yaml"):
            (top / f"{name}.py").write_text(code)
        for name in ("cc", "less", "python3", "git", "ldconfig", "uname"):
            (top / name).write_text(f"#!/bin/sh\ntouch {arena.canary}/ran\n")
            (top / name).chmod(0o755)
        (top / "x.pth").write_text(code.replace("\n", ";"))
        (top / "pyvenv.cfg").write_text(f"home = {top}\n")
        (top / "docarchive-0.dist-info").mkdir()
        (top / "docarchive-0.dist-info/entry_points.txt").write_text("[docarchive.readers]\nx = sitecustomize:x\n")
        (top / "docarchive-0.dist-info/METADATA").write_text("Name: docarchive-x\nVersion: 0\n")
    return f"modules in {folder}"


def _cleared(arena: Arena, path: str) -> Path:
    """Removes what is at a path of the archive; returns the full path, whose folder exists."""
    place = arena.archive
    for part in path.split("/")[:-1]:
        place /= part
        if place.is_symlink() or not place.is_dir():
            place.unlink(missing_ok=True)
            place.mkdir()
    place /= path.split("/")[-1]
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    place.unlink(missing_ok=True)
    return place


def _bind(place: Path) -> None:
    server = socket.socket(socket.AF_UNIX)
    old = os.getcwd()
    os.chdir(place.parent)  # an address has at most 107 bytes
    try:
        server.bind(place.name[:100])
    finally:
        os.chdir(old)
        server.close()


def _deep(folder: bytes, name: bytes, depth: int, text: bytes) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir(name, dir_fd=descriptor)
        inner = os.open(name, os.O_RDONLY, dir_fd=descriptor)
        os.close(descriptor)
        descriptor = inner
    with os.fdopen(os.open(b"x.md", os.O_WRONLY | os.O_CREAT, dir_fd=descriptor), "wb") as file:
        file.write(text)
    os.close(descriptor)


@cache
def _bombs() -> list[tuple[str, bytes]]:
    zeros = b"\0" * (1 << 20)
    packed = zlib.compressobj(9, wbits=31)
    gz = b"".join(packed.compress(zeros) for _ in range(300)) + packed.flush()
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package, package.open("x.txt", "w") as inner:
        for _ in range(300):
            inner.write(zeros)
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "lol"}">' for n in range(12))
    return [
        ("gz", gz),
        ("zip", file.getvalue()),
        ("epub", file.getvalue()),
        ("docx", file.getvalue()),
        ("xml", f"<!DOCTYPE x [{entities}]><rss><channel><item><title>&e11;</title></item></channel></rss>".encode()),
        ("md", b"> " * 30_000 + b"x"),
        ("md", b"[" * 50_000 + b"x" + b"](" * 50_000),
        ("md", b"*a_" * 50_000),
        ("md", b"---\na: &a [1]\n" + b"".join(b"b%d: &b%d [*a, *a, *a]\n" % (n, n) for n in range(99)) + b"---\n"),
        ("md", b"---\n" + b"x: " + b"[" * 30_000 + b"\n---\n"),
        ("md", b"---\n" + b"".join(b" " * n + b"x:\n" for n in range(3_000)) + b"---\n"),
        ("html", b"<div>" * 100_000),
        ("html", b"<table><tr><td colspan=999999999 rowspan=999999999>" * 50),
        ("json", b"[" * 1_000_000),
        ("json", b'{"title": ' + b"9" * 1_000_000 + b"}"),
        ("csv", b"a," * 1_000_000),
        ("png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\x7f\xff\xff\xff\x7f\xff\xff\xff\x08\6\0\0\0"),
        ("svg", b"<svg xmlns='http://www.w3.org/2000/svg'>" + b"<g>" * 100_000),
        ("tex", b"$" + b"\\frac{" * 20_000 + b"$"),
        ("eml", b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--a\nContent-Type: message/rfc822\n\n" * 5_000),
    ]
