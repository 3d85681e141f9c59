import pytest

from docarchive import keys


@pytest.mark.parametrize(
    ("spelling", "known"),
    [
        ("lastmod", "updated"),
        ("last_modified_at", "updated"),
        ("datePublished", "date"),
        ("pubDate", "date"),
        ("DC.Creator", "authors"),
        ("dcterms.subject", "tags"),
        ("categories", "tags"),
        ("headline", "title"),
        ("lang", "language"),
        ("description", "summary"),
        ("orgs", "organizations"),
        ("place", "places"),
        ("title", "title"),
        ("shoe_size", None),
        ("", None),
    ],
)
def test_spellings_of_other_tools_are_known(spelling: str, known: str | None) -> None:
    assert keys.canonical(spelling) == known


def test_each_spelling_stands_for_one_key() -> None:
    spellings = [spelling for _, row, _ in keys.conventions() for spelling in row.split()]
    assert len(spellings) == len(set(spellings))
    assert not set(spellings) & set(keys.KNOWN)
    assert not set(spellings) & set(keys.BODY_KEYS)
    assert spellings == [spelling.lower() for spelling in spellings]


def test_each_row_of_the_table_is_used() -> None:
    for known, row, whose in keys.conventions():
        assert known in keys.KNOWN
        assert whose
        assert {keys.canonical(spelling) for spelling in row.split()} == {known}


def test_known_keys_stand_for_themselves_in_any_case() -> None:
    for key in keys.KNOWN:
        assert keys.canonical(key) == keys.canonical(key.upper()) == key


def test_provenance_is_known() -> None:
    assert set(keys.PROVENANCE) <= set(keys.KNOWN)
