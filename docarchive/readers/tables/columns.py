"""What the columns of a table hold, by their names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from docarchive import keys
from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.readers.protocol import ReadOptions
from docarchive.readers.values.cells import is_empty, read_list
from docarchive.readers.values.mapping import BODY, build_article, column_list, known_key, missing_columns

#: Names of columns by key, without case, spaces and signs; of a key with one value the first name is taken.
_NAMES: Final = {
    "title": "title headline heading subject name",
    BODY: "body content text markdown md html fulltext bodytext bodymarkdown bodyhtml contenttext contentmarkdown "
    "contenthtml contentencoded plaintext rawtext articletext articlebody maintext story transcript article message",
    "date": "date published datepublished publishedat publisheddate publisheddatetime publishedon publishedtime "
    "publishdate publicationdate pubdate dateissued issued firstpublished posted postdate dateposted postedat "
    "created createdat creationdate createdon datecreated datetime timestamp time",
    "updated": "updated updatedat lastmod modified modifiedat datemodified lastmodified lastmodifiedat lastupdated "
    "dateupdated modifieddate updateddate",
    "url": "url link href uri permalink weburl canonicalurl sourceurl pageurl address",
    "authors": "authors author byline creator writer by",
    "source": "source publisher publication outlet newspaper sitename site",
    "source_id": "sourceid",
    "section": "section articlesection desk rubric",
    "language": "language lang inlanguage languagecode",
    "summary": "summary description abstract excerpt shortdescription standfirst teaser dek lead",
    "tags": "tags tag keywords keyword topics topic categories category labels subjects",
    "people": "people person persons",
    "organizations": "organizations organization organisations organisation orgs org",
    "places": "places place locations location",
    "id": "id uid",
}
_KEYS: Final = {name: (key, rank) for key, names in _NAMES.items() for rank, name in enumerate(names.split())}
_PREFIXES: Final = ("article", "post", "news", "item", "story", "entry", "document", "doc", "page", "main")
_WORTHLESS: Final = re.compile(r"(?:unnamed:?_?\d*|index|column_\d+)", re.IGNORECASE)


class Columns(NamedTuple):
    """The columns of a table.

    Attributes:
        names: All, each another.
        keys: What is in them, for those that are known.
    """

    names: tuple[str, ...]
    keys: Mapping[str, str]

    @property
    def body(self) -> str:
        """The name of the column that holds the text, or nothing."""
        return next((name for name, key in self.keys.items() if key == BODY), "")

    def is_table_of_articles(self) -> bool:
        """Tells whether there is a column of titles or of texts."""
        return bool({BODY, "title"} & set(self.keys.values()))


def key_of(name: str) -> tuple[str, int] | None:
    """Returns the key that a column of this name holds, and the rank of that name; None if it tells nothing."""
    plain = re.sub(r"[\W_]+", "", name.casefold())
    if plain in _KEYS:
        return _KEYS[plain]
    for prefix in _PREFIXES:
        if plain.startswith(prefix) and (found := _KEYS.get(plain.removeprefix(prefix))):
            return found
    return None


def columns_of(header: Sequence[str], options: ReadOptions) -> Columns:
    """Returns what the columns of a table hold.

    Args:
        header: Their names; they may be empty or the same.
        options: What the user says of columns, which goes before what the names say.

    Raises:
        ReaderError: The mapping names a column that is not there.
    """
    names = _distinct(header)
    mapping = {key: name for key, name in options.mapping.items() if key not in options.optional or name in names}
    if unknown := set(mapping.values()) - set(names):
        raise missing_columns(mapping, names, unknown)
    found = {column: known_key(key) for key, column in mapping.items()}
    said = set(found.values())
    ranked: dict[str, tuple[int, str]] = {}
    for name in names:
        key, rank = key_of(name) or ("", 0)
        if not key or key in said or name in found:
            continue
        if keys.KNOWN.get(key) == keys.LIST:
            found[name] = key
        elif key not in ranked or rank < ranked[key][0]:
            ranked[key] = rank, name
    found.update({name: key for key, (_, name) in ranked.items()})
    return Columns(names, {name: found[name] for name in names if name in found})


def wanted(columns: Columns) -> ReaderError:
    """Returns the error for a table whose columns do not look like those of articles."""
    return ReaderError(
        "no column is named like a title or a text; say which they are with --map title=COLUMN and "
        f"--map body=COLUMN; there are {column_list(columns.names)}"
    )


def read_row(columns: Columns, values: Sequence[Any]) -> Article:
    """Makes an article of a row.

    Raises:
        ArticleError: It holds no text at all, or a value is not valid.
        ReaderError: Its text cannot be read.
    """
    picked: dict[str, Any] = {}
    rest: dict[str, Any] = {}
    for name, value in zip(columns.names, values, strict=False):
        key = columns.keys.get(name)
        if is_empty(value):
            continue
        if key is None:
            if not (_WORTHLESS.fullmatch(name) and str(value).isdigit()):
                rest[name] = value
        elif key in picked:
            picked[key] = [*_as_list(key, picked[key]), *_as_list(key, value)]
        else:
            picked[key] = value
    return build_article(picked, rest, columns.body)


def _as_list(key: str, value: object) -> list[object]:
    found = read_list(value)
    if isinstance(found, str):
        return [part.strip() for part in re.split("[,;]" if key == "tags" else ";", found)]
    return list(found) if isinstance(found, list) else [found]


def _distinct(header: Sequence[str]) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for number, cell in enumerate(header, start=1):
        name = " ".join(cell.split())[:200] or f"column_{number}"
        unique, count = name, 1
        while unique in names:
            count += 1
            unique = f"{name}_{count}"
        names[unique] = None
    return tuple(names)
