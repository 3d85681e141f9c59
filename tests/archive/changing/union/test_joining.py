"""The rule by which two states of an article are joined: it treats both alike, and what was joined stays joined."""

from __future__ import annotations

from copy import deepcopy

from hypothesis import given
from hypothesis import strategies as st

from docarchive import Article, Note, PartialDate
from docarchive.archive.changing.union.joining import Joined, Side, join
from docarchive.article import edition
from docarchive.identity import content_digest

TEXTS = ("The ferry left the harbour.", "The ferry left the old harbour.", "The pier is closed.")


def imported(number: int) -> Article:
    """Returns an edition, as its original has it."""
    return Article(
        id="a",
        title=f"Ferry {number}",
        updated=PartialDate(f"2024-03-{number + 1:02}"),
        section=f"Ports {number}",
        tags=["news", f"edition {number}"],
        fingerprint=f"{number}",
        extra={"desk": "sea"},
        body=TEXTS[number],
    )


@st.composite
def sides(draw: st.DrawFn, known: bool | None = None, editions: int = 3) -> Side:
    """Returns what an archive has of an article: one of some editions, with edits."""
    number = draw(st.integers(0, editions - 1))
    base = imported(number)
    article = deepcopy(base)
    article.section = draw(st.sampled_from((base.section, base.section, None, "Sea", "Harbours")))
    article.body = draw(st.sampled_from((base.body, base.body, f"{base.body} It was late.")))
    tags = draw(st.sets(st.sampled_from((*base.tags, *base.tags, "late", "to-read"))))
    article.tags = [tag for tag in (*base.tags, "late", "to-read") if tag in tags]
    article.extra = draw(st.sampled_from((base.extra, {}, {"desk": "land"}, {"desk": "sea", "rating": 5})))
    article.notes = [Note(text=text) for text in sorted(draw(st.sets(st.sampled_from(("Where?", "Why?")))))]
    earlier = draw(st.sets(st.integers(0, number).map(str))) - {str(number)}
    is_known = draw(st.booleans()) if known is None else known
    return Side(article, base if is_known else None, earlier)


def side_of(joined: Joined, *earlier: Side) -> Side:
    """Returns an article that was joined, as its archive has it then."""
    editions = {edition(side.article) for side in earlier}.union(*(side.earlier for side in earlier))
    return Side(joined.article, joined.imported, editions - {edition(joined.article)})


def said(side: Side) -> tuple[str, str]:
    return edition(side.article), content_digest(side.article)


@given(sides(), sides())
def test_both_are_treated_alike(one: Side, other: Side) -> None:
    before = deepcopy((one, other))
    joined, reverse = join(one, other), join(other, one)
    assert (one, other) == before
    assert content_digest(joined.article) == content_digest(reverse.article)
    assert edition(joined.article) == edition(reverse.article)
    assert joined.conflicts == reverse.conflicts


@given(sides(), sides())
def test_what_was_joined_stays_as_it_is(one: Side, other: Side) -> None:
    assert said(Side(join(one, one).article, None, ())) == said(one)
    both = side_of(join(one, other), one, other)
    assert said(side_of(join(both, other), both, other)) == said(both)
    assert said(side_of(join(one, both), both, one)) == said(both)


def grouped(one: Side, other: Side, third: Side) -> tuple[Article, Article]:
    """Returns three states joined in both groupings."""
    left = join(side_of(join(one, other), one, other), third).article
    return left, join(one, side_of(join(other, third), other, third)).article


@given(sides(editions=1), sides(editions=1), sides(editions=1))
def test_three_of_one_edition_can_be_joined_in_any_grouping(one: Side, other: Side, third: Side) -> None:
    known = [side._replace(imported=one.imported) for side in (one, other, third)]
    left, right = grouped(*known)
    assert content_digest(left) == content_digest(right)


@given(sides(known=True), sides(known=True), sides(known=True))
def test_of_three_the_newest_edition_is_taken_in_any_grouping(one: Side, other: Side, third: Side) -> None:
    left, right = grouped(one, other, third)
    assert edition(left) == edition(right)
    assert (left.title, left.updated) == (right.title, right.updated)
    assert {note.text for note in left.notes} == {note.text for note in right.notes}


@given(sides(known=True))
def test_what_one_has_changed_is_taken(one: Side) -> None:
    untouched = Side(deepcopy(one.imported or Article()), one.imported, ())
    joined = join(one, untouched)
    assert said(side_of(joined)) == said(one)
    assert joined.conflicts == []


def test_a_bookmark_replaces_no_text_and_the_longer_of_two_edits_is_taken() -> None:
    base = imported(0)
    bookmark = Article(id="a", title="Ferry 0", updated=PartialDate("2025"), fingerprint="b", body="Ferry 0")
    assert join(Side(bookmark, bookmark, ()), Side(base, base, ())).article.body == base.body
    one, other = deepcopy(base), deepcopy(base)
    one.section, other.section = "Ports", "Harbours"
    joined = join(Side(one, base, ()), Side(other, base, ()))
    assert (joined.article.section, joined.conflicts) == ("Harbours", ["section"])


def test_a_title_that_was_derived_goes_with_its_text() -> None:
    one = Article(id="a", title="A ferry left.", title_derived=True, fingerprint="1", body="A ferry left.")
    other = Article(id="a", title="A ferry came.", title_derived=True, fingerprint="2", body="A ferry came.")
    joined = join(Side(one, one, ()), Side(other, other, ("1",))).article
    assert (joined.title, joined.title_derived, joined.body) == ("A ferry came.", True, "A ferry came.")
    titled = Article(id="a", title="Ferry", fingerprint="1", body="A ferry left.")
    joined = join(Side(titled, titled, ()), Side(other, other, ("1",))).article
    assert (joined.title, joined.title_derived) == ("Ferry", False)
