"""The laws of ``engines/test_journal.py``, of the engine with an index in a real cluster."""

from engines.test_journal import (  # noqa: F401, the tests
    test_a_searcher_sees_what_was_indexed_after_it,
    test_an_error_in_the_middle_leaves_the_index_as_it_was,
    test_an_index_in_another_language_is_built_anew,
    test_clear_deletes_the_index,
    test_position_is_what_was_indexed_last,
    test_repeating_changes_after_an_interruption_doubles_nothing,
)
