"""Damaged articles: files that a crash, a disk or a cloud client has damaged, which are no edits. See decision 0068.

An article's file was edited if it still says which article it is. A file that is empty, that is cut off in its front
matter, that has zero bytes in it, or that has lost the id of its article is damaged. Its article stays as it is in the
catalog and in the index until a whole file is there again.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Final

from docarchive import frontmatter
from docarchive.article import ID_FORM, Article
from docarchive.catalog import Catalog
from docarchive.errors import ArchiveDamaged, ArticleError, DocarchiveError, InputError
from docarchive.identity import make_id, strong_identity
from docarchive.store import Store
from docarchive.store.layout import is_article_path, next_version, own_rank

_ID: Final = re.compile(r"[A-Za-z0-9][\w.-]{0,63}", re.ASCII)
_OWN_NAME: Final = re.compile(rf"\.({ID_FORM.pattern})\.md\Z")
#: The start of front matter: a fence, or that of a JSON object.
_OPENING: Final = re.compile(r"\ufeff?(?:(?:---|\+\+\+)(?:yaml|toml)?[ \t]*(?:\r?\n|\Z)|\{\s*\")")
#: What the catalog says of a file without front matter, too.
_OF_TEXT_ALONE: Final = frozenset({"id", "title", "title_derived", "language"})
_KEPT: Final = "; the archive keeps what it has of the article"
_NOTHING: Final = "\0\ufeff \t\r\n"


def read_article(store: Store, path: str, catalog: Catalog) -> Article:
    """Reads an article's file; see ``read_with_content``."""
    return read_with_content(store, path, catalog)[0]


def read_with_content(store: Store, path: str, catalog: Catalog) -> tuple[Article, bytes]:
    """Reads an article's file, with the id that it has there; returns the article and the bytes of the file.

    Args:
        store: The archive's files.
        path: The path of the file, relative to the archive.
        catalog: A catalog that says which article the file had.

    Raises:
        NotFoundError: There is no such file.
        InputError: It has front matter that cannot be read, or a value in it is not valid.
        ArchiveDamaged: It cannot be read or is damaged; the text begins with its path and says what to do.
    """
    text = read_text(store, path, catalog)
    if "\0" in text:  # first: front matter with zero bytes is not valid either
        check(text, None, store, path, catalog)
    article = frontmatter.read_article(text)
    article.id = check(text, article, store, path, catalog)
    return article, text.encode()


def read_text(store: Store, path: str, catalog: Catalog) -> str:
    """Reads the text of an article's file, damaged or not; see ``read_with_content``."""
    try:
        return store.read(path)
    except ArchiveDamaged as error:
        raise ArchiveDamaged(f"{error}{_advice(store, catalog, path)}") from None


def check(text: str, article: Article | None, store: Store, path: str, catalog: Catalog) -> str:
    """Returns the id of the article in a file: its own, else one made from its strong identity or from its path.

    Args:
        text: The text of the file.
        article: The article in it, as the file states it; None if it is not known.
        store: The archive's files.
        path: The path of the file, relative to the archive.
        catalog: A catalog that says which article the file had.

    Raises:
        ArticleError: Its own id is not valid.
        ArchiveDamaged: The file is damaged; the text says what to do.
    """
    if article is not None and article.id and "\0" not in text:
        if not is_valid_id(article.id):
            raise ArticleError(
                "id", "an id has up to 64 letters, digits, '.', '_' and '-', and starts with a letter or a digit"
            )
        return article.id
    id_ = make_id(strong_identity(article) or f"path:{path}") if article is not None else ""
    expected = _expected_id(path, catalog)
    if expected is not None and (damage := _damage(text, article, id_, expected, path, catalog)):
        raise ArchiveDamaged(f"{path} {damage}{_advice(store, catalog, path)}")
    return id_


def is_valid_id(id_: str) -> bool:
    """Returns whether an article may have an id."""
    return _ID.fullmatch(id_) is not None


def is_damaged(text: str, store: Store, path: str, catalog: Catalog) -> ArchiveDamaged | None:
    """Returns the error for a damaged file, given its text; None for one that is whole, or whose metadata is wrong."""
    try:
        check(text, None if "\0" in text else frontmatter.read_article(text), store, path, catalog)
    except ArchiveDamaged as error:
        return error
    except InputError:
        pass
    return None


def is_blank(text: str) -> bool:
    """Returns whether a file's text is nothing, or nothing but zero bytes and white space."""
    return not text.strip(_NOTHING)


def last_known(store: Store, catalog: Catalog, id_: str) -> Article | None:
    """Returns what is known of an article whose file is damaged: as the catalog's copy has it.

    Without a copy, it is the catalog's metadata and the text of its last version; without that, the text is empty. None
    if the catalog has no valid metadata.
    """
    if (content := catalog.copy_of(id_)) is not None:
        with suppress(InputError, UnicodeDecodeError):
            article = frontmatter.read_article(content.decode())
            article.id = id_
            return article
    rows = catalog.rows_of([id_])
    body = ""
    for path in reversed(store.versions_of(id_)):
        with suppress(DocarchiveError):
            body = frontmatter.body_of(store.read_version(path))
            break
    with suppress(InputError, KeyError):
        article = Article.from_metadata(rows[id_].metadata, body)
        article.id = id_
        return article
    return None


def _expected_id(path: str, catalog: Catalog) -> str | None:
    """Returns the id of the article that a file had: by the catalog, else by the name that the archive gave it."""
    if entry := catalog.entry_at(path):
        return entry.id
    name = _OWN_NAME.search(path)
    return name[1] if name and own_rank(path, name[1]) == 2 else None


def _damage(text: str, article: Article | None, id_: str, expected: str, path: str, catalog: Catalog) -> str | None:
    """Returns what is wrong with a file that does not state the id of its article; None if it was edited."""
    if not text:
        return "is empty"
    if is_blank(text):
        return "has nothing but zero bytes and white space"
    if "\0" in text:
        return "has zero bytes in it"
    has_front_matter = frontmatter.find_bounds(text).syntax is not None
    if not has_front_matter and _is_cut_off(text, expected, catalog):
        return "is cut off in its front matter"
    if article is None or id_ == expected:
        return None
    if not has_front_matter:
        return f"has lost its front matter and its id, {expected}"
    if not own_rank(path, expected) and expected == make_id(catalog.identity_of(expected) or ""):
        return None  # its id was made from the URL or the like, which was edited
    return f"has lost its id, {expected}"


def _is_cut_off(text: str, id_: str, catalog: Catalog) -> bool:
    """Returns whether a text begins with front matter that does not end; prose may begin with a rule, too."""
    if not _OPENING.match(text):
        return False
    row = catalog.rows_of([id_]).get(id_)
    return row is None or not (row.metadata.keys() <= _OF_TEXT_ALONE and row.metadata.get("title_derived"))


def _advice(store: Store, catalog: Catalog, path: str) -> str:
    """Returns the end of a sentence: what to do about a damaged file; empty for one of which nothing is known."""
    id_ = _expected_id(path, catalog)
    if id_ is None or not is_article_path(path):
        return ""
    row = catalog.rows_of([id_]).get(id_)
    versions = store.versions_of(id_)
    if row and catalog.copy_of(id_) is not None:
        last = f"put its last text back with 'docarchive restore {id_} --version {next_version(versions)}'"
        return f"{_KEPT}; put a whole file there, {last}, or delete the file to delete the article"
    original = store.originals.find(str(row.metadata.get("original", ""))) if row else None
    sources = [f"{version} is its last version" for version in versions[-1:]]
    again = ""
    if original is not None:
        sources.append(f"{original} its original")
        again = " import the original with --again,"
    known = f" ({', '.join(sources)})" if sources else ""
    kept = _KEPT if row else ""
    return f"{kept}; put a whole file there{known},{again} or delete the file to delete the article"
