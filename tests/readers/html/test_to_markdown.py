from time import perf_counter, process_time

import pytest

from docarchive.errors import ReaderError
from docarchive.readers.html.to_markdown import to_markdown


def test_what_only_looks_like_a_tag_is_text() -> None:
    assert to_markdown("<p>one</p> 2 < 3 and a <b") == "one\n\n2 < 3 and a <b"


def test_xml_declarations_are_no_text_and_no_warning() -> None:
    assert to_markdown('<?xml version="1.0"?><p>one</p>') == "one"
    assert to_markdown('<?xml version="1.0"?>\n<!DOCTYPE html><html><body>two <?php echo 1 ?>three</body></html>') == (
        "two three"
    )


@pytest.mark.parametrize("part", ["<h1 ", "<body ", "</p ", '<a b="', "<!--", "<![CDATA[", "<?"])
@pytest.mark.parametrize("end", ["", ">"])
def test_harmful_fragments_take_no_time(part: str, end: str) -> None:
    began = perf_counter()
    to_markdown(part * (80_000 // len(part)) + "Ice" + end)
    assert perf_counter() - began < 10  # the square of that took a minute


def test_what_relative_links_lead_to_may_not_be_kept() -> None:
    html = '<p><a href="two.html">told</a> <a href="https://example.org/">here</a> <img src="a.png" alt="A ship"/></p>'
    assert to_markdown(html, alone=True) == "told [here](https://example.org/) A ship"
    assert to_markdown(html) == "[told](two.html) [here](https://example.org/) ![A ship](a.png)"


def test_a_fragment_of_very_many_elements_is_refused_at_once() -> None:
    began = process_time()
    with pytest.raises(ReaderError, match="more than 150,000 elements"):
        to_markdown("<p>a</p>" * 200_000)
    assert process_time() - began < 1
