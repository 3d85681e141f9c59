"""What a page says of itself, and only that: dates, authors, tags, titles and the source."""

from __future__ import annotations

import json

import pytest

from docarchive.article import Article
from docarchive.readers.web.html import read_page

TEXT = (
    "<p>The harbour council met on Saturday evening and voted for a new pier, after a storm had taken the old one away, "
    "and work begins before the summer, the mayor said to those who had come to the hall.</p>"
)


def read(
    head: str = "", body: str = "", *, url: str | None = None, lang: str = "en", title: str = "A pier", after: str = ""
) -> Article:
    """Returns the article of a page with something below its title, and something after its text."""
    return read_page(
        f"<html lang='{lang}'><head><title>{title}</title>{head}</head><body><article><h1>A pier</h1>{body}{TEXT}{TEXT}"
        f"</article>{after}</body></html>",
        url,
    )


def meta(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{content}">'


def json_ld(**values: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **values})}</script>'


PUBLISHED = "article:published_time"


@pytest.mark.parametrize(
    ("head", "lang", "date", "as_written"),
    [
        (meta(PUBLISHED, "2024-05-06"), "en", "2024-05-06", None),
        (meta(PUBLISHED, "10/05/2022 05:22 pm"), "es", "2022-05-10T17:22", None),
        (meta(PUBLISHED, "10/05/2022"), "en-GB", "2022-05-10", None),
        (meta(PUBLISHED, "10/05/2022"), "en", None, "10/05/2022"),
        (meta(PUBLISHED, "10/05/2022"), "", None, "10/05/2022"),
        (meta(PUBLISHED, "13/05/2022"), "en", "2022-05-13", None),
        (meta(PUBLISHED, "10.12.2022, 07:00:03"), "de", "2022-12-10T07:00:03", None),
        (meta(PUBLISHED, "10.12.2022 07:00"), "en", "2022-12-10T07:00", None),
        (meta(PUBLISHED, "16. März 2024"), "de", "2024-03-16", None),
        (meta(PUBLISHED, "14:30"), "en", None, None),
        (meta(PUBLISHED, "soon"), "en", None, None),
        (meta(f"{PUBLISHED} og:published", "2024-05-06"), "en", "2024-05-06", None),
        (json_ld(datePublished="05/06/2024"), "en", None, "05/06/2024"),
        (json_ld(datePublished="05/06/2024") + meta(PUBLISHED, "2024-05-06"), "en", "2024-05-06", None),
    ],
)
def test_stated_dates(head: str, lang: str, date: str | None, as_written: str | None) -> None:
    article = read(head, lang=lang)
    assert (str(article.date) if article.date else None, article.extra.get("date_as_written")) == (date, as_written)


RELATED = "<div class='related'><time datetime='2025-01-01'>Jan 1 2025</time> Another story</div>"


@pytest.mark.parametrize(
    ("body", "date"),
    [
        ("<time datetime='2024-05-06T01:30:00+09:00'>May 6</time>", "2024-05-06T01:30:00+09:00"),
        ("<time datetime='2024-05-06'>today</time>" + RELATED, "2024-05-06"),
        (RELATED + "<time datetime='2024-05-06'>today</time>", "2024-05-06"),
        ("<time class='updated' datetime='2025-02-02'>x</time><time datetime='2024-05-06'>y</time>", "2024-05-06"),
        ("<span itemprop='datePublished' content='2024-05-06'>today</span>", "2024-05-06"),
        ("<abbr class='published' title='2024-05-06T10:00'>today</abbr>", "2024-05-06T10:00"),
        ("<p class='post-date'>Monday, May 6, 2024</p>", "2024-05-06"),
        ("<p>Published on May 6, 2024.</p>", "2024-05-06"),
        ("<p>By Ada Meyer on Monday, May 6th, 2024 at 11:04 a.m.</p>", "2024-05-06T11:04"),
        # what is not the date of the article
        ("<p>In 2019 the pier was built, and on March 3, 1987 the old one had burnt.</p>", None),
        ("<p>The old pier burnt in the storm of March 3, 1987</p>", None),
        ("<p>It was published on March 3, 1987.</p>", None),
        ("<p>The pier was opened on <time datetime='1932-03-19'>19 March 1932</time> by a minister.</p>", None),
        (
            "<p>The pier was opened on <time datetime='1932-03-19'>19 March 1932</time> by a minister.</p>"
            "<p>Published 6 May 2024</p>",
            "2024-05-06",
        ),
        ("<p>First published on <time datetime='2024-05-06'>6 May</time> in the paper</p>", "2024-05-06"),
        ("<div class='post-date'><time datetime='2024-05-06T10:00'>6 May 2024</time></div>", "2024-05-06T10:00"),
        ("<p class='date'>公開日：2024年5月6日 10時30分</p>", "2024-05-06T10:30"),
        ("<p class='date'>发布时间：2024-05-06 10:30</p>", "2024-05-06T10:30"),
        ("<dl><dt>Born</dt><dd>3 March 1950</dd><dt>Published</dt><dd>6 May 2024</dd></dl>", "2024-05-06"),
        ("<ul class='meta'><li>By <a href='/a'>Ann</a></li><li><time>6 May 2024</time></li></ul>", "2024-05-06"),
        ("<p>Von Ann Bee am <time datetime='2024-05-06'>heute</time> in Politik</p>", "2024-05-06"),
        # the dates of events and of people
        ("<p>Join us on <time datetime='2030-03-19'>19 March 2030</time></p>", None),
        ("<p>Wann: <time datetime='2030-03-19'>19. März 2030</time></p>", None),
        ("<dl><dt>When</dt><dd><time datetime='2030-03-19'>19 March</time></dd></dl>", None),
        ("<dl><dt>When</dt><dd>19 March 2030</dd></dl>", None),
        ("<p class='date'>Deadline: 3 March 2031</p>", None),
        ("<p class='meta'>Born: 3 March 1950</p>", None),
        ("<p class='date'>Geboren: 3. März 1950</p>", None),
        ("<ul><li>Born <time datetime='1950-03-03'>1950</time></li><li>Died 1 January 1999</li></ul>", None),
        # those of other things in a list or a table
        (
            "<ul><li><a href='/b'>Pier</a> <time datetime='2011-01-01'>1 Jan</time></li>"
            "<li><a href='/c'>Quay</a> <time datetime='2012-01-01'>1 Jan</time></li></ul>",
            None,
        ),
        (
            "<table><tr><th>Version</th><th>Day</th></tr><tr><td>1.0</td><td><time>1 May 2015</time></td></tr></table>",
            None,
        ),
        (RELATED, None),
        ("<figure><figcaption>The pier on May 6, 2024</figcaption></figure>", None),
        ("<div class='comment'><time datetime='2024-05-06'>today</time> I like it.</div>", None),
        ("<blockquote><time datetime='2024-05-06'>today</time></blockquote>", None),
        ("<p hidden><time datetime='2024-05-06'>today</time></p>", None),
    ],
)
def test_shown_dates(body: str, date: str | None) -> None:
    actual = read(body=body).date
    assert (str(actual) if actual else None) == date


def test_a_date_that_could_be_of_two_days_is_kept_as_it_is_shown() -> None:
    article = read(body="<p class='date'>Published: 05/06/2024 3:15 PM | Updated: 06/06/2024</p>")
    assert (article.date, article.extra["date_as_written"]) == (None, "05/06/2024 3:15 PM")
    assert str(read(body="<p class='date'>Publicado: 05/06/2024</p>", lang="es").date) == "2024-06-05"


@pytest.mark.parametrize(
    "after",
    [
        "<footer><p>Exported from <a href='https://m.example'>M</a> on January 2, 2024.</p></footer>",
        "<p>© 2012-2024 The Post</p>",
        "<div id='comments'><h2>Comments</h2><div class='comment'>Ann, January 2, 2024<p>Fine.</p></div></div>",
        "<aside><time datetime='2024-01-02'>yesterday</time> Other news</aside>",
        "<article><h2>Other</h2><time datetime='2024-01-02'>yesterday</time></article>",
        "<div class='print-footer'>Printed on January 2, 2024</div>",
        "<script>var today = '2024-01-02';</script>",
    ],
)
def test_dates_around_an_article_are_not_its_own(after: str) -> None:
    assert read(after=after).date is None


@pytest.mark.parametrize(
    ("path", "date"),
    [
        ("2024/05/06/pier", "2024-05-06"),
        ("2024/05/pier", "2024-05"),
        ("blog/2024/11/", "2024-11"),
        ("release-2026-1-notes", None),
        ("2024/pier", None),
        ("news/2024-05/pier", None),
        ("1024/05/pier", None),
    ],
)
def test_dates_in_addresses(path: str, date: str | None) -> None:
    actual = read(url=f"https://post.example/{path}").date
    assert (str(actual) if actual else None) == date


@pytest.mark.parametrize(
    ("head", "authors"),
    [
        (meta("twitter:label1", "Est. reading time") + meta("twitter:data1", "4 minutes"), []),
        (meta("twitter:label1", "Lesezeit") + meta("twitter:data1", "4 Minuten"), []),
        (meta("twitter:data1", "Ann Bee"), []),
        (meta("twitter:label2", "Written by") + meta("twitter:data2", "Ann Bee"), ["Ann Bee"]),
        (meta("twitter:label1", "Verfasst von") + meta("twitter:data1", "Ann Bee"), ["Ann Bee"]),
        (meta("author", "View all posts by Ann Bee"), ["Ann Bee"]),
        (meta("author", "Zeige alle Beiträge von Ann Bee"), ["Ann Bee"]),
        (meta("author", "Interview: Ann Bee"), ["Ann Bee"]),
        (meta("author", "Edited by Ann Bee (@annbee)"), ["Ann Bee"]),
        (meta("author", "@annbee"), []),
        (meta("author", "Follow"), []),
        (meta("author", "March 3, 2024"), []),
        (meta("author", "12 comments"), []),
        (meta("author", "A pier") + meta("og:title", "A pier"), []),
        (json_ld(headline="A pier", author={"name": "A pier"}) + meta("author", "Ann Bee"), ["Ann Bee"]),
        (json_ld(author=[{"@type": "Person", "name": ["Ann Bee", "Cy Doe"]}]), ["Ann Bee", "Cy Doe"]),
    ],
)
def test_authors_that_are_stated(head: str, authors: list[str]) -> None:
    assert read(head).authors == authors


def test_an_author_that_is_stated_elsewhere_in_json_ld() -> None:
    graph = [
        {"@type": "Article", "headline": "A pier", "author": {"@id": "https://post.example/#ann"}},
        {"@type": "Person", "@id": "https://post.example/#ann", "name": "Ann Bee"},
    ]
    head = f'<script type="application/ld+json">{json.dumps({"@graph": graph})}</script>'
    assert read(head).authors == ["Ann Bee"]


@pytest.mark.parametrize(
    ("body", "authors"),
    [
        ("<a rel='author' href='/ann'>Ann Bee</a>", ["Ann Bee"]),
        ("<span itemprop='author'><span itemprop='name'>Ann Bee</span></span>", ["Ann Bee"]),
        ("<p class='byline'>By Ann Bee and Cy Doe</p>", ["Ann Bee", "Cy Doe"]),
        ("<p class='author'>Vortex</p>", ["Vortex"]),
        (
            "<span itemprop='author'><span itemprop='name'>Ann Bee</span><span itemprop='jobTitle'>Editor</span></span>",
            ["Ann Bee"],
        ),
        ("<div itemprop='author'><meta itemprop='name' content='Ann Bee'></div>", ["Ann Bee"]),
        (
            "<div itemprop='author'><span itemprop='givenName'>Ann</span><span itemprop='familyName'>Bee</span></div>",
            ["Ann Bee"],
        ),
        ("<p class='author vcard'><span class='fn'>Ann Bee</span><br>Harbour Times</p>", ["Ann Bee"]),
        (
            "<div class='byline'><span>Ann Bee</span><span>Senior Reporter</span><time>5 March 2024</time></div>",
            ["Ann Bee"],
        ),
        ("<p class='author'><span>Ann</span><span>Bee</span></p>", ["Ann Bee"]),
        ("<p class='author'>Follow</p>", []),
        ("<p class='author'>4 minutes</p>", []),
        ("<div class='comment'><span class='author'>Ann Bee</span> I like it.</div>", []),
        ("<div class='related'><span class='author'>Ann Bee</span></div>", []),
    ],
)
def test_authors_that_are_shown(body: str, authors: list[str]) -> None:
    assert read(body=body).authors == authors


@pytest.mark.parametrize(
    ("head", "tags"),
    [
        (
            meta("article:tag", "Elections, Governors") + meta("article:tag", "Beshear, Andrew G (1977- )"),
            ["Elections, Governors", "Beshear, Andrew G (1977- )"],
        ),
        (meta("article:tag", "Elections, Governors"), ["Elections, Governors"]),
        (meta("article:tag", "wood,sea,pier"), ["wood", "sea", "pier"]),
        (meta("keywords", "wood, sea"), ["wood", "sea"]),
        (json_ld(keywords=["Elections, Governors", "Pier"]), ["Elections, Governors", "Pier"]),
        (json_ld(keywords="wood, sea"), ["wood", "sea"]),
    ],
)
def test_tags_with_commas(head: str, tags: list[str]) -> None:
    assert read(head).tags == tags


@pytest.mark.parametrize(
    ("page", "title"),
    [
        ("<title>A pier</title><h1>Navigation und Service</h1>", "A pier"),
        ("<title>A pier</title><h1 class='sr-only'>The Post of the harbour</h1>", "A pier"),
        ("<title>A pier</title><nav><h1>Sections</h1></nav>", "A pier"),
        ("<title>1</title><h1>A pier</h1>", "A pier"),
        ("<title>The Post</title><meta property='og:title' content='1'><h1>A pier</h1>", "A pier"),
        ("<title>A pier | The Post</title><h2>Write a Reply or Comment</h2>", "A pier"),
        ("<title></title><h1>Leave a comment</h1><h2>A pier</h2>", "A pier"),
        ("<title>1984</title>", "1984"),
        ("<title>A new pi\u00ader</title>", "A new pier"),
        *(
            (f"<title>{title}</title>{frame}<article><h2>The harbour opens</h2></article>", "The harbour opens")
            for title in ("The harbour opens | The Post", "The harbour opens \u2013 The Post", "The harbour opens")
            for frame in ("<header><h1>The Post</h1></header>", "<h1>Latest news from us</h1>", "<h1>3 Comments</h1>")
        ),
        (
            "<title>The Post: The harbour opens</title><h1 id='logo'>The Post</h1><h2>The harbour opens</h2>",
            "The harbour opens",
        ),
        ("<title>The harbour | The Post</title><h1>The harbour opens</h1><h2>The Post</h2>", "The harbour opens"),
        ("<title>News | The Post</title><h1>The harbour opens</h1><h2>News</h2>", "The harbour opens"),
        *(
            (f"<title>The harbour opens | The Post</title><h1>{heading}</h1>", "The harbour opens")
            for heading in (
                *("3 Comments", "No comments", "Kommentare (3)", "Deja un comentario", "Deixe um coment\u00e1rio"),
                *(
                    "Lascia un commento",
                    "Post navigation",
                    "Breadcrumb",
                    "Archiv",
                    "Advertisement",
                    "Share this:",
                    "404",
                ),
            )
        ),
    ],
)
def test_headings_of_the_frame_are_no_titles(page: str, title: str) -> None:
    head, _, body = page.partition("</title>")
    html = f"<html><head>{head}</title></head><body>{body}{TEXT}{TEXT}</body></html>"
    assert read_page(html).title == title


@pytest.mark.parametrize(
    ("head", "source"),
    [
        (meta("og:site_name", "The Post"), "The Post"),
        (meta("publisher", "The Post"), "The Post"),
        (meta("twitter:site", "@post_de"), "post-news.example"),
        ("", "post-news.example"),
    ],
)
def test_a_domain_is_not_made_a_name(head: str, source: str) -> None:
    assert read(head, url="https://www.post-news.example/pier").source == source


def test_an_update_that_is_shown() -> None:
    body = "<time datetime='2024-05-06'>May 6</time> <time class='updated' datetime='2024-05-07'>May 7</time>"
    article = read(body=body)
    assert (str(article.date), str(article.updated)) == ("2024-05-06", "2024-05-07")


@pytest.mark.parametrize(
    "body",
    [
        "<p class='date'>Published 6 May 2024, updated 7 May 2024</p>",
        "<p>Publicado el 6 de mayo de 2024 | Actualizado el 7 de mayo de 2024</p>",
        "<p>Publié le 6 mai 2024 à 18h12, mis à jour le 7 mai 2024</p>",
        "<p>Published <time datetime='2024-05-06'>x</time>, last updated <time datetime='2024-05-07'>y</time></p>",
        "<div class='date'>입력 2024.05.06 수정 2024.05.07</div>",
        "<dl><dt>Published</dt><dd>6 May 2024</dd><dt>Last updated</dt><dd>7 May 2024</dd></dl>",
        "<p>公開日：2024年5月6日</p><p>2024年5月7日 更新</p>",
        "<p>By Ann Bee | Updated May 7, 2024 | First published May 6, 2024</p>",
        "<p>Aktualisiert am 7. Mai 2024, veröffentlicht am 6. Mai 2024</p>",
    ],
)
def test_a_day_of_publication_and_one_of_a_change(body: str) -> None:
    article = read(body=body)
    assert (str(article.date)[:10], str(article.updated)[:10]) == ("2024-05-06", "2024-05-07")


@pytest.mark.parametrize(
    "footer",
    [
        "<footer class='node__meta'>Submitted by <span>Ann Bee</span> on <time datetime='2024-05-06'>Monday</time></footer>",
        "<footer class='meta'><p>By <a rel='author'>Ann Bee</a></p><p>First published <time>6 May 2024</time></p></footer>",
    ],
)
def test_an_article_has_a_footer_of_its_own(footer: str) -> None:
    article = read(body=footer)
    assert (article.authors, str(article.date)) == (["Ann Bee"], "2024-05-06")
    assert str(read(after=footer).date) == "None"


@pytest.mark.parametrize(
    "body",
    [
        "<p class='meta'>Updated: 5 May 2024</p>",
        "<p class='byline'>Actualizado el 5 de mayo de 2024</p>",
        "<p>Zuletzt aktualisiert am 5. Mai 2024</p>",
        "<p>Modified: <time datetime='2024-05-05'>May 5</time></p>",
        "<p><span>Last updated</span> <time datetime='2024-05-05'>May 5</time></p>",
    ],
)
def test_a_line_about_a_change_has_no_date_of_publication(body: str) -> None:
    article = read(body=body)
    assert (article.date, str(article.updated)) == (None, "2024-05-05")


@pytest.mark.parametrize(
    ("stated", "as_written"),
    [("2024-02-30", "2024-02-30"), ("Spring 2024", "Spring 2024"), ("0000-00-00", None), ("unknown", None)],
)
def test_a_stated_date_that_cannot_be_read_is_kept_as_it_is_written(stated: str, as_written: str | None) -> None:
    article = read(meta("article:published_time", stated))
    assert (article.date, article.extra.get("date_as_written")) == (None, as_written)


def test_what_evernote_states_in_the_html_that_it_exports() -> None:
    stated = {"created": "2024-03-16 10:20:30 +0000", "updated": "2024-03-17 10:20:30 +0000"} | {
        "source-url": "https://a.example/crane",
        "author": "Ada Meyer",
        "keywords": "ships, harbour",
    }
    head = "".join(f'<meta name="{name}" content="{value}">' for name, value in stated.items())
    article = read_page(
        f"<html><head><title>Crane</title>{head}</head><body><div>{'The harbour is open again. ' * 9}</div></body></html>"
    )
    assert (str(article.date), str(article.updated)) == ("2024-03-16T10:20:30+00:00", "2024-03-17T10:20:30+00:00")
    assert (article.url, article.authors, article.tags) == (
        "https://a.example/crane",
        ["Ada Meyer"],
        ["ships", "harbour"],
    )
