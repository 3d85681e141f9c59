"""Articles: metadata and text.

Owns the fields, their validation and their plain form (``metadata()``, ``to_dict()``). Knows
nothing of files, catalogs, engines or formats.
"""

from docarchive.article.addresses import DOI, canonical_url, short_doi, shorten_doi
from docarchive.article.annotations import Highlight, Note
from docarchive.article.article import ID_FORM, Article
from docarchive.article.editions import edition, is_bare
from docarchive.article.plain import MAX_BITS, MAX_DEPTH, MAX_VALUES, Literal, clean, plain_mapping
from docarchive.article.titles import TITLE_LENGTH, derive_title

__all__ = [
    "DOI",
    "ID_FORM",
    "MAX_BITS",
    "MAX_DEPTH",
    "MAX_VALUES",
    "TITLE_LENGTH",
    "Article",
    "Highlight",
    "Literal",
    "Note",
    "canonical_url",
    "clean",
    "derive_title",
    "edition",
    "is_bare",
    "plain_mapping",
    "short_doi",
    "shorten_doi",
]
