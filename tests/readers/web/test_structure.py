"""What a page is made of stays what it is: code, lists, quotes, tables and links of the page's own elements."""

from __future__ import annotations

import pytest

from docarchive.readers.web.html import read_page

ABOVE = (
    "<p>The harbour council met on Saturday evening and voted for a new pier, after a storm had taken the old one away. "
    "Work begins before the summer, the mayor said.</p>"
)
BELOW = (
    "<p>It will cost two million, half of which the state pays; fishermen had asked for a wall of stone instead of a pier "
    "of wood, which will not outlast the winter.</p>"
)
URL = "https://site.example/blog/p/pier"


def body_of(html: str, *, around: bool = True, head: str = "") -> str:
    """Returns what is read between the two paragraphs of an article."""
    content = f"{ABOVE}{html}{BELOW}" if around else html
    page = f"<html><head><title>Pier</title>{head}</head><body><article><h1>Pier</h1>{content}</article></body></html>"
    body = read_page(page, URL).body
    if not around:
        return body
    above, below = ABOVE[3:-4], BELOW[3:-4]
    assert body.startswith(above)
    assert body.endswith(below)
    return body[len(above) : -len(below)].strip()


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        # code
        (
            "<p>Both <code>Eager</code> and <code>lazy</code> have one API.</p>",
            "Both `Eager` and `lazy` have one API.",
        ),
        ("<pre>x = 1\n  y = 2\n</pre>", "```\nx = 1\n  y = 2\n```"),
        ("<pre><code>x = 1\n  y = 2\n</code></pre>", "```\nx = 1\n  y = 2\n```"),
        (
            "<pre><code class='language-python'><span class='k'>for</span> i in x:\n    <b>p</b>(i)\n</code></pre>",
            "```python\nfor i in x:\n    p(i)\n```",
        ),
        (
            "<pre><code><span class='line'>for i in x:</span>\n<span class='line'>    p(i)</span></code></pre>",
            "```\nfor i in x:\n    p(i)\n```",
        ),
        ("<pre><div>for i in x:</div><div>    p(i)</div></pre>", "```\nfor i in x:\n    p(i)\n```"),
        ("<pre>tie(x)<br>  pull(x)</pre>", "```\ntie(x)\n  pull(x)\n```"),
        (
            "<figure class='highlight'><table><tr><td class='gutter'><pre>1\n2</pre></td>"
            "<td class='code'><pre>tie(x)\npull(x)</pre></td></tr></table></figure>",
            "```\ntie(x)\npull(x)\n```",
        ),
        (
            "<figure class='highlight'><pre><span class='lineno'>1 </span>tie(x)</pre></figure>",
            "```\ntie(x)\n```",
        ),
        (
            "<pre><code><span><span class='ln'>1</span><span class='cl'>tie(x)</span></span></code></pre>",
            "```\ntie(x)\n```",
        ),
        # lists
        ("<ol><li>First rule.</li><li>Second rule.</li></ol>", "1. First rule.\n2. Second rule."),
        ("<ol start='5'><li>five</li><li>six<ul><li>sub</li></ul></li></ol>", "5. five\n6. six\n   - sub"),
        ("<ul><li>a</li><ul><li>in no item</li></ul><li>b</li></ul>", "- a\n  - in no item\n- b"),
        (
            "<ul><li><p>one</p></li><li><a href='https://x.example/'>two</a></li></ul>",
            "- one\n- [two](https://x.example/)",
        ),
        ("<ol><li value='7'>seven</li><li>eight</li><li value='3'>three</li></ol>", "7. seven\n8. eight\n\n3) three"),
        ("<ol reversed><li>two</li><li>one</li></ol>", "2. two\n\n1) one"),
        ("<menu><li>one</li><li>two</li></menu>", "- one\n- two"),
        # links of headings to themselves, and of notes to their marks
        ("<h2 id='rig'>Rig<a class='headerlink' href='#rig'>¶</a></h2><p>x</p>", "## Rig\n\nx"),
        ("<h2><a class='anchor' href='#rig'>#</a> Rig <a href='#rig'>Link to rig</a></h2><p>x</p>", "## Rig\n\nx"),
        ("<h2 id='rig'><a class='header-anchor' href='#rig'>\u200b</a>Rig</h2><p>x</p>", "## Rig\n\nx"),
        ("<ol><li id='n1'>A note. <a href='#r1'>↩\ufe0e</a></li></ol>", "1. A note."),
        ("<p>Drop the <a href='/x#y'>anchor</a> here.</p>", "Drop the [anchor](https://site.example/x#y) here."),
        # what only a style sheet sets apart, and what a click shows
        ("<p><span>Harbour</span><span>News</span> of today</p>", "Harbour News of today"),
        ("<p>The <code><span>get</span><span>Element</span></code> call</p>", "The `getElement` call"),
        ("<p><b>H</b><span>arbour</span> <span>i</span><span>Phone</span></p>", "**H**arbour iPhone"),
        ("<h3><button>Dogs?</button></h3><div>Yes.</div>", "### Dogs?\n\nYes."),
        ("<h3><button aria-controls='a'>Dogs</button></h3><div><p id='a' hidden>Yes.</p></div>", "### Dogs\n\nYes."),
        ("<dl><dt><button>Dogs?</button></dt><dd hidden>Yes.</dd></dl>", "**Dogs?**\n\n- Yes."),
        ("<div><button>Dogs?</button><div style='display:none'>Yes.</div></div>", "Dogs?\n\nYes."),
        (
            "<div><button role='tab' aria-controls='a'>Linux</button><button role='tab' aria-controls='b'>Mac</button></div>"
            "<div role='tabpanel' id='a'><pre>apt</pre></div><div role='tabpanel' id='b' hidden><pre>brew</pre></div>",
            "Linux\n\n```\napt\n```\n\nMac\n\n```\nbrew\n```",
        ),
        ("<h2>Rig <button>Copy link</button></h2><p>x</p>", "## Rig\n\nx"),
        # quotes
        ("<p>She said <q>no</q> twice.</p>", 'She said "no" twice.'),
        ("<blockquote>outer<blockquote>inner</blockquote></blockquote>", "> outer\n>\n> > inner"),
        (
            "<blockquote class='twitter-tweet'><p>The pier is gone, <a href='https://x.example/'>see</a> it</p></blockquote>",
            "> The pier is gone, [see](https://x.example/) it",
        ),
        # tables
        (
            "<table><tr><th>Day</th><th>Work</th></tr><tr><td>1</td><td>ropework</td></tr></table>",
            "| Day | Work |\n| --- | --- |\n| 1 | ropework |",
        ),
        # links
        ("<p><a href='other.html'>next</a> to it</p>", "[next](https://site.example/blog/p/other.html) to it"),
        (
            "<a href='/card'><h3>Head</h3><p>The words of a card that is a link as a whole.</p></a>",
            "### [Head](https://site.example/card)\n\nThe words of a card that is a link as a whole.",
        ),
        # lines
        ("<p>one</p><hr><p>two</p>", "one\n\n---\n\ntwo"),
        ("<p>at <time datetime='2024-05-06'>noon</time> the pier fell<br></p>", "at noon the pier fell"),
        ("<p>Mit&shy;tel&#173;al\u00adter</p>", "Mittelalter"),
    ],
)
def test_elements_keep_their_form(html: str, markdown: str) -> None:
    assert body_of(html) == markdown


@pytest.mark.parametrize(
    ("html", "words"),
    [
        (
            "<table><tr><td>Day</td><td><ul><li>ropework</li><li>lampwork</li></ul></td></tr></table>",
            "ropework lampwork",
        ),
        ("<p><a href='/live'>On Friday the whole foghorn paragraph was a link.</a></p>", "foghorn"),
        ("<p><a href='/live'>The foghorn of the pier, in pictures</a></p>", "foghorn"),
        ("<p><a href='/live'>watch</a></p>", "watch"),
        ("<p><a href='/a'>mast</a>, <a href='/b'>keel</a></p>", "mast keel"),
        *(
            (f"<h{n}><a href='{to}'>Rig</a></h{n}><p>Rope.</p>", "Rig Rope")
            for n in range(2, 7)
            for to in ("#rig", "/rig")
        ),
        ("<section><h2><a href='#rig'>Rig</a></h2><p>Rope.</p></section>", "Rig Rope"),
        ("<h2><a href='#s'>Subscribe to a harbour</a></h2><p>Rope.</p>", "Subscribe Rope"),
        (
            "<p>Sources:</p><ul><li><a href='/a'>mast</a></li><li><a href='/b'>keel</a> by Ann</li></ul>",
            "mast keel Ann",
        ),
        ("<h2>Further</h2><ol><li><a href='/a'>mast</a></li><li><a href='/b'>keel</a></li></ol>", "Further mast keel"),
        ("<blockquote><a href='/a'>mast</a></blockquote>", "mast"),
        ("<div><a href='/a'>The foghorn of the pier</a></div>", "foghorn"),
        ("<div>The bridge was closed while the city rebuilt it.</div>", "bridge"),
        ("<h2>Rig</h2><div>Every rope of it is new.</div><h2>Hull</h2><div>Oak.</div>", "Rig rope Hull Oak"),
        ("<div class='subheadline'>What now?</div><p>Nobody knows.</p>", "What now Nobody"),
        ("<section class='faq'><h3>Why?</h3><div class='answer'>Because it leaks.</div></section>", "Why leaks"),
        ("<details><summary>Crew</summary><p>Five sailors.</p></details>", "Crew Five"),
        ("<dl><dt>Keel</dt><dd>The spine of a ship.</dd></dl>", "Keel spine"),
        ("<aside-note><p>Unknown elements hold text too, as this one.</p></aside-note>", "Unknown"),
    ],
)
def test_no_text_between_paragraphs_is_lost(html: str, words: str) -> None:
    body = body_of(html)
    assert [word for word in words.split() if word not in body] == []


LEAD = "The council met on the quay, and spoke about the price of eels in the spring."


@pytest.mark.parametrize("element", ["p", "p class='lead'", "div", "div class='intro'", "h2"])
@pytest.mark.parametrize(
    "layout",
    [
        "<article><h1>Pier</h1>{}<div class='article-body'>{}</div></article>",
        "<article><header><h1>Pier</h1>{}</header><div class='text'>{}</div></article>",
        "<main><div><h1>Pier</h1>{}</div><div class='text'>{}</div></main>",
        "<div class='row'><div class='col'><h1>Pier</h1>{}<div class='text'>{}</div></div></div>",
        "<article><h2>Pier</h2>{}<div><div>{}</div></div></article>",
    ],
)
def test_a_lead_between_title_and_text_is_kept(layout: str, element: str) -> None:
    lead = f"<{element}>{LEAD}</{element.split()[0]}>"
    article = layout.format(lead, ABOVE + BELOW + ABOVE)
    head = "<title>Pier</title>"
    body = read_page(f"<html><head>{head}</head><body>{article}</body></html>", URL).body
    assert body.lstrip("# ").startswith(LEAD)
    summarized = f"<html><head>{head}<meta name='description' content='{LEAD}'></head><body>{article}</body></html>"
    assert read_page(summarized, URL).summary == LEAD


@pytest.mark.parametrize(
    "html",
    [
        "<div class='newsletter'><p>{}</p></div>",
        "<aside><p>{}</p></aside>",
        "<p class='author-bio'>{}</p>",
        "<figure><img src='a.png'><figcaption>{}</figcaption></figure>",
        "<p><a href='/x'>{}</a></p>",
        "<div hidden><p>{}</p></div>",
    ],
)
def test_what_is_no_lead_is_left_out_between_title_and_text(html: str) -> None:
    page = f"<title>Pier</title><article><h1>Pier</h1>{html.format(LEAD)}<div>{ABOVE}{BELOW}</div></article>"
    assert read_page(page, URL).body.startswith(ABOVE[3:-4])


@pytest.mark.parametrize(
    "texts",
    [
        "<table><tr><td>Eels</td><td>3</td></tr></table>{}<pre>tie(x)</pre>",
        "<div>Rope.<br><br>Sail.</div>{}<ul><li>mast</li></ul>",
        "<ul><li>mast</li></ul>{}<section><h3>Rig</h3><p>Rope.</p></section>",
        "<div><div><p>Rope.</p></div></div>{}<details><summary>Crew</summary><p>Five.</p></details>",
    ],
)
@pytest.mark.parametrize("html", ["<div>{}</div>", "<div><span>{}</span></div>", "<ul><li>{}</li></ul>"])
def test_sentences_between_short_parts_are_kept(texts: str, html: str) -> None:
    page = "<title>Pier</title><h1>Pier</h1><div id='content'>{}</div><div class='related'><p>Buy a boat.</p></div>"
    body = read_page(page.format(texts.format(html.format(LEAD)) + ABOVE + texts.format("")), URL).body
    assert LEAD in body
    assert "boat" not in body


LONG = "The bridge was closed for a year while the city rebuilt its piers, and the traffic went through the old town. "


@pytest.mark.parametrize(
    "html",
    [
        f"{ABOVE}<div>{LONG * 2}</div>",
        f"<div>{ABOVE}</div><h2>Foo</h2><div>{LONG * 2}</div>",
        f"<div class='chunk'>{ABOVE * 3}</div><div class='ad'>Buy.</div><div class='chunk'><p>{LONG}{LONG}</p></div>",
        f"<div>{LONG * 2}</div>{ABOVE}",
    ],
)
def test_the_rest_of_an_article_is_not_lost(html: str) -> None:
    assert body_of(html, around=False).count("The bridge was closed") == 2


@pytest.mark.parametrize(
    "html",
    [
        "<div class='newsletter-signup'><p>Get our newsletter every morning, with all that you need.</p></div>",
        "<div style='display: none'><p>This is not shown to anybody who reads the page.</p></div>",
        "<p aria-hidden='true'>Nor is this shown to anybody who reads the page.</p>",
        "<div class='share-buttons'><p>Share this with your friends and with all the others.</p></div>",
        "<nav><a href='/'>Home</a> <a href='/news'>News</a></nav>",
        "<p><a href='/x'>CLICK HERE TO GET THE APP</a></p>",
        *(
            html.format(f"<a href='/x'>{call}</a>")
            for html in ("<p>{}</p>", "<h2>{}</h2>", "<ul><li>{}</li></ul>", "<div>{}</div>")
            for call in ("Click here to get the app", "Share on Rope", "Tweet", "Comments", "Sign up", "Free download")
        ),
        "<div class='related'><h3><a href='/x'>Another pier</a></h3><ul><li><a href='/y'>Nets</a></li></ul></div>",
        "<p><button>Print this page</button></p>",
        "<script>let x = 1;</script><style>p { color: red }</style>",
    ],
)
def test_what_is_around_texts_is_left_out_between_paragraphs(html: str) -> None:
    assert body_of(html) == ""


def test_comments_are_not_the_article() -> None:
    comments = "".join(
        f"<div class='comment'><div class='content'><p>I think that pier number {n} is better. {LONG}</p></div></div>"
        for n in range(30)
    )
    html = f"<div class='content'>{ABOVE}{BELOW}</div><div id='comments'>{comments}</div>"
    assert "pier number" not in body_of(html, around=False)


def test_private_characters_of_a_page_are_kept() -> None:
    assert body_of("<p>icons \U000f0001 and \U00100002 stay</p>") == "icons \U000f0001 and \U00100002 stay"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("other.html", "https://site.example/blog/p/other.html"),
        ("./other.html", "https://site.example/blog/p/other.html"),
        ("../up", "https://site.example/blog/up"),
        ("/root", "https://site.example/root"),
        ("?q=1", "https://site.example/blog/p/pier?q=1"),
        ("#note", "https://site.example/blog/p/pier#note"),
        ("//cdn.example/y", "https://cdn.example/y"),
        ("https://x.example/z", "https://x.example/z"),
        ("mailto:a@x.example", "mailto:a@x.example"),
        (" other.html\n", "https://site.example/blog/p/other.html"),
        ("http://[broken", "http://[broken"),
    ],
)
def test_links_are_relative_to_the_page(address: str, expected: str) -> None:
    assert body_of(f"<p>See <a href='{address}'>this</a> too.</p>") == f"See [this]({expected}) too."


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ("https://b.example/x/", "https://b.example/x/other"),
        ("/x/", "https://site.example/x/other"),
        ("//b.example/", "https://b.example/other"),
    ],
)
def test_links_are_relative_to_the_base_that_a_page_states(base: str, expected: str) -> None:
    body = body_of("<p>See <a href='other'>this</a> too.</p>", head=f"<base href='{base}'>")
    assert body == f"See [this]({expected}) too."


def test_links_of_a_page_without_an_address_stay_as_they_are() -> None:
    html = (
        f"<article>{ABOVE}<p>See <a href='other.html'>this</a>, <a href='//x.example/'>that</a>.</p>{BELOW}</article>"
    )
    body = read_page(f"<html><body>{html}</body></html>").body
    assert "[this](other.html), [that](https://x.example/)" in body


FIGURES = {
    "figcaption": "<figure>{}<figcaption>The red boat <em>Ann</em>.</figcaption></figure>",
    "boxes": "<div><figure><div>{}</div><figcaption><p>The red boat <em>Ann</em>.</p></figcaption></figure></div>",
    "noscript": "<figure>{}<noscript>{}</noscript><figcaption>The red boat <em>Ann</em>.</figcaption></figure>",
    "wordpress": "<div class='wp-caption'>{}<p class='wp-caption-text'>The red boat <em>Ann</em>.</p></div>",
}


@pytest.mark.parametrize("form", FIGURES)
def test_a_picture_that_is_kept_has_its_caption(form: str) -> None:
    figure = FIGURES[form].replace("{}", "<img src='boat.png' alt='A boat'>")
    teaser = "<aside><figure><img src='ad.png'><figcaption>An advertisement.</figcaption></figure></aside>"
    page = f"<html><title>Pier</title><article><h1>Pier</h1>{ABOVE}{figure}{BELOW}</article>{teaser}</html>"
    body = read_page(page, None, "").body
    between = body[body.index("said.") + 5 : body.index("It will")]
    assert between.count("![A boat](") == 1
    assert between.strip().endswith("The red boat *Ann*.")
    assert "advertisement" not in body
    assert "The red boat" not in read_page(page, None, None).body


@pytest.mark.parametrize("start", ["", "<html>", "<!doctype html><html><head>", "<head><meta charset='utf-8'></head>"])
@pytest.mark.parametrize("name", ["article", "main", "section", "x-story", "div", "header"])
def test_tags_that_html_lets_pages_leave_out_are_not_needed(start: str, name: str) -> None:
    page = f"{start}<title>Pier</title><{name}><h1>Pier</h1>{ABOVE}</{name}><section>{BELOW}</section>"
    assert read_page(page).body == f"{ABOVE[3:-4]}\n\n{BELOW[3:-4]}"


@pytest.mark.parametrize(
    "picture", ["<p>{}{}</p>", "<p>{}<br>{}</p>", "<p>{}</p><p>{}</p>", "<p><a href='/x'>{}</a> {}</p>"]
)
def test_a_picture_before_the_last_text_is_kept(picture: str) -> None:
    content = picture.format("<img src='boat.png' alt='A boat'>", BELOW[3:-4])
    body = read_page(f"<html><title>Pier</title><body><h1>Pier</h1>{ABOVE}{content}</body></html>", None, "").body
    assert body.index("![A boat](") > body.index("said.")


NOTE = "See the plan."


@pytest.mark.parametrize(
    ("mark", "notes"),
    [
        (
            "<sup id='r1'><a href='#fn1'>1</a></sup>",
            f"<ol><li id='fn1'><p>{NOTE} <a href='#r1'>\u21a9</a></p></li></ol>",
        ),
        ("<a href='#fn1'><sup>[1]</sup></a>", f"<p><a name='fn1' href='#r1'>1</a> {NOTE}</p>"),
        ("[<a href='#fn1'>1</a>]", f"<div id='fn1'><p>[<a href='#r1'>1</a>] {NOTE}</p></div>"),
        ("<a href='#fn1'>*</a>", f"<p id='fn1'>* {NOTE}</p>"),
    ],
)
def test_notes_that_the_text_refers_to_are_kept(mark: str, notes: str) -> None:
    other = "<div id='fn2'><p>Not referred to.</p></div>"
    text = f"<article><h1>Pier</h1>{ABOVE.replace('away', f'away{mark}')}{BELOW}</article>"
    body = read_page(f"<html><title>Pier</title>{text}<div class='footer-notes'>{notes}{other}</div></html>").body
    assert NOTE in body[body.index("It will") :]
    assert "referred" not in body


def test_a_link_within_the_page_is_no_note() -> None:
    link = ABOVE.replace("pier", "<a href='#more'>pier</a>")
    more = "<div id='more'><p>Related.</p></div>"
    assert "Related" not in read_page(f"<html><title>Pier</title><article>{link}{BELOW}</article>{more}</html>").body
