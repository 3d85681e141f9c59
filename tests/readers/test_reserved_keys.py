"""Keys that docarchive writes itself, in metadata that others wrote: each reader sets their values aside in one way."""

import ast
import pickle
from pathlib import Path
from typing import Any, Final

import pytest
from readers.reserving import BODY, DATE, FIXED_FORMS, FORMS, TITLE, Form

import docarchive.readers
from docarchive import Archive, keys
from docarchive.article import Article
from docarchive.errors import ArticleError
from docarchive.readers import Record, choose, readers
from docarchive.readers.json.jsonl import read_record
from docarchive.readers.sites.generator_keys import normalized
from docarchive.readers.values.reserved_keys import lenient_article, make_article, set_aside

RESERVED: Final = sorted(keys.RESERVED)


def reserved_of(article: Article) -> dict[str, Any]:
    """Returns the values of an article's reserved keys; one of them has no attribute of its own."""
    return {key: getattr(article, key) if hasattr(article, key) else article.extra.get(key) for key in RESERVED}


UNSET: Final = reserved_of(Article())

#: Readers that carry no free metadata, and why: none of their keys is named by who wrote the input.
WITHOUT: Final[dict[str, str]] = {
    **dict.fromkeys(["gzip", "tar", "wacz", "warc", "zip"], "it yields sources, and others read these"),
    **dict.fromkeys(["docx", "odt", "pdf", "rtf"], "a fixed set of properties; custom ones are not read"),
    **dict.fromkeys(["html", "mhtml"], "fixed names of <meta> and of schema.org's properties"),
    **dict.fromkeys(["mail", "mbox"], "a fixed set of headers"),
    **dict.fromkeys(["newsml", "newsml-1", "ninjs", "nitf", "reuters"], "the elements or keys of a standard"),
    **dict.fromkeys(["feed", "jsonfeed", "opml"], "the elements or keys of a standard"),
    **dict.fromkeys(["dayone", "enex", "joplin", "keep", "simplenote"], "the fields of one program"),
    **dict.fromkeys(["blogger", "ghost", "medium", "substack", "wordpress"], "the fields of one program"),
    **dict.fromkeys(["enw", "isi", "nbib"], "fixed tags"),
    "notion": "properties as in front matter; the id of a page would make one article of all rows",
    "notebook": "fixed keys of a notebook; others say how it is run",
    **dict.fromkeys(["bookmarks", "delicious", "instapaper", "omnivore", "pinboard"], "the fields of one program"),
    **dict.fromkeys(["hypothesis", "kindle"], "the fields of one program"),
    **dict.fromkeys(["pocket", "raindrop", "readability", "readwise", "wallabag"], "the fields of one program"),
    "epub": "the elements of a package document; other <meta> are not read",
    "ris": "tags of two letters, none of which is a reserved key",
}


def read(form: Form, key: str, value: str) -> Article:
    """Returns the article of a file with a foreign key, loaded as another process would."""
    reader = readers()[form.reader]
    for module in reader.requires:
        pytest.importorskip(module)
    (record,) = reader.records(form.source(key, value))
    assert isinstance(record, Record)
    article = pickle.loads(pickle.dumps(record.load))()
    assert isinstance(article, Article)
    return article


def test_each_reader_is_in_the_table_or_says_why_it_is_not() -> None:
    tabled = {form.reader for form in FORMS.values()}
    assert tabled | WITHOUT.keys() == readers().keys(), (
        "add the notation of a new reader to FORMS, or a reason to WITHOUT"
    )
    assert not tabled & WITHOUT.keys()
    assert {form.reader for form in FIXED_FORMS.values()} <= WITHOUT.keys()


def test_readers_make_articles_in_one_way() -> None:
    root = Path(docarchive.readers.__file__).parent
    makers = set()
    for path in root.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            named = isinstance(node, ast.Attribute) and node.attr in ("from_metadata", "from_dict", "from_stored")
            if named or (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Article"):
                makers.add(path.relative_to(root).as_posix())
    assert makers == {"values/reserved_keys.py"}, (
        "make articles with make_article, lenient_article or make_record_article"
    )


@pytest.mark.parametrize("key", RESERVED)
@pytest.mark.parametrize("name", FORMS)
def test_a_foreign_value_is_set_aside(name: str, key: str) -> None:
    form = FORMS[name]
    assert choose(form.source(key, "kindlewood")).name == form.reader
    article = read(form, key, "kindlewood")
    assert article.values(f"{key}_as_written") == ["kindlewood"]
    assert reserved_of(article) == UNSET
    assert (article.title, str(article.date), article.body.strip()) == (TITLE, DATE, BODY)
    assert "kindlewood" not in str({**article.metadata(), f"{key}_as_written": None})


@pytest.mark.parametrize("name", sorted(FORMS.keys() - {"CSL-JSON"}))
def test_a_foreign_id_stays_an_id(name: str) -> None:
    article = read(FORMS[name], "id", "pier7")
    assert (article.id, article.body.strip()) == ("pier7", BODY)
    assert "pier7" not in str({**article.metadata(), "id": None})


@pytest.mark.parametrize("key", RESERVED)
@pytest.mark.parametrize("name", FIXED_FORMS)
def test_what_a_fixed_vocabulary_does_not_name_is_no_key(name: str, key: str) -> None:
    form = FIXED_FORMS[name]
    assert choose(form.source(key, "kindlewood")).name == form.reader
    article = read(form, key, "kindlewood")
    assert reserved_of(article) == UNSET
    assert article.title == TITLE
    assert "kindlewood" not in str(article.metadata())


def test_searches_find_what_was_set_aside(tmp_path: Path) -> None:
    values: dict[str, tuple[str, str]] = {}  # by value: the key, and the name of the form
    for number, (name, form) in enumerate(FORMS.items()):
        for module in readers()[form.reader].requires:
            pytest.importorskip(module)
        for key in (*RESERVED, "id"):
            value = f"kindle{number:02}{key.replace('_', '')}"
            path = tmp_path / form.mapping.get("title", "plain") / f"{value}{form.suffix}"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(form.write(key, value))
            values[value] = key, name
    with Archive.create(tmp_path / "archive") as archive:
        for folder in ("plain", "title", "h"):
            mapping = None if folder == "plain" else {"title": folder}
            report = archive.import_(tmp_path / folder, map=mapping, on_duplicate="keep")
            assert report.refused == []
        assert len(archive) == len(values)
        for value, (key, name) in values.items():
            field = f"{key}_as_written"
            if key == "id":
                field = "citation_key" if name == "CSL-JSON" else "source_id"
            (row,) = archive.list(f"{field}:{value}")
            results = archive.search(f"{field}:{value.upper()}", facets=[field])
            assert [hit.id for hit in results.hits] == [row.id]
            assert results.facets[field] == [(value, 1)]
            article = archive.get(row.id)
            assert (article.format, article.duplicate_of) == (FORMS[name].reader, [])
            assert Path(str(article.imported_from).partition(":")[0]).stem == value
            assert str(article.original).startswith("sha256:")


@pytest.mark.parametrize("value", [True, 7, ["a", "b"], {"a": "b"}, 1.5])
@pytest.mark.parametrize("key", RESERVED)
def test_values_of_any_kind_are_set_aside_whole(key: str, value: Any) -> None:
    record = {"title": "T", "body": "B", key: value}
    assert read_record(record).extra == {f"{key}_as_written": value}
    assert make_article({"title": "T", key: value}, "B").extra == {f"{key}_as_written": value}
    assert make_article({"title": "T", key.upper(): value}).extra == {f"{key}_as_written": value}
    assert reserved_of(read_record(record)) == UNSET


@pytest.mark.parametrize("key", RESERVED)
def test_forms_of_one_program_are_not_read_into_foreign_values(key: str) -> None:
    value = {"created": "2020-01-02", "updated": "2021-01-02"}
    assert normalized({key: value, "title": "T"}) == {key: value, "title": "T"}
    assert normalized({key: "[[a]]", "taxonomies": {key: ["#a"]}}) == {key: "[[a]]", "taxonomies": {key: ["#a"]}}


@pytest.mark.parametrize("key", RESERVED)
def test_nothing_is_no_value(key: str) -> None:
    nothing: Any
    for nothing in (None, "", []):
        assert make_article({"title": "T", key: nothing}).extra == {}


def test_several_values_for_one_key_are_all_there() -> None:
    metadata = {"reader": "Kindle", "Reader": ["Nook", "Kobo"], "reader_as_written": "Tolino"}
    assert make_article(metadata, "B").extra == {"reader_as_written": ["Tolino", "Kindle", "Nook", "Kobo"]}
    extra: dict[str, Any] = {}
    for value in ("soon", ["later", "then"], {"a": 1}):
        set_aside(extra, "date", value)
    assert extra == {"date_as_written": ["soon", "later", "then", {"a": 1}]}


def test_a_value_that_is_not_valid_is_set_aside_with_those_of_reserved_keys() -> None:
    metadata = {"title": ["a", "b"], "date": "soon", "published": "16 March 2024 or so", "archived": True}
    with pytest.raises(ArticleError):
        make_article(metadata, "Text.")
    article = lenient_article(metadata, "Text.")
    assert article.extra == {
        "archived_as_written": True,
        "title_as_written": ["a", "b"],
        "date_as_written": "soon",
        "published_as_written": "16 March 2024 or so",
    }
    assert (str(article.date), article.title, article.title_derived) == ("2024-03-16", "Text", True)


OWN: Final[dict[str, Any]] = {
    "id": "0123456789ab",
    "title": "T",
    "title_derived": True,
    "duplicate_of": ["0123456789ac"],
    "archived": "2024-03-16T10:00:00Z",
    "original": "sha256:00",
    "fingerprint": "11",
    "format": "text",
    "reader": "text/1",
    "imported_from": "a.txt",
}


def test_what_docarchive_wrote_is_as_it_was() -> None:
    for article in (
        make_article(OWN, "B"),
        lenient_article(OWN, "B"),
        read_record({**OWN, "body": "B"}),
        read_record({"schema": 1, "id": "7", "title": "T", "body": "B", "reader": "text/1"}),
        make_article({"title": "T", "reader": "text/1"}, own=True),
    ):
        assert (article.reader, article.extra) == ("text/1", {})


@pytest.mark.parametrize("other", [{"id": "pier"}, {"archived": ""}, {"original": "yes"}, {"id": None}])
def test_what_only_looks_like_it_is_set_aside(other: dict[str, Any]) -> None:
    article = make_article({**OWN, **other}, "B")
    assert reserved_of(article) == UNSET
    assert article.extra["reader_as_written"] == "text/1"
