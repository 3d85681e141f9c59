"""Start corpora: the texts that the fuzzing of a target begins with, and the parts that they are made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_QUERIES: Final = (
    *("pier harbour", "pier OR harbour -oil", "(pier AND trade) NOT wheat", '"free trade"~3^2', "econom* ca?e piir~1"),
    *("tag:gas", 'tag:"free trade"*', "author:/sm(i|y)th/", "date:2024-01..2024-03", "date:[2024-01 TO 2024-06]"),
    *("date:last week", "date:>=March 2024", "rating:>3 rating:[0 TO 7]", "has:url no:date is:tagged", "@gas^2 @both"),
    *(
        "title:(pier OR trade)^3",
        "pier NEAR/3 harbour BEFORE/2 wheat",
        "https://a.example/B?id=5",
        "id:a01 url:a.example",
    ),
    *("“free trade” «pier»", "1) bile duct 2) liver (and) more words", "DOLLAR NOT EXPECTED TO FALL", "日本語 Straße"),
    *("+pier -(oil wheat)", "language:de venue.city:usa", "body:pier summary:oil*", "- -- pier", '"a \\" b" \\\\'),
)
_OF_QUERIES: Final = (
    *(" AND ", " OR ", " NOT ", " NEAR/3 ", " BEFORE/2 ", "(", ")", '"', "~2", "^2.5", "*", "?", "tag:", "date:"),
    *(
        "title:",
        "rating:",
        "has:",
        "is:",
        "no:",
        "author:",
        "[",
        " TO ",
        "]",
        "..",
        ">=",
        "/a/",
        "@gas",
        "\\",
        "“",
        "”",
    ),
    *("«", "+", "-", "2024-03", "last week", "pier", "trade", "日本", "url:", "id:", "venue.city:", "{", "'", "\u00ad"),
)
_FRONT_MATTER: Final = (
    "---\ntitle: Harbour reopens # a comment\ntags: [sea, 'trade']\ndate: 2024-03-16 10:00:00\n---\n\nText.\n",
    "---\ntitle: >-\n  one\n  two\nTags:\n  - sea\n\n  # inside\n  - trade\nobject:\n  inner: {a: [1,\n  2]}\n---\nT",
    "---\n'no': \"x\\n\"\nx: &a [1, 2]\ny: *a\n<<: {z: 1}\nempty:\nlong: first\n  second\n...\n\n# Heading\n",
    "\ufeff---\r\ntitle: T\r\nkept: |\r\n  # no\r\n---\r\n\r\nText.\r\n",
    '+++\ntitle = "T"\ndate = 2024-03-16T10:00:00Z\ntags = ["a"]\n[extra]\nx = 1.50\n+++\n\nText.\n',
    '{"title": "T", "tags": ["a"], "x": {"y": [1, 2.0, true, null]}}\n\nText.\n',
    *(
        "---yaml\na: 1\n---\nb",
        '---json\n{"a": 1}\n---\n',
        "---\n? [a, b]\n: c\n? d\n---\n",
        "---\n{a: b, c: d}\n---\n",
    ),
    "---\na: 0x1F\nb: 1e5\nc: ~\nd: !!str 5\ne: !!set {x}\nf: 2024-01-01\ng: 12:30\nh: .inf\n---\n",
)
_OF_FRONT_MATTER: Final = (
    *("---\n", "+++\n", "...\n", "title: ", "date: ", "tags: ", "- ", ": ", "\n  ", "#", "|\n", ">-\n", "&a ", "*a"),
    *("!!", "? ", "<<: ", "{", "}", "[", "]", '"', "'", "\\", "\r\n", "\t", "\ufeff", "\u2028", "\x85", "1.0", "null"),
    *("true", "="),
)
_DATES: Final = (
    *("2024", "2024-03-16T10:00:05.25+02:00", "Sat, 16 Mar 2024 10:00:00 GMT (x)", "March 16, 2024", "16 March 2024"),
    *("2024/3/16", "last 2 weeks", "the past three months", "yesterday", "q1 of 2024", "2024 w 5", "the 1990's", "-3d"),
    *(
        "next friday",
        "5 days ago",
        "16.3.2024",
        "20240316",
        "2024.03.16.",
        "mar 2024",
        "9999",
        "0001",
        "week 52 of 9999",
    ),
)
_ADDRESSES: Final = (
    *("HTTP://Example.org:80/a/?utm_source=x&id=7#top", "https://a.example/%c3%a9/%7e/ü?q=ä&b=%2F", "http://[::1]:80/"),
    *("https://bücher.example/a//b/../c/", "https://a:b@a.example:443/?a&b=&c=%00", "http://xn--bcher-kva.example."),
)
_MARKDOWN: Final = (
    '# T\n\n*a* **b** `c` [d](https://e.example "f") ![g](h.png)\n\n> q\n\n1. a\n2. b\n\n|a|b|\n|-|-|\n|c|d|\n',
    "<b>x</b> &amp; <script>y</script> \\* ~~z~~ <https://a.example>\n\n```py\ncode\n```\n\n- [ ] a\n\n---\n",
)
_OF_MARKDOWN: Final = (
    *("*", "**", "_", "`", "```\n", "[", "](", ")", "![", "<", ">", "<b>", "</b>", "<!--", "&amp;", "# ", "- ", "|"),
    *("\\", "~~", "\n\n"),
)
_SETTINGS: Final = (
    'name = "news"\nengine = "whoosh"\nlanguage = "en"\nlayout = 1\n',
    '# mine\nname = "news"\n\n[searches]\noil = "tag:crude" # c\n\n[import]\ntags = ["inbox"]\njobs = 2\n',
    'name = "a\\u00e4"\nsearches = {a = "b"}\n',
    '[searches]\r\n"a b" = """x\ny"""\n[import.map]\ntitle = "Headline"\n',
)
_OF_SETTINGS: Final = (
    *("[searches]\n", "[import]\n", " = ", '"""', "'''", "[[", "]]", "#", "\r\n", "\\u0000", "1_0", "inf", "a.b"),
)
_NOTE: Final = (
    '{"schema": 1, "where": "a.jsonl:3", "reason": "no", "refused": "2024-03-16T10:00:00Z", "input": "a.jsonl",'
    ' "is_record": true, "is_kept": true}\n'
)
_DELETED: Final = '{"id": "a01", "title": "T", "path": "articles/x.md", "deleted": "2024", "keys": ["a01", "url:x"]}\n'
_METADATA: Final = '{"id": "a01", "title": "T", "date": "2024-03", "tags": ["a"], "x": {"y": [1, 2.5, null, true]}}'
#: Edits of files, and of rows; see ``choices``.
_EDITS: Final = (
    *("", "\0\0\0\0\0\0", "\1\2\x10\0\5\1\1\1\0\0\3", "\2\3\0\4\0\4\0\1x\n"),
    *("\0\x0d\1\3" + _METADATA, "\0\x0d\1\5" + _METADATA, "\0\x0d\1\5{", "\0\x11\1\5[", "\6\0\1\3\x7f"),
)
_JSON: Final = ('"id": ', '"keys": ', '"where": ', '"crc": ', "\\ud800", "\\u0000", "1e999", "[", "]", "{", "}", "null")

#: What is fuzzed first, by target.
TEXTS: Final[Mapping[str, tuple[str, ...]]] = {
    "query": _QUERIES,
    "query.engines": _QUERIES,
    "front-matter": _FRONT_MATTER,
    "dates": _DATES,
    "addresses": _ADDRESSES,
    "markdown.shown": _MARKDOWN,
    "settings": _SETTINGS,
    "quarantine": (_NOTE, "{}"),
    "deleted": (_DELETED * 2, "{}\n"),
    "catalog.metadata": (_METADATA, "{}", "[]"),
    "catalog.rows": _EDITS,
    "catalog.file": _EDITS,
    "whoosh.index": _EDITS,
    "whoosh.segment": _EDITS,
    "tantivy.index": _EDITS,
}
#: What is put into inputs, by target.
TOKENS: Final[Mapping[str, tuple[str, ...]]] = {
    "query": _OF_QUERIES,
    "query.engines": _OF_QUERIES,
    "front-matter": _OF_FRONT_MATTER,
    "dates": _DATES,
    "addresses": (
        "http://",
        "https://",
        "%",
        "%2F",
        "?",
        "&",
        "=",
        "#",
        ":",
        "@",
        "[",
        "]",
        "/",
        "xn--",
        "ü",
        ".",
        "+",
    ),
    "markdown.shown": _OF_MARKDOWN,
    "settings": _OF_SETTINGS,
    "quarantine": _JSON,
    "deleted": _JSON,
    "catalog.metadata": _JSON,
    "catalog.rows": _JSON,
    "index.state": _JSON,
    "stamps": (*_JSON, '"stamp": ', '"position": ', '"files": {', "2, 3, 4]"),
    "tantivy.lists": ('"segments"', '"segment_id"', "[", "]", "{", "}", ",", "null", "-1", "../"),
}
