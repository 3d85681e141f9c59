import io

import pytest

from docarchive.errors import ReaderError
from docarchive.readers.protocol import Source


@pytest.mark.parametrize("stated_size", [3_000_001, 0])
def test_a_source_that_is_too_large_is_not_read_whatever_size_it_states(stated_size: int) -> None:
    data = b"x" * 3_000_001
    source = Source("a.xml", stated_size, lambda: io.BytesIO(data))
    with pytest.raises(ReaderError, match=r"^the feed is larger than 3 MB; export less$"):
        source.read(3_000_000, "feed", "; export less")
    assert source._replace(size=3_000_000).open().read() == data


def test_a_source_is_read_up_to_its_limit() -> None:
    assert Source("a.xml", 4, lambda: io.BytesIO(b"text")).read(4) == b"text"
