import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from readers.documents.making import article, refused, source

from docarchive.markdown import shown
from docarchive.readers import readers
from docarchive.readers.choosing import choose

READER = readers()["rtf"]
INFO = (
    rb"{\info{\title Ice in the H\'e4fen}{\author Ann Lee}{\keywords ice, ports}{\subject winter}{\doccomm A \u8222?cold\u8220? book.}"
    rb"{\creatim\yr2024\mo3\dy16\hr10\min15}{\revtim\yr2024\mo3\dy17}}"
)
PICTURE = rb"{\pict\pngblip " + b"89504e47\n" * 10_000 + b"}"


def rtf(text: bytes, info: bytes = INFO) -> bytes:
    return rb"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fswiss Helvetica;}}" + info + rb"\f0\fs24 " + text + b"}"


def test_metadata_and_text_are_read() -> None:
    found = article(
        READER, rtf(rb"It \b froze\b0  over.\par Fr\'fchling, \u1083?\u1077?\u1076?.\par" + PICTURE + rb"The end.\par")
    )
    assert {key: str(value) for key, value in found.metadata().items()} == {
        "title": "Ice in the Häfen",
        "date": "2024-03-16T10:15",
        "updated": "2024-03-17",
        "authors": "['Ann Lee']",
        "summary": "A „cold“ book.",
        "tags": "['ice', 'ports', 'winter']",
    }
    assert found.body == "It froze over.\n\nFrühling, лед.\n\n![](cid:0)The end."


def test_tables_and_what_would_be_markup() -> None:
    row = rb"\trowd\cellx100\cellx200 %s\cell %s\cell\row "
    found = article(
        READER, rtf(row % (b"Year", b"Ships") + row % (b"1871", b"3") + rb"\pard # 7 sank\par > 5 came\par", b"")
    )
    assert found.body == "| Year | Ships |\n| --- | --- |\n| 1871 | 3 |\n\n\\# 7 sank\n\n\\> 5 came"
    assert found.title_derived


@pytest.mark.parametrize("info", [rb"{\info{\title }{\creatim\yr0}}", rb"{\info{\title Document1}{\creatim}}", b""])
def test_information_that_says_nothing(info: bytes) -> None:
    found = article(READER, rtf(b"Text.", info))
    assert (found.title, found.title_derived, found.date) == ("Text", True, None)


def test_links_stand_beside_their_texts() -> None:
    link = rb'{\field{\*\fldinst{HYPERLINK "%s"}}{\fldrslt{\ul a page}}}, '
    text = b"See " + link % b"https://example.org/ice" + link % b"javascript:x()" + b"end."
    assert article(READER, rtf(text)).body == "See a page (https://example.org/ice), a page, end."


def test_a_date_that_is_none_is_kept_as_written() -> None:
    assert (
        article(READER, rtf(b"Text.", rb"{\info{\creatim\yr2024\mo13\dy40}}")).extra["date_as_written"] == "2024-13-40"
    )


def test_it_is_known_by_its_content() -> None:
    for name in ("a.rtf", "a.doc", "a", "a.txt"):
        assert choose(source(rtf(b"Text."), name)).name == "rtf"
    assert not READER.recognizes(b"About {\\rtf1")


def test_what_cannot_be_read_is_refused() -> None:
    assert refused(READER, b"Text.") == "it is not an RTF file: it does not begin as one"
    assert refused(READER, rtf(b"")) == "there is no text in the RTF file"
    assert "million characters" in refused(READER, rtf(b"a z " * 2_600_000))


@pytest.mark.parametrize(
    "part",
    [
        *(b"{", b"}", b'{\\field{\\*\\fldinst{HYPERLINK "', b"{\\fonttbl{\\f0", b"\\'", b"{\\info", b"\\u1?"),
        *(b"\\bin999999 ", b"|\\cell"),
    ],
)
def test_harmful_files_take_no_time(part: bytes) -> None:
    refused(READER, rtf(part * (200_000 // len(part)), b""))


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_damage_is_refused_or_read(data: st.DataObject) -> None:
    whole = bytearray(rtf(rb"It froze.\par Fr\'fchling."))
    for _ in range(data.draw(st.integers(1, 5))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    refused(READER, bytes(whole[: data.draw(st.integers(1, len(whole)))]))


@pytest.mark.parametrize(
    "picture",
    [
        rb"{\pict\jpegblip\bin ffd8ff}",
        rb"{\pict\wmetafile8\bin12 }}{{\\\par }{" + b"}",
        rb"{\pict\bin3 \'e}" + b"}",
        rb"{\*\objdata\bin7" + b"}{}{}{}}",
        rb"{\pict\bin0 }",
    ],
)  # fmt: skip
def test_the_bytes_of_pictures_are_no_text(picture: bytes) -> None:
    assert article(READER, rtf(rb"Before\par " + picture + rb"\par After \\bin 5 is kept.\par")).body == (
        "Before\n\nAfter \\bin 5 is kept."
    )


@pytest.mark.parametrize(
    "box",
    [
        rb"{\shp{\*\shpinst\shpleft0{\sp{\sn a}{\sv 1}}{\shptxt In the \b box\b0 .\par}}{\shprslt drawn}}",
        rb"{\*\do\dobxpage{\dptxbxtext In the \b box\b0 .}}",
    ],
)
def test_the_text_in_a_shape_is_read_once(box: bytes) -> None:
    assert article(READER, rtf(rb"Before\par " + box + rb"\par After\par")).body == "Before\n\nIn the box.\n\nAfter"


NOTE = rb"{\super\chftn}{\footnote\pard {\super\chftn} See the {\i Rope Book}, p. 7.\par # Next.}"


@pytest.mark.parametrize(
    ("text", "body"),
    [
        (
            b"A claim" + NOTE + rb" holds.\par End.\par",
            "A claim[^1] holds.\n\nEnd.\n\n[^1]: See the Rope Book, p. 7. # Next.",
        ),
        (rb"A{\*\footnote\ftnalt An end note.} B{\footnote Two.}", "A[^1] B[^2]\n\n[^1]: An end note.\n\n[^2]: Two."),
        (rb"# A{\footnote One.}", "\\# A[^1]\n\n[^1]: One."),
        (rb"A{\footnote Never closed", "A"),
    ],
    ids=["footnote", "end note", "markup", "endless"],
)
def test_footnotes_are_kept(text: bytes, body: str) -> None:
    assert article(READER, rtf(text, b"")).body.startswith(body)


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [b"{", b"}", rb"{\pict\pngblip 89504e47", rb"\bin9 \x89PNG{{{{{", rb"{\footnote ", rb"{\shp ", b"x "]
        )
    )
)
def test_pictures_and_footnotes_in_damaged_groups_lose_no_text(pieces: list[bytes]) -> None:
    data = rtf(b"Before. " + b"".join(pieces), b"")
    assert article(READER, data).body.startswith("Before.")


@pytest.mark.parametrize(
    "text",
    [
        rb"It {\v secret }froze.",
        rb"It {\deleted\revauthdel1 secret} froze.",
        rb"It \deleted secret \v0 and more\deleted0  froze.",
        rb"It \v secret\v0 froze.",
        rb"It \v secret\'e9\u8217 ?\tab\plain froze.",
        rb"It {\v {\b secret} more}froze.",
        rb"It {\b froze.}{\v secret",
    ],
)
def test_hidden_text_is_left_out(text: bytes) -> None:
    assert article(READER, rtf(text, b"")).body.replace("  ", " ").strip(" *") == "It froze."


def test_other_commands_that_begin_with_its_name_hide_nothing() -> None:
    assert article(READER, rtf(rb"\viewkind4 It \vertalt froze.", b"")).body == "It froze."


@pytest.mark.parametrize(
    ("text", "body"),
    [
        (rb"10{\super 6} m{\up6 2} H\sub 2\nosupersub O", "10<sup>6</sup> m<sup>2</sup> H<sub>2</sub>O"),
        (rb"a{\super b{\i c}d}e", "a<sup>bcd</sup>e"),
        (rb"a\super b\plain c", "a<sup>b</sup>c"),
        (rb"a\super b\super0 c{\up0 d}", "a<sup>b</sup>cd"),
        (rb"a{\super b\par c}d", "a<sup>b</sup>\n\n<sup>c</sup>d"),
        (rb"a{\super\'b2\u178?}", "a<sup>\xb2\xb2</sup>"),
        (
            rb"It froze{\super\chftn{\footnote\pard\plain {\super\chftn} As told.}} over.",
            "It froze[^1] over.\n\n[^1]: As told.",
        ),
        (
            rb'a{\super{\field{\*\fldinst{HYPERLINK "https://example.org/"}}{\fldrslt b}}}',
            "a<sup>b</sup> (https://example.org/)",
        ),
        (rb"{\stylesheet{\s1\super note;}}a", "a"),
        (rb"\u64981?a\u64984?b\u64985?", "ab|"),
        (rb"a < b|c \'7cd\u124?e", "a < b|c |d|e"),
        (rb"a \u-10179?\u-8640? \uc0\u55357\u56896", "a \U0001f640 \U0001f640"),
        (rb"\u-10179? x", "\ufffd x"),
    ],
)
def test_what_is_around_letters_and_beyond_is_kept(text: bytes, body: str) -> None:
    assert article(READER, rtf(text)).body == body


@given(st.lists(st.text("ab |*2", min_size=1, max_size=6).filter(str.strip), min_size=1, max_size=4))
def test_signs_in_cells_are_their_text(texts: list[str]) -> None:
    row = b"".join(rb"%s\cell " % text.encode() for text in ["head", *texts])
    (head, line, *_) = article(READER, rtf(rb"\trowd " + row + rb"\row \pard After\par")).body.split("\n")
    cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", head)[1:-1]]
    assert [shown(cell).replace("\\|", "|") for cell in cells] == ["head", *(text.strip() for text in texts)]
    assert line == "|" + " --- |" * len(cells)


@pytest.mark.parametrize(
    "text",
    [
        rb"It\par\v secret\v0 froze.",
        rb"It\par\v0 froze.",
        rb"It\par\deleted secret\deleted0 froze.",
        rb"It\par\b\v secret\v0\b0 froze.",
        rb"It\par{\v secret}froze.",
    ],
)
def test_text_after_hidden_text_is_no_part_of_the_command_before_it(text: bytes) -> None:
    assert article(READER, rtf(text, b"")).body == "It\n\nfroze."
