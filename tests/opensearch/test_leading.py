"""Which document leads does not depend on who asks, and a document is the same after it was written again."""

from __future__ import annotations

import random

from corpus import CHANGES
from hypothesis import given
from hypothesis import strategies as st

from docarchive import frontmatter
from docarchive.article import Article
from docarchive.dates import PartialDate
from docarchive.engines import Change
from docarchive.engines.opensearch.leading import Copy, leader
from docarchive.engines.opensearch.schema import document

_few = st.integers(0, 2)
_copies = st.lists(
    st.builds(
        Copy,
        st.just("a"),
        st.sampled_from("pqrst"),
        edition=st.sampled_from(["e1", "e2"]),
        content=st.sampled_from("xy"),
        length=_few,
        bare=st.booleans(),
        updated=_few,
        archived=_few,
        leading=st.booleans(),
    ),
    min_size=1,
    unique_by=lambda copy: copy.archive,
)


@given(_copies, st.randoms(use_true_random=False))
def test_the_leader_depends_on_the_documents_alone(copies: list[Copy], pick: random.Random) -> None:
    shuffled = [copy._replace(leading=pick.random() < 0.5, revision=(pick.randrange(9), 1)) for copy in copies]
    pick.shuffle(shuffled)
    assert leader(shuffled).archive == leader(copies).archive


@given(_copies)
def test_who_does_not_lead_changes_nothing_by_leaving(copies: list[Copy]) -> None:
    first = leader(copies)
    same = [copy for copy in copies if copy.edition == first.edition]
    for copy in same:
        if copy is not first:
            rest = [other for other in same if other is not copy]
            assert leader(rest) is first


def copy_of(archive: str, **values: object) -> Copy:
    article = Article(id="a", **{"title": "Harbour", "body": "The pier is long.", **values})  # type: ignore[arg-type]
    return Copy.of(document(Change("a", article), archive))


def test_a_text_leads_before_a_bookmark_a_newer_edition_and_what_was_added() -> None:
    old = {"fingerprint": "e1", "updated": PartialDate("2024-01-01"), "archived": PartialDate("2026-01-01T10:00:00Z")}
    bare = copy_of("bare", fingerprint="e9", body="", updated=PartialDate("2026-01-01"))
    first, later = copy_of("z", **old), copy_of("a", **{**old, "archived": PartialDate("2026-01-02T10:00:00Z")})
    tagged = copy_of("tagged", **{**old, "tags": ["coast"]})
    new = copy_of("new", fingerprint="e2", updated=PartialDate("2024-01-02"))
    assert leader([bare, first]) is first
    assert leader([first, later]) is first, "the later archive changes nothing"
    assert leader([first, later, tagged]) is tagged
    assert leader([tagged, new]) is new


def test_a_document_is_the_same_when_it_is_written_again() -> None:
    for change in CHANGES:
        assert change.article is not None
        text = frontmatter.render(change.article).replace("---\n", "---\n# by hand\n", 1)
        before = document(change._replace(path="articles/a.md", text=text), "one")
        article = frontmatter.read_article(before["file"])
        change = Change(before["id"], article, before["row"], before["language"], path=before["path"], text=text)
        again = document(change, before["archive"])
        assert comparable(again) == comparable(before)


def comparable(values: dict[str, object]) -> dict[str, object]:
    """Words in any order are the same to an index."""
    return {key: sorted(value) if isinstance(value, list) else value for key, value in values.items()}
