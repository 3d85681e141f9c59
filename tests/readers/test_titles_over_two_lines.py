"""Titles that are broken over two lines: in scripts without spaces there is no space between, in every format."""

import json
from pathlib import Path

import pytest

from docarchive import Archive

_RIS = "TY  - NEWS\r\nTI  - {}\r\nAB  - The council met.\r\nER  - \r\n"
INPUTS = {
    "a.rss": "<rss version='2.0'><channel><title>F</title><item><title>{}</title><link>https://example.org/1</link>"
    "<description>The council met.</description></item></channel></rss>",
    "a.atom": "<feed xmlns='http://www.w3.org/2005/Atom'><title>F</title><entry><id>1</id><title type='html'>&lt;b>{}"
    "&lt;/b></title><content>The council met.</content></entry></feed>",
    "a.nitf": "<nitf><head/><body><body.head><hedline><hl1>{}</hl1></hedline></body.head><body.content><p>The council "
    "met.</p></body.content></body></nitf>",
    "a.newsml": "<newsItem xmlns='http://iptc.org/std/nar/2006-10-01/' guid='urn:1'><contentMeta><headline>{}</headline>"
    "</contentMeta><contentSet><inlineXML><html xmlns='http://www.w3.org/1999/xhtml'><body><p>The council met.</p></body>"
    "</html></inlineXML></contentSet></newsItem>",
    "a.enex": "<en-export><note><title>{}</title><content><![CDATA[<en-note>The council met.</en-note>]]></content>"
    "</note></en-export>",
    "a.xml": '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>S</title><item><title><![CDATA[{}]]></title>'
    "<content:encoded>The council met.</content:encoded></item></channel></rss>",
    "a.ris": _RIS,
    "a.nbib": "PMID- 1\nTI  - {}\nAB  - The council met.\n",
    "a.bib": "@article{{a1,\n title = {{{}}},\n abstract = {{The council met.}}\n}}\n",
    "a.csv": 'title,url,body\n"{}",https://example.org/1,The council met.\n',
    "a.html": "<html><head><title>{}</title></head><body><article><h1>{}</h1><p>The council met on Saturday, and spoke of"
    " the harbour and of its boats for hours.</p></article></body></html>",
}


def _read(tmp_path: Path, name: str, text: str) -> str:
    (tmp_path / name).write_bytes(text.encode())
    with Archive.create(tmp_path / "archive") as archive:
        report = archive.import_(tmp_path / name)
        assert (report.new, report.refused) == (1, [])
        return archive.get(report.ids[0]).title


@pytest.mark.parametrize("end", ["\n", "\r\n", " \n   "])
@pytest.mark.parametrize("name", INPUTS)
def test_a_line_ends_no_word(tmp_path: Path, name: str, end: str) -> None:
    form = INPUTS[name]
    assert _read(tmp_path, name, form.format(*[f"港湾「東」、{end}評議会"] * form.count("{}"))) == "港湾「東」、評議会"


@pytest.mark.parametrize("title", ["Harbour\ncouncil", "항만\n평의회", "港湾\nCouncil"])
@pytest.mark.parametrize("name", INPUTS)
def test_where_words_have_spaces_it_does(tmp_path: Path, name: str, title: str) -> None:
    form = INPUTS[name]
    assert _read(tmp_path, name, form.format(*[title] * form.count("{}"))) == title.replace("\n", " ")


def test_json_has_ends_of_lines_in_titles_too(tmp_path: Path) -> None:
    text = json.dumps({"title": "港湾\n評議会", "body": "The council met.", "author": "Ann Lee"})
    assert _read(tmp_path, "a.json", text) == "港湾評議会"
