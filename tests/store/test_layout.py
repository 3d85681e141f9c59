"""Names of article files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docarchive.article import Article
from docarchive.dates import PartialDate
from docarchive.slugs import slugify
from docarchive.store import article_path
from docarchive.store.layout import own_rank


@pytest.mark.parametrize(
    ("date", "path"),
    [
        ("2024-03-16", "articles/2024/03/2024-03-16-a-title.0123456789ab.md"),
        ("2024-03-16T23:59:00+02:00", "articles/2024/03/2024-03-16-a-title.0123456789ab.md"),
        ("2024-03", "articles/2024/03/2024-03-a-title.0123456789ab.md"),
        ("1963", "articles/1963/1963-a-title.0123456789ab.md"),
        (None, "articles/undated/a-title.0123456789ab.md"),
    ],
)
def test_path_follows_the_date(date: str | None, path: str) -> None:
    article = Article(id="0123456789ab", title="A  title!", date=PartialDate(date) if date else None)
    assert article_path(article) == path
    assert own_rank(path, article.id) == 2
    assert own_rank(path, "x") == own_rank(path.replace(".md", " copy.md"), article.id) == 0
    assert own_rank(path.replace("articles/", "articles/old/"), article.id) == 1


def test_a_slug_of_the_article_is_taken() -> None:
    article = Article(id="0123456789ab", title="A title", extra={"slug": "../My Slug"})
    assert article_path(article) == "articles/undated/my-slug.0123456789ab.md"


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("NATO's visit: part 2", "natos-visit-part-2"),
        ("Erdoğan — São Paulo", "erdogan-sao-paulo"),
        ("Новости дня", "новости-дня"),
        ("../../etc/passwd", "etc-passwd"),
        ("...", "untitled"),
        ("😀", "untitled"),
        ("", "untitled"),
        ("a" * 300, "a" * 80),
        ("word " * 100, "word-" * 15 + "word"),
    ],
)
def test_slugs(title: str, slug: str) -> None:
    assert slugify(title) == slug


@given(st.text())
def test_a_slug_is_a_safe_part_of_a_name(title: str) -> None:
    slug = slugify(title)
    assert slug
    assert len(slug.encode()) <= 80
    assert not set(slug) & set('/\\:*?"<>|. \0\n')
