"""Layout: the names of an archive's folders and of article files.

The name of a file is made once, when its article is imported, and never changed by the program.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from docarchive.folder import Folder
from docarchive.formats.folders import ARTICLES as ARTICLES
from docarchive.formats.folders import ORIGINALS as ORIGINALS
from docarchive.formats.folders import SETTINGS as SETTINGS
from docarchive.regexes import lazy

if TYPE_CHECKING:
    from docarchive.article import Article

QUARANTINE: Final = "quarantine"
DELETED: Final = "deleted.jsonl"
GITIGNORE: Final = ".gitignore"
#: The chain of the heads of manifests.
HEADS: Final = "heads.jsonl"
#: The changes of articles.
LOG: Final = "log.jsonl"
VERSIONS: Final = "versions"
#: Removed articles, in a folder for each change that removed some.
TRASH: Final = "trash"
TEMPORARY: Final = ".docarchive/tmp"
#: The folder of the catalog.
DERIVED: Final = ".docarchive"
CATALOG: Final = ".docarchive/catalog.sqlite"
INDEX: Final = ".docarchive/index"
#: The name of the folder of vectors in it.
MEANING: Final = "meaning"
#: The folder of the catalog and the index of the trash.
OF_TRASH: Final = ".docarchive/trash"
#: How far a verification is.
VERIFICATION: Final = ".docarchive/verification.json"
#: What a purge is about to delete.
PURGE: Final = ".docarchive/purge.json"
LOCK: Final = ".docarchive/lock"
#: Edits that could not be saved, and are taken up again.
EDITS: Final = ".docarchive/edits"
#: A copy of the last manifest.
MANIFEST: Final = ".docarchive/manifest"
#: The folder of copies of the archive's own files.
KEPT: Final = ".docarchive/kept"
#: The files that docarchive writes next to the folders, in order of path.
OWN_FILES: Final = (DELETED, SETTINGS, HEADS, LOG)
#: The folders of an archive that have fixed names.
FOLDERS: Final = (ARTICLES, ORIGINALS, QUARANTINE, VERSIONS, TRASH, TEMPORARY, INDEX, KEPT, OF_TRASH)
UNDATED: Final = "undated"
#: The names in an archive's folder that belong to the archive.
OWN: Final = frozenset({SETTINGS, ARTICLES, ORIGINALS, QUARANTINE, DELETED, HEADS, LOG, VERSIONS, TRASH, ".docarchive"})
#: The names in it that backups have: what is not derived.
BACKED_UP: Final = (OWN - {DERIVED}) | {".gitignore"}

_IN_TRASH: Final = lazy(rf"{TRASH}/\d{{1,18}}/(.+\.md)", re.ASCII | re.DOTALL)
_VERSION: Final = lazy(r"(?:\d{4}|[1-9]\d{4,8})\.md", re.ASCII)
_OWN_FOLDER = rf"{ARTICLES}/(?:{UNDATED}|\d{{4}}(?:/\d\d)?)"


def article_path(article: Article) -> str:
    """Returns the path for an article's file, relative to the archive, with forward slashes.

    ``articles/2024/03/2024-03-16-<slug>.<id>.md``; ``articles/undated/<slug>.<id>.md`` without a date.
    """
    from docarchive.slugs import slugify

    name = f"{slugify(_own_slug(article) or article.title)}.{article.id}.md"
    if article.date is None:
        return f"{ARTICLES}/{UNDATED}/{name}"
    day = article.date.text[:10]
    folder = "/".join(day.split("-")[:2])
    return f"{ARTICLES}/{folder}/{day}-{name}"


def kept_path(path: str) -> str:
    """Returns the path of the copy of one of ``OWN_FILES``."""
    return f"{KEPT}/{path}"


def index_folder(archive: Folder, engine: str) -> Folder:
    """Returns the folder of an engine's index in an archive."""
    return archive / f"{INDEX}/{engine}"


def is_own(root: Path, path: Path) -> bool:
    """Returns whether a path is an archive's folder, or in one of the folders and files that the archive writes.

    Some file systems take names in another letter case for the same.
    """
    real = Path(os.path.realpath(path))
    below = real
    for folder in (real, *real.parents):
        if folder.exists() and os.path.samefile(folder, root):
            return folder == real or below.name.casefold() in OWN
        below = folder
    return False


def is_article_path(path: str) -> bool:
    """Returns whether a path that a catalog names is one under ``articles/``: a stranger's catalog may name any."""
    return is_below((ARTICLES,), path)


def is_below(folders: Collection[str], path: str) -> bool:
    """Returns whether a path, which may be a stranger's, is below one of some folders of an archive."""
    first, *rest = path.split("/")
    return first in folders and bool(rest) and not {"", ".", ".."} & {*rest} and "\0" not in path


def trash_path(path: str, change: int) -> str:
    """Returns the path in the trash for the file of an article that a change removes."""
    return f"{TRASH}/{change}/{path.removeprefix(f'{ARTICLES}/')}"


def path_before_trash(path: str) -> str | None:
    """Returns the path that a file in the trash had before; None if the path is none of ``trash_path``."""
    match = _IN_TRASH.fullmatch(path)
    before = f"{ARTICLES}/{match[1]}" if match else ""
    return before if is_article_path(before) else None


def change_of_trash(path: str) -> int:
    """Returns the number of the change that moved a file into the trash; 0 for another path."""
    return int(path.split("/")[1]) if path_before_trash(path) else 0


def version_path(id_: str, number: int) -> str:
    """Returns the path of the version of an article with a number."""
    return f"{VERSIONS}/{id_}/{number:04d}.md"


def version_number(path: str) -> int:
    """Returns the number in the path of an old version, such as ``versions/ID/0001.md``; 0 if it is none.

    >>> version_number("0012.md"), version_number("12.md"), version_number("10000.md"), version_number("0000.md")
    (12, 0, 10000, 0)
    """
    name = path.rpartition("/")[2]
    return int(name[:-3]) if _VERSION.fullmatch(name) else 0


def next_version(paths: Sequence[str]) -> int:
    """Returns the number of the version after the earlier ones of an article, which have these paths, in order."""
    return version_number(paths[-1]) + 1 if paths else 1


def own_rank(path: str, id_: str) -> int:
    """Returns how well a path matches what ``article_path`` makes for an id: 2 folder and name, 1 name only, 0 not."""
    if not path.endswith(f".{id_}.md"):
        return 0
    return 2 if re.fullmatch(_OWN_FOLDER, path.rpartition("/")[0]) else 1


def _own_slug(article: Article) -> str | None:
    slug = article.extra.get("slug")
    return slug if isinstance(slug, str) else None
