"""The index: its settings, its fields, and an article as a document.

The fields are those of tantivy's index (``engines.tantivy.schema``), with the same terms in them. The cluster analyzes
nothing: it gets terms, joined by spaces. A position with several terms is one token with ``ALTERNATIVE`` between them,
which a filter divides; a position with none is ``NOTHING``.

    text                     terms of title, summary and body, repeated by their weight: what is scored
    title, summary, body     terms with positions
    words_title, …           words as they are written
    labels                   terms of all other metadata, after their key, with positions
    values, has, language, dates, numbers   as in tantivy's index
    archive, id, row         the archive's name in the cluster, the article's id there, and the row in its catalog
    date_key, archived_key, title_key       what results are sorted by
    leading                  whether the article is this document, of those with its id from several archives
    edition, content, updated_key, length, bare   what decides which of them leads (``leading``)
    order                    the first value of each key, after the key, as results are sorted by it
    file, path, size         the text of the article's Markdown file, its path in the archive, and its bytes

Only ``archive``, ``id``, ``row``, ``language``, ``path`` and ``file`` can be read back. The names of the fields are
fixed: however many keys articles have, the cluster does not get more fields.

Raise the engine's number in ``engines.state`` when anything here changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import Any, Final

from docarchive import frontmatter
from docarchive.analysis import PreToken, Slot, label_key
from docarchive.article import edition, is_bare
from docarchive.engines.cluster import Cluster
from docarchive.engines.protocol import Change, sort_value
from docarchive.engines.ranking import K1, B
from docarchive.engines.terms import SPACE, VALUE, date_terms, indexed_label, instant, number_terms, order_terms
from docarchive.engines.weighting import weighted_text
from docarchive.identity import content_of, digest_of
from docarchive.query import AnalyzedArticle
from docarchive.query.document import DATE_FIELDS, TEXT_FIELDS
from docarchive.query.patterns import one_line

ALTERNATIVE: Final = "\x1f"
NOTHING: Final = "\x1c"
#: Longer terms are not indexed: Lucene takes none of more than 32,766 bytes.
_MAX_TERM: Final = 8_000
_MAX_TOKEN: Final = 1_000_000  # of OpenSearch's
_NUMBERS: Final = ("row", "date_key", "archived_key", "updated_key", "length", "size")
_spelled: Final = attrgetter("spelled")


def definition(cluster: Cluster, meta: dict[str, Any]) -> dict[str, Any]:
    """Returns the settings and the fields of a new index; ``meta`` is what it says of itself."""
    return {
        "settings": {
            "number_of_shards": cluster.shards,
            "number_of_replicas": cluster.replicas,
            # Searches see what was committed: a commit refreshes.
            "refresh_interval": "-1",
            # For so long a deletion is remembered, so that an older state that arrives late does not undo it.
            "gc_deletes": "1h",
            "similarity": {"default": {"type": "BM25", "k1": K1, "b": B}},
            "analysis": {
                "tokenizer": {
                    "at_spaces": {"type": "char_group", "tokenize_on_chars": [" "], "max_token_length": _MAX_TOKEN}
                },
                "filter": {
                    "alternatives": {
                        "type": "pattern_capture",
                        "preserve_original": False,
                        "patterns": [f"([^{ALTERNATIVE}]+)"],
                    },
                    "nothing": {"type": "stop", "stopwords": [NOTHING]},
                    "short": {"type": "length", "max": _MAX_TERM},
                },
                "analyzer": {
                    "terms": {"type": "custom", "tokenizer": "at_spaces", "filter": ["short"]},
                    "slots": {"type": "custom", "tokenizer": "at_spaces", "filter": ["alternatives", "nothing"]},
                },
            },
        },
        "mappings": {
            "_meta": meta,
            "dynamic": "strict",
            "_source": {"includes": ["archive", "id", "row", "language", "path", "file"]},
            "properties": {
                "text": {"type": "text", "analyzer": "terms", "index_options": "freqs"},
                **{name: {"type": "text", "analyzer": "slots", "norms": False} for name in TEXT_FIELDS},
                **{f"words_{name}": _keyword() for name in TEXT_FIELDS},
                "labels": {"type": "text", "analyzer": "terms", "norms": False},
                "values": _keyword(),
                "dates": _keyword(),
                "language": _keyword(),
                "has": _keyword(),
                "order": _keyword(),
                "numbers": _keyword(doc_values=False),
                "archive": _keyword(),
                "id": _keyword(),
                "title_key": _keyword(),
                "edition": _keyword(),
                "content": _keyword(),
                "bare": {"type": "boolean"},
                "leading": {"type": "boolean"},
                **{name: {"type": "long"} for name in _NUMBERS},
                **{name: {"type": "keyword", "index": False, "doc_values": False} for name in ("path", "file")},
            },
        },
    }


def _keyword(**options: Any) -> dict[str, Any]:
    return {"type": "keyword", "ignore_above": _MAX_TERM, **options}


def document(change: Change, archive: str, *, leading: bool = True) -> dict[str, Any]:
    """Returns an article as a document."""
    article = change.article
    assert article is not None
    analyzed = AnalyzedArticle(article, change.language)
    content = content_of(article)
    text = frontmatter.render(article) if change.text is None else change.text
    fields: dict[str, Any] = {
        "archive": archive,
        "id": article.id,
        "row": change.row,
        "language": analyzed.analyzer.language,
        "path": change.path,
        "file": text,
        "size": len(text.encode("utf-8", "replace")),
        "leading": leading,
        "edition": edition(article),
        "content": digest_of(content),
        "length": len(content),
        "bare": is_bare(article),
        "text": weighted_text(analyzed)[0],
        "has": [*_has(analyzed)],
        "values": [],
        "labels": [],
        "order": [*order_terms(analyzed)],
        "dates": [*dict.fromkeys(date_terms(analyzed))],
        "numbers": [*dict.fromkeys(key + digits for key, digits in number_terms(analyzed))],
    }
    for name in TEXT_FIELDS:
        if pretokens := analyzed.pretokens(name):
            fields[name] = _positions(pretokens)
            fields[f"words_{name}"] = [*dict.fromkeys(" ".join(dict.fromkeys(map(_spelled, pretokens))).split())]
    for name in (*DATE_FIELDS, "title"):
        if analyzed.has(name):
            fields["values"].append(f"{name}{VALUE}{one_line(analyzed.values(name)[0])}")
    for name, values in analyzed.label_values:
        for value in values:
            terms, wholes = indexed_label(name, value)
            fields["labels"].append(terms)
            fields["values"] += wholes
    for name, day in (("date", article.date), ("archived", article.archived), ("updated", article.updated)):
        if day:
            fields[f"{name}_key"] = instant(day.start)
    if title := sort_value(article, "title"):
        fields["title_key"] = title
    return fields


def _positions(pretokens: list[PreToken]) -> str:
    """Returns terms as the analyzer of slots reads them."""
    return " ".join([token.terms if token.plain else slots_text(token.slots) for token in pretokens])


def slots_text(slots: Sequence[Slot]) -> str:
    """Returns the terms of positions as the analyzer of slots reads them."""
    return " ".join(ALTERNATIVE.join(filter(None, slot)).replace(" ", SPACE) or NOTHING for slot in slots)


def _has(analyzed: AnalyzedArticle) -> Iterator[str]:
    yield from (name for name in (*TEXT_FIELDS, *DATE_FIELDS) if analyzed.has(name))
    yield from (label_key(name) for name, values in analyzed.label_values if values)
