"""The laws of ``engines/test_conformance.py``, of the engine with an index in a real cluster."""

from pathlib import Path
from typing import Any

import pytest
from conftest import OpenAt
from corpus import queries
from engines import test_conformance as laws
from engines.test_conformance import (  # noqa: F401, the tests and what they need
    memory,
    test_a_title_made_from_the_text_counts_no_more_than_the_text,
    test_a_word_counts_for_more_in_the_title_than_in_a_heading_than_in_the_text,
    test_any_words_are_ranked_as_words_joined_by_or,
    test_articles_are_found_in_their_language,
    test_articles_without_the_value_come_last,
    test_newer_articles_come_first_where_freshness_is_asked_for,
    test_of_many_hits_the_best_are_put_in_order_anew,
    test_pages_are_parts_of_one_order,
    test_signs_numbers_and_marked_up_words_are_found_by_each_engine_as_by_matches,
    test_similar_articles_share_what_tells_an_article_from_others,
    test_the_best_hits_improve_a_query_of_many_words,
    test_the_word_itself_comes_before_those_spelled_like_it,
    test_words_like_one,
)
from hypothesis import HealthCheck, given, settings

from docarchive.engines import Engine

# Each example asks the cluster a hundred times.
few = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
answers: Any = laws.test_answers_are_those_of_matches
sums: Any = laws.test_a_score_is_the_sum_of_its_parts
test_answers_are_those_of_matches = few(given(**laws.ASKED)(answers.hypothesis.inner_test))
test_a_score_is_the_sum_of_its_parts = few(given(query=queries)(sums.hypothesis.inner_test))


@pytest.fixture(scope="module")
def engine(open_there: OpenAt, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """An index in two parts, some of whose articles were replaced, and one removed."""
    opened = open_there(tmp_path_factory.mktemp("index") / "opensearch")
    laws.fill(opened, laws.WAYS[-1])
    return opened


@pytest.fixture
def small(open_there: OpenAt, tmp_path: Path) -> Engine:
    return open_there(tmp_path / "index")
