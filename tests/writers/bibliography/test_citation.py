from pathlib import Path
from typing import Any

import pytest
from support import written

from docarchive.article import Article
from docarchive.errors import UsageError
from docarchive.writers.bibliography import citation

pytest.importorskip("typst")

ARTICLES: list[dict[str, Any]] = [
    {
        "title": "Pier reopens & {stays} $open$ #read(1)",
        "date": "2024-03-16",
        "authors": ["Ana Ruiz", "Ministry of Works"],
        "source": "The Harbour Times",
        "url": "https://example.org/pier",
    },
    {
        "title": "On piers",
        "date": "1963",
        "authors": ["Vincent van Gogh"],
        "source": "Journal of Piers",
        "volume": "3",
        "number": "4",
        "pages": "1-10",
        "doi": "10.1000/xyz",
    },
    {"title": "A page", "date": "2024-03", "url": "https://1.2.3.4.5/x", "authors": ["Bo Larsen"]},
]
STYLE = """<?xml version="1.0" encoding="utf-8"?>
<style xmlns="http://purl.org/net/xbiblio/csl" class="in-text" version="1.0">
  <info><title>Short</title><id>short</id><updated>2024-01-01T00:00:00+00:00</updated></info>
  <citation><layout><text variable="title"/></layout></citation>
  <bibliography><layout><text variable="title" suffix="!"/></layout></bibliography>
</style>
"""


def cited(style: str = "") -> list[str]:
    articles = [Article.from_metadata(each, "Text.") for each in ARTICLES]
    return written("citation", *articles, style=style).decode().splitlines()


def test_apa_is_what_is_written_if_no_style_is_named() -> None:
    assert cited() == [
        "Gogh, V. van. (1963). On piers. Journal of Piers, 3(4), 1–10. https://doi.org/10.1000/xyz",
        "Larsen, B. (2024, March). A page.",
        "Ruiz, A., & Ministry of Works. (2024, March 16). Pier reopens & {stays} $open$ #read(1). "
        "The Harbour Times. https://example.org/pier",
    ]
    assert cited("apa") == cited()


def test_numbers_follow_the_order_of_the_export() -> None:
    first, second, third = cited("ieee")
    assert first.startswith("[1] A. Ruiz and Ministry of Works, “Pier reopens")
    assert second == "[2] V. van Gogh, “On piers,” Journal of Piers, vol. 3, no. 4, pp. 1–10, 1963, doi: 10.1000/xyz."
    assert third.startswith("[3] B. Larsen, “A page.”")


@pytest.mark.parametrize("style", ["vancouver", "vancouver-superscript", "nlm-citation-sequence", "nature", "mla"])
def test_authors_are_named(style: str) -> None:
    assert all(any(name in line for name in ("Gogh", "Larsen", "Ruiz")) for line in cited(style))


@pytest.mark.parametrize("style", ["apa", "chicago-author-date", "vancouver", "ieee"])
def test_nothing_is_left_behind_by_what_is_not_known(style: str) -> None:
    report = Article.from_metadata({"title": "On dredging", "date": "1963", "publisher": "The Office"}, "Text.")
    report.authors = ["Ministry of Works"]
    (line,) = written("citation", report, style=style).decode().splitlines()
    assert "Ministry of Works" in line
    assert not [stray for stray in (",)", ",.", ";.", " ;", "()") if stray in line], line


def test_a_style_can_be_a_file(tmp_path: Path) -> None:
    (tmp_path / "short.csl").write_text(STYLE)
    assert sorted(cited(str(tmp_path / "short.csl"))) == ["A page!", "On piers!", f"{ARTICLES[0]['title']}!"]
    (tmp_path / "bad.csl").write_text("<style/>")
    with pytest.raises(UsageError, match=r"the style .*bad.csl' cannot be used: "):
        cited(str(tmp_path / "bad.csl"))


@pytest.mark.parametrize("style", ["no-such-style", '", full: false)', "../none.csl", "a b"])
def test_a_style_that_is_none_is_wrong_usage(style: str) -> None:
    with pytest.raises(UsageError, match="style") as raised:
        cited(style)
    assert "a name such as apa" in str(raised.value)


def test_nothing_gives_nothing() -> None:
    assert written("citation") == b""


def test_there_is_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(citation, "MAX_ARTICLES", 2)
    with pytest.raises(UsageError, match="at most 2 articles"):
        cited()
