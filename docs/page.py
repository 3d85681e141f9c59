"""Takes docs/page.png: the page of a search in `docarchive serve`, in Chromium. It needs the extra `browser`.

    python docs/page.py             write the picture
    python docs/page.py FOLDER      write pictures of every page there instead: light, dark, on a phone and on paper

The articles are made here. Fonts differ between machines, so no test compares the picture.
"""

from __future__ import annotations

import io
import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any, Final

from docarchive import Archive
from docarchive.web.options import ServeOptions
from docarchive.web.server import Server

sync_playwright: Final = import_module("playwright.sync_api").sync_playwright  # `make check` has no browser

PICTURE: Final = Path(__file__).with_name("page.png")
_QUERY: Final = "?q=ferry+strike"
_SCENES: Final = (
    (
        "Ferry crews vote to strike over night shifts",
        "strike",
        "North Bay",
        "The crews of the night ferry voted on Monday",
    ),
    ("Harbour council delays the new pier again", "harbour", "North Bay", "The council found no majority for the pier"),
    (
        "Strike ends: ferries run to the islands again",
        "strike",
        "Gull Island",
        "After nine days the ferry strike ended",
    ),
    (
        "Storm closes the lighthouse road for a week",
        "weather",
        "Gull Island",
        "The storm took forty metres of the road",
    ),
    ("Fish market moves into the old customs house", "trade", "Saltmouth", "Traders packed their stalls before dawn"),
    ("Ferry fares rise as fuel grows dearer", "trade", "Saltmouth", "A ferry ticket will cost a tenth more from May"),
)
_MORE: Final = (
    "said the harbour master, who has counted every ferry, strike and storm on this coast since the bridge was closed."
)


def _articles() -> Iterator[dict[str, Any]]:
    for number in range(72):
        title, tag, place, begin = _SCENES[number % len(_SCENES)]
        body = (
            f"{begin}, {_MORE}\n\nIt was report number {number + 1} of that spring. Nobody expected the tide to wait.\n"
        )
        month = 1 + number * 7 % 11
        yield {
            "title": title if number < 6 else f"{title} ({number // 6 + 1})",
            "date": f"2024-{month:02}-{1 + number * 5 % 28:02}",
            "tags": [tag, *(["ferry"] if "erry" in title else [])],
            "places": [place],
            "authors": [("Ana Ruiz", "Jonas Berg", "Mei Lin")[number % 3]],
            "source": ("Bay Gazette", "Island Post")[number % 2],
            "body": body * 4,
        }


@contextmanager
def _served(folder: Path) -> Iterator[tuple[str, str]]:
    """Serves an archive until the end of the block; yields its address and the id of an article."""
    with Archive.create(folder / "Harbour desk", name="Harbour desk") as archive:
        rows = "".join(json.dumps(row) + "\n" for row in _articles())
        archive.import_(io.BytesIO(rows.encode()), format="jsonl", on_duplicate="keep")
        archive.import_(io.BytesIO(b"{"), format="json")
        archive.save_search("strikes", "strike date:2024")
        id = archive.search("customs").hits[0].id
        archive.note(id, "Ask the market office for the plans.")
        archive.highlight(id, "packed their stalls before dawn", note="Which day?")
        archive.edit(id, archive.text(id).replace("Nobody expected", "Few expected"))
        archive.remove(ids=[archive.search("lighthouse").hits[0].id])
        with closing(Server(archive, ServeOptions(port=0, write=True))) as server:
            thread = Thread(target=server.run)
            thread.start()
            try:
                yield server.address, id
            finally:
                server.stop()
                thread.join()


def _paths(id: str) -> dict[str, str]:
    """Returns the pages by names for files."""
    of_article = {
        name or "article": f"articles/{id}/{name}".rstrip("/")
        for name in ("", "edit", "versions", "changes", "similar")
    }
    lists = ("timeline", "topics", "statistics", "quarantine", "trash", "log", "import", "imports/1")
    others = {"first": "", "search": _QUERY, "wrong": "?q=ferry+AND", "none": "?q=zzzz", "labels": "topics/tags"}
    return others | of_article | {name.replace("/", "-"): name for name in lists}


def main() -> int:
    """Takes the pictures; returns the exit code."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with TemporaryDirectory() as folder, _served(Path(folder)) as (address, id), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        if len(sys.argv) == 1:
            page = browser.new_page(viewport={"width": 1100, "height": 700})
            page.goto(address + _QUERY)
            page.screenshot(path=PICTURE)
        else:
            out = Path(sys.argv[1])
            page = browser.new_page()
            page.request.post(
                f"{address}import",
                multipart={"files": {"name": "a.md", "mimeType": "text/plain", "buffer": b"# A tide\n\nIt rose.\n"}},
            )
            page.request.get(f"{address}api/v1/imports/1?wait=25")
            kinds: dict[str, dict[str, Any]] = {
                "light": {"viewport": {"width": 1100, "height": 800}},
                "dark": {"viewport": {"width": 1100, "height": 800}, "color_scheme": "dark"},
                "phone": {"viewport": {"width": 390, "height": 844}},
            }
            for kind, options in kinds.items():
                context = browser.new_context(**options)
                page = context.new_page()
                for name, path in _paths(id).items():
                    page.goto(address + path)
                    page.screenshot(path=out / f"{name}-{kind}.png", full_page=kind == "phone")
                    if kind == "light":
                        page.emulate_media(media="print")
                        page.screenshot(path=out / f"{name}-paper.png")
                        page.emulate_media(media="screen")
                context.close()
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
