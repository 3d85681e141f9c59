"""Parameters of addresses."""

from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docarchive.errors import UsageError
from docarchive.web.parameters import SearchPage, filter_of, number, search_page

_WORDS = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=8)
_PAGES = st.builds(
    SearchPage,
    _WORDS,
    st.lists(_WORDS, max_size=3, unique=True).map(tuple),
    st.sampled_from(["", "date", "-rating"]),
    st.lists(st.sampled_from(["rating", "a.b"]), max_size=2, unique=True).map(tuple),
    st.integers(1, 500),
)


@given(_PAGES)
def test_a_link_leads_to_the_page_that_it_is_of(page: SearchPage) -> None:
    values = parse_qs(page.link(number=page.number).removeprefix("?"))
    single = {name: values[0] for name, values in values.items()}
    assert search_page(single, values.get("filter", []), values.get("facet", [])) == page


@given(_PAGES, _WORDS)
def test_a_filter_that_is_taken_away_leaves_the_page_as_before(page: SearchPage, query: str) -> None:
    first = page._replace(number=1, filters=tuple(known for known in page.filters if known != query))
    values = parse_qs(first.with_filter(query).removeprefix("?"))
    single = {name: values[0] for name, values in values.items()}
    filtered = search_page(single, values["filter"], values.get("facet", []))
    assert filtered.filters == (*first.filters, query)
    assert filtered.without_filter(query) == first.link()


@pytest.mark.parametrize(
    ("page", "query"),
    [
        (SearchPage("oil"), "oil"),
        (SearchPage("a OR b"), "a OR b"),
        (SearchPage("a OR b", ("tag:x",)), "(a OR b) tag:x"),
        (SearchPage("a || b", ("x OR y", "z")), "a || b (x OR y) z"),
        (SearchPage("", ("tag:x",)), "tag:x"),
        (SearchPage("FORD", ("tag:x",)), "FORD tag:x"),
        (SearchPage(), ""),
    ],
)
def test_filters_narrow_the_whole_query(page: SearchPage, query: str) -> None:
    assert page.query == query


def test_without_words_the_newest_come_first() -> None:
    orders = [SearchPage().order, SearchPage("oil").order, SearchPage("oil", sort="title").order]
    assert orders == ["-date", "relevance", "title"]


def test_a_new_period_replaces_the_last_one() -> None:
    link = SearchPage("", ("date:2024", "tags:a")).with_filter("date:2024-03", instead_of="date:")
    assert parse_qs(link.removeprefix("?"))["filter"] == ["tags:a", "date:2024-03"]


def test_a_value_is_quoted() -> None:
    assert filter_of("tags", 'a "b" OR c') == r'tags:"a \"b\" OR c"'


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "x", "11", "9" * 30, "²"])
def test_a_number_out_of_its_bounds_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="page must be a whole number from 1 to 10"):
        number({"page": text}, "page", 1, 1, 10)


@pytest.mark.parametrize("facet", ["a b", "1", "a:b", "x" * 100, "<b>"])
def test_what_is_no_key_is_refused(facet: str) -> None:
    with pytest.raises(UsageError, match="is no key"):
        search_page({}, [], [facet])
