"""Servers for tests."""

from collections.abc import Iterator

import pytest
from serving import Browser, served

from docarchive import Archive


@pytest.fixture(scope="module")
def browser(unchanged: Archive) -> Iterator[Browser]:
    """A browser of an archive that no test changes."""
    with served(unchanged) as browser:
        yield browser
