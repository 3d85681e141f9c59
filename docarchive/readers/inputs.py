"""Finding the files to import under the paths that the user named.

Owns what is skipped in folders without being opened: hidden entries, the unfinished mail of a Maildir, and files
that are not articles by their names, such as the pictures and style sheets of a site.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import Final

from docarchive.formats.folders import ARTICLES, SETTINGS, is_no_article
from docarchive.records import NamedTuple

#: Endings of files that come with articles: pictures, sound, films, fonts, programs, settings, indexes.
_ASSETS: Final = (
    ".png .jpg .jpeg .jpe .gif .svg .svgz .webp .avif .ico .bmp .tif .tiff .heic .psd .ai .eps .xbm .ppm .pgm .ras "
    ".mp3 .m4a .ogg .oga .opus .wav .flac .aac .aiff .au .mid .mp4 .m4v .webm .mov .avi .mkv .ogv .vtt .srt "
    ".woff .woff2 .ttf .otf .eot .css .scss .sass .less .styl .js .mjs .cjs .jsx .ts .tsx .map .wasm .vue .svelte "
    ".py .pyc .rb .go .rs .c .h .java .php .pl .lua .sh .bat .ps1 .exe .dll .so .dylib .class .jar .dot .puml "
    ".toml .yaml .yml .ini .cfg .conf .lock .lnk .url .webloc .desktop .log .cdx .cdxj .aux .bbl .bst .blg"
)
ASSETS: Final = frozenset(_ASSETS.split())
_PROGRAMS: Final = (
    "Thumbs.db Desktop.ini Makefile Rakefile Gemfile Procfile Dockerfile Vagrantfile Pipfile CNAME _headers _redirects "
    "robots.txt ads.txt bagit.txt bag-info.txt package.json package-lock.json composer.json bower.json lerna.json "
    "tsconfig.json jsconfig.json manifest.json manifest.webmanifest site.webmanifest hugo_stats.json vercel.json "
    "netlify.json renovate.json"
)
#: Names of files of programs and of servers.
_NAMES: Final = frozenset(_PROGRAMS.split())
#: Folders of site generators and systems that hold no articles, or copies of them.
_FOLDERS: Final = frozenset(
    [
        *("_layouts", "_includes", "_sass", "_data", "_plugins", "_site", "node_modules", "__pycache__"),
        *("__MACOSX", "@eaDir", "$RECYCLE.BIN"),
    ]
)
#: Names of what editors, office programs, downloads and systems leave next to a file: copies, locks, half of it.
_LEFTOVER: Final = re.compile(
    r"~(?:\$|WRL).*|#.*#|.*~|(?:ehthumbs|thumbs|desktop)\.(?:db|ini)|Icon[\r\ufffd]|4913"
    r"|.*\.(?:sw[a-z]|tmp|temp|bak|orig|rej|part|partial|crdownload|opdownload|download|filepart|save|wbk|!ut)",
    re.IGNORECASE | re.DOTALL,
)
#: Folders whose names say what their files are: they are part of ``Input.folder`` even where the user names them.
_MEANINGFUL: Final = ("_posts", "_drafts")
_IN_ARCHIVE: Final = (
    "it is in the archive's own folder; run 'docarchive sync' for articles/, and move other files out to import them"
)
_LINK: Final = "it is a symbolic link; links in folders are not followed; import what it points to"


class Input(NamedTuple):
    """A file to import, or a reason why a path cannot be imported.

    Attributes:
        path: The file.
        size: In bytes; 0 for a pipe, which can be read once.
        problem: Why it cannot be imported, in one sentence; None if it can.
        folder: The folders between the path that the user named and the file, with forward slashes; it begins
            earlier where a folder's name says what the file is, such as ``_posts``.
        asset: Whether it comes with articles and is not opened; only files in folders are.
        in_folder: Whether the user named a folder that it is in, and not the file itself.
    """

    path: Path
    size: int
    problem: str | None = None
    folder: str = ""
    asset: bool = False
    in_folder: bool = False


#: The name of an export of Omnivore, and of the folders next to it.
OMNIVORE: Final = re.compile(r"metadata_\d+_to_\d+\.json")
OMNIVORE_FOLDERS: Final = ("content", "highlights")
#: The name of the list of posts in an export of Substack, and of the folder next to it.
SUBSTACK: Final = "posts.csv"
SUBSTACK_FOLDER: Final = "posts"
_SUBSTACK_HEADER: Final = re.compile(rb'(?:\xef\xbb\xbf)?"?post_id"?,"?post_date"?,"?is_published"?,')
_HEAD: Final = 500
_OF_EXPORTS: Final = ("tmp", *OMNIVORE_FOLDERS, SUBSTACK_FOLDER)


def folders_of_export(names: Collection[str], head: Callable[[str], bytes]) -> tuple[str, ...]:
    """Returns the folders whose files are read together with a file next to them: texts of an export.

    Args:
        names: All names in the folder that they are in.
        head: Returns the first bytes of a file in it.
    """
    omnivore = OMNIVORE_FOLDERS if any(map(OMNIVORE.fullmatch, names)) else ()
    has_posts = SUBSTACK in names and bool(_SUBSTACK_HEADER.match(head(SUBSTACK)))
    return (*omnivore, SUBSTACK_FOLDER) if has_posts else omnivore


def find_inputs(paths: Iterable[Path], archive: Path) -> Iterator[Input]:
    """Yields the files under paths, folders in order of name.

    In folders, hidden entries are skipped, pipes and links are reported and not read, and of another archive only the
    articles are imported.

    Args:
        paths: Files and folders as named by the user; a link named outright is followed.
        archive: The archive that is imported into; its own files are not imported.
    """
    own = Path(os.path.realpath(archive))
    for path in paths:
        try:
            status = path.stat()
        except FileNotFoundError:
            yield Input(path, 0, "there is no such file or folder")
            continue
        except OSError as error:
            yield Input(path, 0, f"it cannot be opened: {error.strerror}")
            continue
        if Path(os.path.realpath(path)).is_relative_to(own):
            yield Input(path, 0, _IN_ARCHIVE)
        elif stat.S_ISDIR(status.st_mode):
            yield from _in_folder(path, own)
        elif stat.S_ISFIFO(status.st_mode):  # a named pipe, or <(…) of a shell
            yield Input(path, 0)
        else:
            yield _file(path, status)._replace(folder=_meaningful_part(path.parent))


def _meaningful_part(folder: Path) -> str:
    """Returns the end of a path, from the first folder whose name says what its files are; empty if none does."""
    parts = os.path.abspath(folder).split(os.sep)
    if parts[-1] == "content":
        return parts[-1]
    start = max((index for index, part in enumerate(parts) if part in _MEANINGFUL), default=len(parts))
    return "/".join(parts[start:])


def _in_folder(folder: Path, own: Path) -> Iterator[Input]:
    # No recursion: folders may be deeper than Python's stack.
    pending: list[tuple[Path, str] | Input] = [(folder, _meaningful_part(folder))]
    while pending:
        item = pending.pop()
        if isinstance(item, Input):
            yield item
        else:
            pending.extend(reversed(_entries(*item, own)))


def _entries(folder: Path, below: str, own: Path) -> list[tuple[Path, str] | Input]:
    """Returns the folders and the files in a folder; ``below`` is the ``Input.folder`` of these files."""
    try:
        with os.scandir(folder) as scan:
            entries = sorted(scan, key=lambda entry: entry.name)
        names = {entry.name for entry in entries}
        if SETTINGS in names and (folder / SETTINGS).is_file():
            return [] if Path(os.path.realpath(folder)) == own else [(folder / ARTICLES, "")]
        excluded = _excluded(folder, names)
        return [
            _entry(entry, below)
            for entry in entries
            if not (entry.name.startswith(".") or (entry.name in excluded and entry.is_dir()))
        ]
    except OSError as error:
        return [Input(folder, 0, f"the folder cannot be opened: {error.strerror}")]


def _excluded(folder: Path, names: Collection[str]) -> Collection[str]:
    """Returns the folders that are skipped: unfinished mail, and texts that are read with the list that names them.

    Args:
        folder: The folder that they are in.
        names: All names in it.
    """

    def head(name: str) -> bytes:
        with open(folder / name, "rb") as file:
            return file.read(_HEAD)

    maildir = ("tmp",) if {"cur", "new", "tmp"} <= {*names} else ()
    return (*maildir, *folders_of_export(names, head))


def _entry(entry: os.DirEntry[str], below: str) -> tuple[Path, str] | Input:
    path = Path(entry.path)
    try:
        if entry.is_symlink():
            return Input(path, 0, _LINK)
        if entry.is_dir():
            return path, f"{below}/{entry.name}" if below else entry.name
        file = _file(path, entry.stat(follow_symlinks=False))
        return file._replace(folder=below, asset=not file.problem and is_asset(f"{below}/{entry.name}"), in_folder=True)
    except OSError as error:  # deleted meanwhile, say; the other entries are still there
        return Input(path, 0, f"it cannot be opened: {error.strerror}")


def input_at(root: Path, path: Path, archive: Path) -> Input | None:
    """Returns what ``find_inputs`` yields for one file below a folder; None if it skips the file.

    Args:
        root: The folder.
        path: The file.
        archive: The archive that is imported into.
    """
    *folders, name = path.relative_to(root).parts
    folder = root
    if any(part.startswith(".") for part in (*folders, name)) or path.is_relative_to(archive):
        return None
    for part in folders:
        excluded = part in _OF_EXPORTS and part in _excluded(folder, os.listdir(folder))
        folder = folder / part
        if excluded or folder.is_symlink() or (folder / SETTINGS).is_file():
            return None
    try:
        status = path.lstat()
    except OSError:
        return None
    if stat.S_ISLNK(status.st_mode):
        return Input(path, 0, _LINK)
    file = _file(path, status)
    below = "/".join(filter(None, [_meaningful_part(root), *folders]))
    return file._replace(folder=below, asset=not file.problem and is_asset("/".join([*folders, name])), in_folder=True)


def is_asset(path: str) -> bool:
    """Returns whether a file comes with articles and is none itself, by its name: a picture of a page, say.

    So are what an editor leaves next to a file, such as ``x~``, the tag files of bags, the originals in an export, and
    files in folders such as ``_layouts``.

    Args:
        path: The file's name, after the folders that it is in, as far as they are known; with forward slashes.
    """
    *folders, name = path.split("/")
    return (
        os.path.splitext(name)[1].lower() in ASSETS
        or name in _NAMES
        or is_leftover(name)
        or not _FOLDERS.isdisjoint(folders)
        or is_no_article(path)
    )


def is_leftover(name: str) -> bool:
    """Returns whether a file's name is one that a program gives to a copy, to a lock, or to a file half written."""
    return bool(_LEFTOVER.fullmatch(name))


def _file(path: Path, status: os.stat_result) -> Input:
    if not stat.S_ISREG(status.st_mode):
        return Input(path, 0, "it is neither a file nor a folder")
    return Input(path, status.st_size)
