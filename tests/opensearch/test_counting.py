"""The laws of ``engines/test_counting.py``, of the engine with an index in a real cluster."""

from pathlib import Path

import pytest
from conftest import OpenAt
from engines.test_counting import (  # noqa: F401, the tests
    test_more_values_than_an_engine_counts_are_left_out,
    test_values_of_all_kinds_are_counted_or_left_out,
    test_what_was_changed_and_deleted_is_not_counted,
)

from docarchive.engines import Engine


@pytest.fixture
def engine(open_there: OpenAt, tmp_path: Path) -> Engine:
    return open_there(tmp_path / "index")
