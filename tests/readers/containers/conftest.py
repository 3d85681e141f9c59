"""What the tests of archives share."""

from collections.abc import Iterator

import pytest
from readers.containers.containing import SMALL

from docarchive.readers.containers import members


@pytest.fixture(scope="package", autouse=True)
def small() -> Iterator[None]:
    """Makes files large that are small otherwise: compressing large ones takes seconds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(members, "SMALL", SMALL)
        yield
