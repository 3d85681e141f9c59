"""Pages about events: the days of an event are not the day on which its page was published."""

import json

import pytest

from docarchive.readers.web.html import read_page

TEXT = "<p>" + "The harbour master wrote a long report about the tides and the ships of the year. " * 5 + "</p>"


def _page(body: str, *, event: dict[str, object] | None = None, head: str = "") -> str:
    script = f'<script type="application/ld+json">{json.dumps(event)}</script>' if event else ""
    return f"<html><head><title>Harbour feast</title>{head}{script}</head><body>{body}</body></html>"


def _event(kind: object = "Event", **dates: str) -> dict[str, object]:
    return {"@context": "https://schema.org", "@type": kind, "name": "Feast", **dates}


START = '<time datetime="2024-07-20T19:00">20 July 2024</time>'
POSTED = '<p>Posted on <time datetime="2024-06-01">1 June 2024</time></p>'


@pytest.mark.parametrize(
    ("page", "date"),
    [
        (
            _page(
                f"<article><h1>Harbour feast</h1>{START}{TEXT}</article>", event=_event(startDate="2024-07-20T19:00")
            ),
            None,
        ),
        (
            _page(
                f"<article><h1>Harbour feast</h1>{START}{TEXT}</article>",
                event=_event(["Festival"], endDate="2024-07-20"),
            ),
            None,
        ),
        (
            _page(
                f"<article><h1>Harbour feast</h1>{START}{TEXT}{POSTED}</article>", event=_event(startDate="2024-07-20")
            ),
            "2024-06-01",
        ),
        (
            _page(
                f"<article><h1>Harbour feast</h1>{START}{TEXT}</article>", event=_event("MusicEvent", startDate="soon")
            ),
            "2024-07-20T19:00",
        ),
        (
            _page(
                f'<article><h1>Harbour feast</h1><div class="date">20 July 2024</div>{TEXT}</article>',
                head='<meta property="event:start_time" content="2024-07-20T19:00">',
            ),
            None,
        ),
        (
            _page(
                f'<article itemscope itemtype="https://schema.org/Event"><h1>Harbour feast</h1><meta itemprop="startDate" content="2024-07-20"><span class="date">20 July 2024</span>{TEXT}</article>'
            ),
            None,
        ),
        (
            _page(
                f'<article><h1>Harbour feast</h1><time class="dt-start" datetime="2024-07-20">20 July</time>{TEXT}</article>'
            ),
            None,
        ),
        (
            _page(
                f'<article><h1>Harbour feast</h1><ul><li>Date: <time datetime="2024-07-20">20 July</time></li><li>Place: Quay</li></ul>{TEXT}{POSTED}</article>'
            ),
            "2024-06-01",
        ),
        (
            _page(
                f'<article><h1>Harbour feast</h1><p>Published <time datetime="2024-07-20">20 July 2024</time></p>{TEXT}</article>',
                event=_event(startDate="2024-07-20"),
            ),
            "2024-07-20",
        ),
    ],
)
def test_the_date_of_an_event_is_not_that_of_its_page(page: str, date: str | None) -> None:
    assert (str(stated) if (stated := read_page(page).date) else None) == date
