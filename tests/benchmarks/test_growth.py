"""The benchmark of growth: its inputs."""

from benchmarks.growth import readable
from benchmarks.growth_inputs import FORMATS
from docarchive.readers import readers


def test_all_formats_have_inputs_that_their_readers_read() -> None:
    assert {name.partition(",")[0] for name in FORMATS} == set(readers())
    for name, (make, parts) in FORMATS.items():
        assert any(readable(name, make(part)) for part in parts), name
