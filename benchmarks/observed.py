"""What can be seen of an archive, and whether one is what another was before or after an operation."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, NamedTuple

from docarchive import Archive, DocarchiveError
from docarchive.catalog.copies import unpacked
from docarchive.store.layout import DELETED, KEPT, LOG

#: A time of day: of the import, of a refusal, of a deletion.
_TIME: Final = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
_QUERIES: Final = ("gull", "harbour", "pier", "again", '"number 3"', "gul*", "tag:t1")
#: Of the catalog: when and in which order things happened, what the last import said (else that is read from the
#: original), and tables whose content is in others or about times.
_COLUMNS: Final = {
    "n",
    "label",
    "modified",
    "position",
    "digest",
    "terms",
    "archived_start",
    "archived_end",
    "said",
    "sum",
}
_TABLES: Final = {"facts", "labels", "journal", "folders", "sqlite_sequence", "bands", "recent_bands"}
#: The folder of a change in the trash: an interrupted change has a number too.
_IN_TRASH: Final = re.compile(r"^trash/\d+/")
_TRASH_NAME: Final = re.compile(r"(?<=/)trash/\d+")

Files = dict[str, bytes]  # by path


class Article(NamedTuple):
    """An article: its row in the catalog, its file, and the queries that find it."""

    row: dict[str, object]
    text: bytes | None
    found_by: frozenset[str]


class Observed(NamedTuple):
    """An archive as its user sees it; times of day left out."""

    articles: dict[str, Article]  # by id
    files: dict[str, bytes]  # the archive's files apart from those that are derived
    outputs: dict[str, dict[str, bytes]]  # what is next to the archive: by name the files in it, by path
    catalog: dict[str, list[Any]]
    facets: object
    logged: dict[str, bool]  # by id: whether the log says last what the article's file is now


def observe(root: Path) -> Observed:
    """Opens an archive and looks at everything; also at another that may have been created next to it."""
    created = root.with_name("created")
    if (created / "docarchive.toml").exists():
        with Archive.open(created) as archive:
            assert len(archive) == archive.count("gull") == 0, "a new archive is not empty"
    with Archive.open(root) as archive:
        rows = {row.id: row for row in archive.list()}
        found: dict[str, set[str]] = {id_: set() for id_ in rows}
        for query in _QUERIES:
            ids = [row.id for row in archive.list(query)]
            assert len({*ids}) == len(ids), f"{query} finds articles twice"
            for id_ in ids:
                assert id_ in found, f"{query} finds {id_}, which is not listed"
                found[id_].add(query)
        results = archive.search("gull", limit=None, facets=["tag", "year"])
        facets = results.facets
        assert {hit.id for hit in results} == {id_ for id_, queries in found.items() if "gull" in queries}
        assert archive.is_current(), "the index is not up to date"
        assert len(archive) == len(rows) == archive.count(), "the numbers of articles differ"
        texts = {id_: _text(archive, id_) for id_ in rows}
        for id_, text in texts.items():
            if text and b"\noriginal:" in text:
                archive.original(id_)
    catalog = dict(_catalog(root / ".docarchive/catalog.sqlite"))
    files = {row["id"]: row for row in catalog["articles"]}
    articles = {id_: Article(files[id_], texts[id_], frozenset(found[id_])) for id_ in rows}
    outputs = {
        path.name: {
            str(file.relative_to(root.parent)): _read(file) for file in _files(path) if ".new/" not in str(file)
        }
        for path in root.parent.iterdir()
        if path.name not in (root.name, "created") and not path.name.endswith(".new")
    }
    return Observed(articles, _archive_files(root), outputs, catalog, facets, _logged(root))


def names(root: Path) -> set[str]:
    """Returns the names of all files and folders, of archive and targets; those of an index's segments without ids.

    What tantivy deleted from a segment is in a file with the number of its last call, which an interruption changes.
    """
    segment = re.compile(r"(?<=MAIN_)[0-9a-f]{16}|[0-9a-f]{32}(?:\.\d+(?=\.del$))?")
    paths = (str(path.relative_to(root.parent)) for path in root.parent.rglob("*"))
    temporary = f"{root.name}/.docarchive/tmp"  # it may stay, empty
    kept = f"{root.name}/{KEPT}"  # copies, which the next command that writes makes
    return {
        _TRASH_NAME.sub("trash/N", segment.sub("ID", path))
        for path in paths
        if not path.endswith("-shm") and path != temporary and not path.startswith(kept)
    }


def unknown_segments(root: Path) -> list[str]:
    """Returns the files of an archive's indexes that belong to no segment."""
    unknown: list[str] = []
    for index in root.glob(".docarchive/index/*"):
        listed = index / ("segments.json" if index.name == "whoosh" else ".managed.json")
        known = listed.read_text() if listed.exists() else ""
        deletes = _deletes(index / "meta.json")
        for path in index.iterdir():
            match = re.fullmatch(r"MAIN_(\w+)\.idx|([0-9a-f]{32})\..*", path.name)
            is_unknown = (
                path.name not in deletes if path.suffix == ".del" else (match and (match[1] or path.name) not in known)
            )
            if is_unknown:
                unknown.append(path.name)
    return unknown


def _deletes(meta: Path) -> set[str]:
    """Returns the names of the files that say what was deleted from the segments of a tantivy index."""
    segments = json.loads(meta.read_text())["segments"] if meta.exists() else ()
    return {
        f"{segment['segment_id'].replace('-', '')}.{segment['deletes']['opstamp']}.del"
        for segment in segments
        if segment["deletes"]
    }


def differences(found: Observed, old: Observed, new: Observed, *, done: bool) -> Iterator[str]:
    """Yields what is neither as it was before an operation nor as it is after it; once it is done, only the latter."""
    allowed = [new] if done else [old, new]
    for id_ in sorted({*old.articles, *new.articles, *found.articles}):
        states = [state.articles.get(id_) for state in allowed]
        if not _is_one_of(article := found.articles.get(id_), states, [old.articles.get(id_), new.articles.get(id_)]):
            yield f"article {id_} {_apart(article, states)}"
    yield from _file_differences(found, old, new, done=done)
    for name in sorted({*old.outputs, *new.outputs, *found.outputs}):
        outputs = [state.outputs.get(name, {}) for state in (found, old, new)]
        if wrong := _wrong_files(*outputs, done=done):
            yield f"{name} is half done, in {len(wrong)} of {len(outputs[2])} files: {wrong[:3]}"
    if done:
        yield from _derived_differences(found, new)


def _whole_lines(data: bytes) -> list[bytes]:
    """Returns the lines of a list in order, without halves of others, as an interruption leaves them."""
    lines = sorted(data.splitlines())
    return [
        line
        for line, after in zip(lines, [*lines[1:], b""], strict=True)
        if line == after or not after.startswith(line)
    ]


def _file_differences(found: Observed, old: Observed, new: Observed, *, done: bool) -> Iterator[str]:
    allowed = [new] if done else [old, new]
    for path in sorted({*old.files, *new.files, *found.files}):
        data = [state.files.get(path, b"") for state in (found, old, new)]
        if path.endswith(".jsonl") and not done:  # a list, to which lines are added; a purge replaces it
            lines, before, after = ({*text.splitlines()} for text in data)
            if data[0] not in data[1:] and not before <= lines <= after:
                yield f"{path} is {data[0]!r}"
        elif path.endswith(".jsonl") and _whole_lines(data[0]) == _whole_lines(data[2]):
            continue
        elif found.files.get(path) not in [state.files.get(path) for state in allowed]:
            yield f"{path} is half done: {data[0][:200]!r}"


def _wrong_files(found: Files, old: Files, new: Files, *, done: bool) -> list[str]:
    """Returns the files of an export that are neither old nor new; in a filled folder, each may be either."""
    known = [new] if done else [old, new]
    if found in known:
        return []
    if len(old) <= 1:
        known = [new]
    return sorted(path for path in {*found, *old, *new} if found.get(path) not in [files.get(path) for files in known])


def _is_one_of(article: Article | None, states: list[Article | None], known: list[Article | None]) -> bool:
    """Returns whether an article is in one of some states; a file that was edited may be found by what is in it now."""
    for state in states:
        if article is None or state is None:
            if article is state:
                return True
        elif (article.row, article.text) == (state.row, state.text):
            found_by = [state.found_by] + [other.found_by for other in known if other and other.text == article.text]
            return article.found_by in found_by
    return False


def _derived_differences(found: Observed, new: Observed) -> Iterator[str]:
    for name in new.catalog:
        rows, expected = found.catalog.get(name, []), new.catalog[name]
        if rows != expected:
            missing, more = [row for row in expected if row not in rows], [row for row in rows if row not in expected]
            yield f"the catalog's {name} lack {missing[:3]} and have {more[:3]}"
    if found.logged != new.logged:
        yield f"the log says {found.logged}, not {new.logged}"
    if found.facets != new.facets:
        yield f"the facets are {found.facets}, not {new.facets}"


def _apart(article: Article | None, states: list[Article | None]) -> str:
    """Returns in which parts an article differs from those that it should be."""
    known = [state for state in states if state]
    if article is None or not known:
        return "is missing" if article is None else "should not be there"
    parts = []
    for name, value in article._asdict().items():
        others = [getattr(one, name) for one in known]
        if value in others:
            continue
        if isinstance(value, dict):
            keys = [key for key in value if all(value[key] != other[key] for other in others)]
            value, others = {key: value[key] for key in keys}, [{key: one[key] for key in keys} for one in others]
        parts.append(f"{name} is {value}, not {others}")
    return f"is half done: {'; '.join(parts) or 'parts are old, parts are new'}"


def _text(archive: Archive, id_: str) -> bytes | None:
    try:
        return _without_times(archive.text(id_).encode())
    except DocarchiveError:
        return None


def _archive_files(root: Path) -> dict[str, bytes]:
    """Returns the files of an archive, apart from what is derived and from temporary ones."""
    paths = {_IN_TRASH.sub("trash/N/", str(path.relative_to(root))): path for path in _files(root)}
    return {
        path: _read(file)
        for path, file in paths.items()
        if not path.startswith(".docarchive/") and not path.endswith(".new") and path != LOG
    }


def _logged(root: Path) -> dict[str, bool]:
    """Returns of each article whether the log says last what its file is now.

    The log itself has more lines after an interruption: they say what was about to be done.
    """
    last: dict[str, str | None] = {}
    for line in (root / LOG).read_bytes().splitlines() if (root / LOG).exists() else ():
        with suppress(ValueError):
            entry = json.loads(line)
            if "id" in entry:
                last[entry["id"]] = entry["after"] and entry["after"][1]
    now = {file.name.rpartition(".")[0].rpartition(".")[2]: file for file in _files(root / "articles")}
    return {
        id_: (sha256(now[id_].read_bytes()).hexdigest() if id_ in now else None) == digest
        for id_, digest in sorted(last.items())
    }


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    else:
        yield from (file for file in path.rglob("*") if file.is_file())


def _read(path: Path) -> bytes:
    return _without_times(path.read_bytes())


def _without_times(data: bytes) -> bytes:
    return _TIME.sub(b"TIME", data)


def _catalog(path: Path) -> Iterator[tuple[str, list[Any]]]:
    """Yields the tables of a catalog with their rows, in which an article's number is its id."""
    with closing(sqlite3.connect(path.as_uri(), uri=True)) as database:
        database.row_factory = sqlite3.Row
        ids = dict(database.execute("SELECT n, id FROM articles").fetchall())
        labels = {row["label"]: (row["key"], row["value"]) for row in database.execute("SELECT * FROM labels")}
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            if table in _TABLES:
                continue
            kept = []
            for row in database.execute(f"SELECT * FROM {table}"):
                values = {name: _plain(row[name]) for name in row.keys() if name not in _COLUMNS}  # noqa: SIM118
                if "n" in row.keys():  # noqa: SIM118
                    values["id"] = ids[row["n"]]
                if "label" in row.keys():  # noqa: SIM118
                    values["label"] = labels[row["label"]]
                if re.search(r'"(?:notes|highlights)": ', str(values.get("metadata", ""))):
                    del values["content"]  # a digest of what has times
                if table == "copies":
                    values["copy"] = _without_times(unpacked(row["copy"])).decode()
                if values.get("path") not in (LOG, DELETED):  # see _logged and _whole_lines
                    kept.append(values)
            yield table, sorted(kept, key=lambda values: json.dumps(values, sort_keys=True, default=repr))
        bands = database.execute("SELECT band, n FROM bands UNION SELECT band, n FROM recent_bands").fetchall()
        yield "bands", sorted((band, ids[n]) for band, n in bands)


def _plain(value: object) -> object:
    return _IN_TRASH.sub("trash/N/", _without_times(value.encode()).decode()) if isinstance(value, str) else value
