"""Which keys the columns of a table hold, by their names (decision 0023)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from docarchive import keys
from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.formats.tables import is_own
from docarchive.readers.protocol import ReadOptions
from docarchive.readers.tables.own import read_own
from docarchive.readers.tables.values import as_json
from docarchive.readers.text.header_words import translated_key
from docarchive.readers.values.cells import is_empty, read_list
from docarchive.readers.values.mapping import BODY, build_article, column_list, known_key, missing_columns, names_text
from docarchive.readers.values.texts import TEXT_NAMES, letters_of
from docarchive.records import NamedTuple

#: Names of columns by key, in lower case without spaces and signs. If several columns have a key with one value, the
#: column whose name comes first here is used.
_NAMES_OF_KEYS: Final = {
    "title": "title headline heading subject name",
    BODY: " ".join(TEXT_NAMES),
    "date": "date published datepublished publishedat publisheddate publisheddatetime publishedon publishedtime "
    "publishdate publicationdate pubdate dateissued issued firstpublished posted postdate dateposted postedat "
    "created createdat creationdate createdon datecreated datetime timestamp time",
    "updated": "updated updatedat lastmod modified modifiedat datemodified lastmodified lastmodifiedat lastupdated "
    "dateupdated modifieddate updateddate",
    "url": "url link href uri permalink weburl canonicalurl sourceurl pageurl address",
    "authors": "authors author byline creator writer by",
    "source": "source publisher publication outlet newspaper sitename site publicationtitle",
    "source_id": "sourceid",
    "section": "section articlesection desk rubric",
    "language": "language lang inlanguage languagecode",
    "summary": "summary description abstract excerpt shortdescription standfirst teaser dek lead "
    "abstractnote",  # of Zotero, as the title of the publication and the tags by hand
    "tags": "tags tag keywords keyword topics topic categories category labels subjects manualtags",
    "people": "people person persons",
    "organizations": "organizations organization organisations organisation orgs org",
    "places": "places place locations location",
    "id": "id uid",
}
_KEYS_OF_NAMES: Final = {
    name: (key, rank) for key, names in _NAMES_OF_KEYS.items() for rank, name in enumerate(names.split())
}
#: Names of columns with texts, in other languages; ``header_words`` has those of other keys.
_TEXTS: Final = frozenset(
    """
    inhalt volltext artikeltext contenu texte contenido texto contenuto testo conteúdo inhoud tekst innehåll innhold
    treść содержание текст зміст içerik metin κείμενο 本文 内容 正文 內容 본문 내용 النص المحتوى
    """.split()  # noqa: SIM905
)
_TRANSLATED_KEYS: Final = frozenset(
    ["title", "date", "updated", "authors", "source", "url", "language", "summary", "section", "tags"]
)
#: Names that are words of English too, and those keys' names only next to others in their languages.
_ALSO_ENGLISH: Final = frozenset(["data", "web", "agency", "rubric"])
#: The rank of a name in another language: any in English comes first.
_LAST_RANK: Final = 1_000
#: Prefixes that names may have: ``article_title``.
_PREFIXES: Final = ("article", "post", "news", "item", "story", "entry", "document", "doc", "page", "main")
#: Wider tables are refused.
MAX_COLUMNS: Final = 2_000

#: Columns that hold nothing but the numbers of rows.
_ROW_NUMBERS: Final = re.compile(r"(?:unnamed:?_?\d*|index|column_\d+)", re.IGNORECASE)


class Columns(NamedTuple):
    """The columns of a table.

    Attributes:
        names: The names of all columns; no two are the same.
        keys: The key that a column holds, by the column's name, where it is known.
    """

    names: tuple[str, ...]
    keys: Mapping[str, str]

    @property
    def body(self) -> str:
        """The name of the column that holds the text; empty if there is none."""
        return next((name for name, key in self.keys.items() if key == BODY), "")

    def is_table_of_articles(self) -> bool:
        """Returns whether a column holds titles or texts."""
        return bool({BODY, "title"} & set(self.keys.values()))


def key_of(name: str) -> tuple[str, int] | None:
    """Returns the key that a column of this name holds, and the rank of the name for it; None for an unknown name."""
    letters = letters_of(name)
    if letters in _KEYS_OF_NAMES:
        return _KEYS_OF_NAMES[letters]
    for prefix in _PREFIXES:
        if letters.startswith(prefix) and (match := _KEYS_OF_NAMES.get(letters.removeprefix(prefix))):
            return match
    if known := keys.descriptive(name) or keys.descriptive(letters):
        return known, _LAST_RANK - 1
    return None if letters in _ALSO_ENGLISH else _translated(name)


def _translated(name: str) -> tuple[str, int] | None:
    """Returns the key and the rank of a column by its name in another language; None for an unknown name."""
    words = " ".join(re.sub("[_-]", " ", name).split()).lower()
    key = BODY if words in _TEXTS else translated_key(words)
    return (key, _LAST_RANK) if key == BODY or key in _TRANSLATED_KEYS else None


def columns_of(header: Sequence[str], options: ReadOptions) -> Columns:
    """Returns the columns of a table.

    Args:
        header: The names of the columns; they may be empty, and two may be the same.
        options: The user's mapping takes precedence over the names.

    Raises:
        ReaderError: The mapping names a column that is missing.
    """
    names = _unique_names(header)
    mapping = {key: name for key, name in options.mapping.items() if key not in options.optional or name in names}
    if unknown := set(mapping.values()) - set(names):
        raise missing_columns(mapping, names, unknown)
    keys_of_columns = {column: known_key(key) for key, column in mapping.items()}
    mapped_keys = set(keys_of_columns.values())
    ranked: dict[str, tuple[int, str]] = {}
    is_translated = any(match[1] == _LAST_RANK for match in map(key_of, names) if match)
    for name in names:
        key, rank = key_of(name) or (_translated(name) if is_translated else None) or ("", 0)
        if not key or key in mapped_keys or name in keys_of_columns:
            continue
        if key in keys.SEVERAL:
            keys_of_columns[name] = key
        elif key not in ranked or rank < ranked[key][0]:
            ranked[key] = rank, name
    keys_of_columns.update({name: key for key, (_, name) in ranked.items()})
    return Columns(names, {name: keys_of_columns[name] for name in names if name in keys_of_columns})


def row_reader(
    header: Sequence[str],
    options: ReadOptions,
    read_own_row: Callable[[Sequence[Any]], Article] = read_own,
    *,
    named: bool = False,
) -> tuple[Columns, Callable[[Sequence[Any]], Article]]:
    """Returns the columns of a table of articles, and the function that makes an article of a row's values.

    Args:
        header: The names of the columns.
        options: The user's mapping takes precedence over the names.
        read_own_row: Makes an article of a row of a table that docarchive wrote.
        named: Whether a row may have no text, even if columns that no article has have words.

    Raises:
        ReaderError: There are too many columns, they are not those of articles, or the mapping names a missing one.
    """
    if len(header) > MAX_COLUMNS:
        raise ReaderError(f"the table has more than {MAX_COLUMNS:,} columns")
    columns = columns_of(header, options)
    if is_own(columns.names) and not {*options.mapping} - options.optional:
        return columns, read_own_row
    if not columns.is_table_of_articles():
        raise ReaderError(
            "no column looks like a title or a text; name them with --map title=COLUMN and "
            f"--map body=COLUMN; the columns are {column_list(columns.names)}"
        )
    return columns, partial(_read_row, columns, named or names_text({*options.mapping} - options.optional))


def _read_row(columns: Columns, named: bool, values: Sequence[Any]) -> Article:
    known: dict[str, Any] = {}
    others: dict[str, Any] = {}
    for name, value in zip(columns.names, values, strict=False):
        key = columns.keys.get(name)
        if is_empty(value):
            continue
        if key is None:
            if not (_ROW_NUMBERS.fullmatch(name) and str(value).isdigit()):
                others[name] = as_json(value)
        elif key in known:
            known[key] = [*_as_list(key, known[key]), *_as_list(key, as_json(value))]
        else:
            known[key] = as_json(value)
    return build_article(known, others, columns.body, named=named)


def _as_list(key: str, value: object) -> list[object]:
    values = read_list(value)
    if isinstance(values, str):
        return [item.strip() for item in re.split("[,;]" if key == "tags" else ";", values)]
    return list(values) if isinstance(values, list) else [values]


def _unique_names(header: Sequence[str]) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for number, cell in enumerate(header, start=1):
        name = " ".join(cell.split())[:200] or f"column_{number}"
        unique, count = name, 1
        while unique in names:
            count += 1
            unique = f"{name}_{count}"
        names[unique] = None
    return tuple(names)
