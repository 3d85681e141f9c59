"""Lines of a page."""

from lxml import html

from docarchive.readers.web.lines import lines_of


def test_blocks_and_breaks_part_lines_and_links_do_not() -> None:
    page = """<body><div>By <a>Ada</a> and <b>Bo</b><br>March<p>One <i>two</i></p>tail</div><script>x</script>
    <ul><li>a</li><li>b</li></ul><span>c</span><span>d</span> <span>e</span><!-- f --></body>"""
    assert [*lines_of(html.fromstring(page))] == ["By Ada and Bo", "March", "One two", "tail", "a", "b", "c", "d e"]


def test_pages_may_be_deep() -> None:
    assert [*lines_of(html.fromstring("<div>" * 200 + "x" + "</div>" * 200))] == ["x"]
