"""Links from a text to its pictures."""

from hypothesis import given
from hypothesis import strategies as st

from docarchive.formats.folders import original_path
from docarchive.pictures import MEDIA_TYPES, described, path_of, paths_in, placed, unplaced

DIGESTS = st.text("0123456789abcdef", min_size=64, max_size=64)
PATHS = st.builds(lambda digest, kind: original_path(f"{digest}.{kind}"), DIGESTS, st.sampled_from([*MEDIA_TYPES]))
PIECES = st.one_of(st.text("ab ./\n()[]!<>\"'"), PATHS.map("![a]({})".format), PATHS.map("<{}>".format), PATHS)
TEXTS = st.lists(PIECES, max_size=6).map(" ".join)
FILES = st.sampled_from(["articles/a.md", "articles/undated/a.md", "articles/2024/03/a.md", "a.md"])


@given(text=TEXTS, file=FILES, moved=FILES)
def test_where_a_file_is_makes_no_difference_to_its_text(text: str, file: str, moved: str) -> None:
    assert unplaced(placed(text, file)) == unplaced(text)
    assert placed(placed(text, file), moved) == placed(text, moved)
    assert paths_in(placed(text, file)) == paths_in(text)


@given(path=PATHS)
def test_the_address_of_a_picture_names_its_path(path: str) -> None:
    assert path_of(path) == path_of(f"../../{path}") == path
    for other in (f"/{path}", f"https://example.org/{path}", f"x/{path}", f"x/../{path}", path[:-1], f"{path}x"):
        assert path_of(other) is None
        assert paths_in(f"see {other} there") == []


def test_descriptions_replace_pictures() -> None:
    path = original_path(f"{'0' * 64}.png")
    assert described(f'![A plan]({path} "Plan") and ![x](x.png)') == "A plan and ![x](x.png)"
