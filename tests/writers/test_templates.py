"""Templates: what an article does not have is empty; patterns of file names are checked before anything is written."""

from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docarchive import Archive
from docarchive.article import Article
from docarchive.errors import UsageError
from docarchive.writers import Document, WriteOptions, writer
from docarchive.writers.file_names import pattern_keys

_FULL = Article.from_dict(
    {"title": "Pier", "date": "2024-03-16", "tags": ["harbour", "pier"], "body": "Words.", "n": 7}
)
_BARE = Article.from_dict({"title": "Bare", "body": "Words.", "nothing": None})


def rendered(template: str, article: Article) -> str:
    """Returns what a template makes of an article."""
    out = BytesIO()
    document = Document("abc", "a.md", "", metadata=article.to_dict() | {"body": ""})
    document.__dict__["article"] = article
    writer("template").write([document], out, WriteOptions(template=template))
    return out.getvalue().decode()


@pytest.mark.parametrize(
    ("expression", "full", "bare"),
    [
        ("tags[0]", "harbour", ""),
        ("tags[5]", "", ""),
        ("date[:4]", "2024", ""),
        ("tags | join(', ')", "harbour, pier", ""),
        ("tags | length", "2", "0"),
        ("tags | first | upper", "HARBOUR", ""),
        ("url.split('/')[2]", "", ""),
        ("geo.city.name", "", ""),
        ("n + 1", "8", ""),
        ("n // 2 * 10", "30", ""),
        ("1 - n", "-6", ""),
        ("n > 3", "True", "False"),
        ("n | int", "7", "0"),
        ("n | round", "7", ""),
        ("tags | tojson", '["harbour", "pier"]', "null"),
        ("date | replace('-', '')", "20240316", ""),
        ("nothing", "", ""),
        ("nothing or 'none'", "none", "none"),
        ("date | default('undated')", "2024-03-16", "undated"),
        ("'x' ~ source ~ 'y'", "xy", "xy"),
        ("'by ' + authors[0]", "", ""),
        ("tags is defined", "True", "False"),
    ],
)
def test_what_is_missing_is_empty(expression: str, full: str, bare: str) -> None:
    assert rendered("{{ " + expression + " }}", _FULL) == full
    assert rendered("{{ " + expression + " }}", _BARE) == bare


@given(st.lists(st.sampled_from(["[0]", "[:4]", ".a", "()", "['x']", " | first", " + 1", " * 2", ".b(1)", " // 3"])))
def test_what_is_made_of_nothing_is_nothing(steps: list[str]) -> None:
    expression = "missing"
    for step in steps:
        expression = f"({expression}{step})"
    assert rendered("{{ " + expression + " }}", _BARE) == ""


_BAD = [
    *("", " ", "/", ".", "..", "{", "}", "{}", "{ }", "{title", "title}", "{title}}", "{{title}}", "{title}{", "x.txt"),
    *("/etc/{title}", "../{slug}", "{slug}/../x", "{date}/", "{date}//{slug}", "{slug}/.", "C:{slug}", "a\\{slug}"),
    *("{slug}\0", "{slug}\n.txt", "%(title)s.txt", "$title"),
]  # fmt: skip


@pytest.mark.parametrize("pattern", _BAD)
def test_bad_patterns_are_refused_in_one_sentence(pattern: str) -> None:
    with pytest.raises(UsageError, match=r"is not a pattern for file names: [^;]+; use one such as") as refused:
        pattern_keys(pattern)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("key", ["titel", "date:%Y", "date[:4]", "0", "title!r", "title.__class__"])
def test_a_pattern_with_an_unknown_key_is_refused_before_anything_is_written(
    archive: Archive, tmp_path: Path, key: str
) -> None:
    (tmp_path / "t.txt").write_text("x", "utf-8")
    with pytest.raises(UsageError, match="there is no field"):
        archive.export(to=tmp_path / "out", template=tmp_path / "t.txt", name="{slug}-{" + key + "}.txt")
    for name in ("{slug", ""):
        with pytest.raises(UsageError, match="is not a pattern"):
            archive.export(to=tmp_path / "out", template=tmp_path / "t.txt", name=name)
    assert not (tmp_path / "out").exists()
    archive.export(to=tmp_path / "out", template=tmp_path / "t.txt", name="{Date}/{headline}-{slug}.txt")
    assert [*(tmp_path / "out").rglob("*.txt")]


@pytest.mark.parametrize("format", ["jsonl", "json", "csv", "tsv", "sqlite"])
def test_unknown_fields_are_refused_with_a_near_miss(archive: Archive, tmp_path: Path, format: str) -> None:
    for name, near in (("titel", "title"), ("tga", "tags"), ("autor", "authors"), ("boddy", "body")):
        with pytest.raises(UsageError, match=f"there is no field '{name}'; did you mean: .*{near}"):
            archive.export(to=tmp_path / "out.x", format=format, fields=["title", name])
    with pytest.raises(
        UsageError,
        match="there is no field 'zzzzzz'; 'docarchive stats' lists all fields",
    ):
        archive.export(to=tmp_path / "out.x", format=format, fields="zzzzzz")
    for text in ("title date", "title; date", "title;date"):
        with pytest.raises(UsageError, match="separate fields by commas: title,date"):
            archive.export(to=tmp_path / "out.x", format=format, fields=text)
    assert not (tmp_path / "out.x").exists()
    archive.export(to=tmp_path / "out.x", format=format, fields=["ID", "headline", "Date", "tag", "text"])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda archive: archive.export(to=BytesIO(), format="cvs"), "did you mean csv?"),
        (
            lambda archive: archive.export(to=archive.path.parent / "out", format="md", layout="hugp"),
            "did you mean hugo?",
        ),
        (lambda archive: archive.use_engine("woosh"), "did you mean whoosh?"),
        (lambda archive: archive.search("x", sort="titel"), "did you mean: title"),
        (lambda archive: archive.search("x", facets=["tga"]), "did you mean: tag"),
        (lambda archive: archive.import_(on_duplicate="lnk"), "did you mean link?"),
        (lambda archive: archive.import_(BytesIO(b"x"), format="jsno"), "did you mean json?"),
    ],
)
def test_mistyped_names_are_refused_with_a_near_miss(archive: Archive, call: object, message: str) -> None:
    with pytest.raises(UsageError) as refused:
        call(archive)  # type: ignore[operator]
    assert message in str(refused.value)
