"""Values that users give, for articles or as options: checked more strictly than what an input says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from docarchive.arguments import checked
from docarchive.errors import ArticleError, UsageError
from docarchive.texts import shorten

if TYPE_CHECKING:
    from docarchive.article import Article


@checked
def check_language(code: str, *, assigned: bool = True) -> None:
    """Raises ``UsageError`` if this is not a language tag (BCP 47): an ISO 639 code with optional subtags.

    Args:
        code: The tag.
        assigned: Whether a code of two letters must be the code of a language.
    """
    language, *subtags = code.split("-")
    valid = code.isascii() and len(language) in (2, 3) and language.isalpha()
    valid = valid and all(len(subtag) <= 8 and subtag.isalnum() for subtag in subtags)
    if valid and assigned and len(language) == 2:
        from docarchive.language import CODES

        valid = language.lower() in CODES
    if not valid:
        from docarchive.language_names import code_of

        meant = code_of(code) or "one such as en, de or pt-BR"
        raise UsageError(f"{shorten(repr(code))} is not a language code; use {meant}")


def article_with(metadata: Mapping[str, Any]) -> Article:
    """Returns an article with values that a user sets, by key in any spelling, and a text.

    Raises:
        UsageError: A value is not valid for its key.
    """
    from docarchive.article import Article, canonical_url, shorten_doi

    try:
        article = Article.from_metadata(metadata, "x")
    except ArticleError as error:
        raise UsageError(str(error)) from None
    if article.language:
        check_language(article.language)
    if article.url and canonical_url(article.url) is None:
        url = shorten(repr(article.url))
        raise UsageError(f"{url} is not the address of a page; use one such as https://example.org/news")
    shorten_doi(article.extra)
    return article
