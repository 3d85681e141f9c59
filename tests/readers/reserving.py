"""The same foreign key and value in the notation of each format that carries free metadata."""

import io
import json
import sqlite3
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from docarchive.readers import ReadOptions, Source

TITLE: Final = "The pier"
DATE: Final = "2024-03-16"
BODY: Final = "Ships are back in the harbour."


class Form(NamedTuple):
    """One notation of metadata.

    Attributes:
        reader: The reader that reads it.
        suffix: Ending of the file's name, with the dot.
        write: Makes the file of a key and its value; both are one word.
        mapping: What the user says of its columns or paths; may be empty.
    """

    reader: str
    suffix: str
    write: Callable[[str, str], bytes]
    mapping: Mapping[str, str] = {}

    def source(self, key: str, value: str) -> Source:
        """Returns a source with a title, a date, a text, and this key."""
        data = self.write(key, value)
        options = ReadOptions(mapping=self.mapping)
        return Source(f"pier{self.suffix}", len(data), partial(io.BytesIO, data), options=options)


def _lines(template: str) -> Callable[[str, str], bytes]:
    """Returns what fills ``KEY``, ``VALUE``, ``TITLE``, ``DATE`` and ``BODY`` into a text."""

    def write(key: str, value: str) -> bytes:
        filled = template.replace("TITLE", TITLE).replace("DATE", DATE).replace("BODY", BODY)
        return filled.replace("KEY", key).replace("VALUE", value).encode()

    return write


def _sqlite(key: str, value: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.sqlite")
        connection = sqlite3.connect(path)
        connection.execute(f"CREATE TABLE posts (title TEXT, date TEXT, body TEXT, {key} TEXT)")
        connection.execute("INSERT INTO posts VALUES (?, ?, ?, ?)", [TITLE, DATE, BODY, value])
        connection.commit()
        connection.close()
        return path.read_bytes()


def _parquet(key: str, value: str) -> bytes:
    import pyarrow
    from pyarrow import parquet

    out = io.BytesIO()
    parquet.write_table(pyarrow.table({"title": [TITLE], "date": [DATE], "body": [BODY], key: [value]}), out)
    return out.getvalue()


def _record(key: str, value: str) -> dict[str, str]:
    return {"title": TITLE, "date": DATE, "body": BODY, key: value}


def _json(key: str, value: str) -> bytes:
    return json.dumps([_record(key, value)]).encode()


def _json_lines(key: str, value: str) -> bytes:
    return json.dumps(_record(key, value)).encode() + b"\n"


def _csl(key: str, value: str) -> bytes:
    issued = {"date-parts": [[2024, 3, 16]]}
    item = {"type": "book", "id": "a", "title": TITLE, "issued": issued, "abstract": BODY, key: value}
    return json.dumps([item]).encode()


#: By name.
FORMS: Final[dict[str, Form]] = {
    "YAML": Form("markdown", ".md", _lines("---\ntitle: TITLE\ndate: DATE\nKEY: VALUE\n---\nBODY\n")),
    "TOML": Form("markdown", ".md", _lines('+++\ntitle = "TITLE"\ndate = "DATE"\nKEY = "VALUE"\n+++\nBODY\n')),
    "JSON front matter": Form(
        "markdown", ".md", _lines('---json\n{"title": "TITLE", "date": "DATE", "KEY": "VALUE"}\n---\nBODY\n')
    ),
    "Pelican": Form("markdown", ".md", _lines("Title: TITLE\nDate: DATE\nKEY: VALUE\n\nBODY\n")),
    "Hexo": Form("markdown", ".md", _lines("title: TITLE\ndate: DATE\nKEY: VALUE\n---\nBODY\n")),
    "JBake": Form("markdown", ".md", _lines("title=TITLE\ndate=DATE\nKEY=VALUE\n~~~~~~\nBODY\n")),
    "Nikola": Form("markdown", ".md", _lines("<!--\n.. title: TITLE\n.. date: DATE\n.. KEY: VALUE\n-->\n\nBODY\n")),
    "Logseq": Form("markdown", ".md", _lines("title:: TITLE\ndate:: DATE\nKEY:: VALUE\n\nBODY\n")),
    "docinfo": Form("rst", ".rst", _lines("TITLE\n========\n\n:date: DATE\n:KEY: VALUE\n\nBODY\n")),
    "meta directive": Form(
        "rst", ".rst", _lines(".. meta::\n   :KEY: VALUE\n   :date: DATE\n\nTITLE\n========\n\nBODY\n")
    ),
    "ABlog": Form("rst", ".rst", _lines(".. post:: DATE\n   :KEY: VALUE\n\nTITLE\n========\n\nBODY\n")),
    "Nikola in rst": Form("rst", ".rst", _lines(".. title: TITLE\n.. date: DATE\n.. KEY: VALUE\n\nBODY\n")),
    "YAML in rst": Form("rst", ".rst", _lines("---\ntitle: TITLE\ndate: DATE\nKEY: VALUE\n---\nBODY\n")),
    "attribute": Form("asciidoc", ".adoc", _lines("= TITLE\n:date: DATE\n:KEY: VALUE\n\nBODY\n")),
    "attribute of a site": Form("asciidoc", ".adoc", _lines("= TITLE\n:date: DATE\n:page-KEY: VALUE\n\nBODY\n")),
    "YAML in asciidoc": Form("asciidoc", ".adoc", _lines("---\ntitle: TITLE\ndate: DATE\nKEY: VALUE\n---\n\nBODY\n")),
    "Org": Form("org", ".org", _lines("#+title: TITLE\n#+date: DATE\n#+KEY: VALUE\n\nBODY\n")),
    "header lines": Form("text", ".txt", _lines("Title: TITLE\nDate: DATE\nKEY: VALUE\n\nBODY\n")),
    "JSON": Form("json", ".json", _json),
    "JSON with --map": Form("json", ".json", _json, {"title": "title"}),
    "JSON Lines": Form("jsonl", ".jsonl", _json_lines),
    "JSON Lines with --map": Form("jsonl", ".jsonl", _json_lines, {"title": "title"}),
    "CSV": Form("csv", ".csv", _lines("title,date,body,KEY\nTITLE,DATE,BODY,VALUE\n")),
    "CSV with --map": Form("csv", ".csv", _lines("h,date,body,KEY\nTITLE,DATE,BODY,VALUE\n"), {"title": "h"}),
    "TSV": Form("csv", ".tsv", _lines("title\tdate\tbody\tKEY\nTITLE\tDATE\tBODY\tVALUE\n")),
    "SQLite": Form("sqlite", ".sqlite", _sqlite),
    "Parquet": Form("parquet", ".parquet", _parquet),
    "BibTeX": Form(
        "bibtex", ".bib", _lines("@misc{a,\n title={TITLE},\n date={DATE},\n abstract={BODY},\n KEY={VALUE}\n}\n")
    ),
    "CSL-JSON": Form("csl-json", ".json", _csl),
}

#: Templates of formats with a fixed vocabulary, by reader and suffix.
_FIXED: Final = {
    "dayone.json": '{"entries": [{"uuid": "A1", "creationDate": "DATE", "text": "# TITLE\\n\\nBODY", "KEY": "VALUE"}]}',
    "enex.enex": (
        "<en-export><note><title>TITLE</title><created>20240316</created><KEY>VALUE</KEY><note-attributes>"
        "<KEY>VALUE</KEY></note-attributes><content>&lt;en-note&gt;BODY&lt;/en-note&gt;</content></note></en-export>"
    ),
    "feed.rss": (
        '<rss version="2.0"><channel><title>A</title><item><title>TITLE</title><pubDate>Sat, 16 Mar 2024 00:00:00'
        " GMT</pubDate><KEY>VALUE</KEY><description>BODY</description></item></channel></rss>"
    ),
    "html.html": (
        '<html><head><title>TITLE</title><meta name="date" content="DATE"><meta name="KEY" content="VALUE">'
        "</head><body><article><h1>TITLE</h1><p>BODY</p></article></body></html>"
    ),
    "joplin.md": f"TITLE\n\nBODY\n\nid: {'0a' * 16}\ncreated_time: DATE\nKEY: VALUE\ntype_: 1",
    "jsonfeed.json": (
        '{"version": "https://jsonfeed.org/version/1.1", "title": "A", "items": [{"id": "1", "title": "TITLE", '
        '"date_published": "DATE", "content_text": "BODY", "KEY": "VALUE"}]}'
    ),
    "mail.eml": (
        "From: Ada <ada@example.org>\nTo: bo@example.org\nSubject: TITLE\nDate: Sat, 16 Mar 2024 10:00:00 +0000\n"
        "KEY: VALUE\n\nBODY\n"
    ),
    "mbox.mbox": "From ada Sat Mar 16 10:00:00 2024\nSubject: TITLE\nKEY: VALUE\n\nBODY\n",
    "ninjs.json": (
        '{"uri": "urn:a:1", "headline": "TITLE", "versioncreated": "DATE", "pubstatus": "usable", '
        '"body_text": "BODY", "KEY": "VALUE"}'
    ),
    "nitf.xml": (
        "<nitf><head><KEY>VALUE</KEY></head><body><body.head><hedline><hl1>TITLE</hl1></hedline></body.head>"
        "<body.content><p>BODY</p></body.content></body></nitf>"
    ),
    "opml.opml": (
        "<opml><head><title>TITLE</title><KEY>VALUE</KEY></head><body>"
        '<outline text="BODY" xmlUrl="https://example.org/feed"/></body></opml>'
    ),
    "pinboard.json": (
        '[{"href": "https://example.org/a", "description": "TITLE", "extended": "BODY", "time": "DATE", '
        '"shared": "yes", "KEY": "VALUE"}]'
    ),
    "raindrop.csv": "title,note,url,folder,tags,created,cover,highlights,KEY\nTITLE,BODY,https://example.org/a,,,DATE,,,VALUE\n",
    "ris.ris": "TY  - BOOK\nTI  - TITLE\nDA  - 2024/03/16\nAB  - BODY\nKEY  - VALUE\nER  - \n",
}
#: Forms whose readers know a fixed vocabulary: what it does not name is no key, and stays in the original. By reader.
FIXED_FORMS: Final[dict[str, Form]] = {
    Path(name).stem: Form(Path(name).stem, Path(name).suffix, _lines(template)) for name, template in _FIXED.items()
}
