import base64
import hashlib
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docarchive.article import ID_FORM, Article, canonical_url
from docarchive.dates import PartialDate
from docarchive.identity import content_digest, identity, make_id, strong_identity

URLS = st.builds(
    lambda scheme, user, host, port, path, query, fragment: f"{scheme}://{user}{host}{port}{path}{query}{fragment}",
    st.sampled_from(["http", "https", "HTTP", "ftp"]),
    st.sampled_from(["", "me:secret@"]),
    st.sampled_from(["example.org", "EXAMPLE.org.", "[::1]", "127.0.0.1", "bücher.org", "İ.org", "a b", "..", ""]),
    st.sampled_from(["", ":80", ":443", ":8080", ":0", ":", ":x", ":99999"]),
    st.text(max_size=10).map(lambda text: "/" + text)
    | st.text("%c379A/", max_size=12).map(lambda text: "/" + text)
    | st.sampled_from(["", "//", "/a//", "/%c3%a9", "/é ü", "/%c%%379"]),
    st.text(max_size=10).map(lambda text: "?" + text) | st.sampled_from(["", "?", "?a=1&b=&a=2", "?utm_x=1&q=%20+"]),
    st.text(max_size=5).map(lambda text: "#" + text),
)


@given(URLS | st.text())
def test_a_canonical_url_is_its_own_canonical_url(url: str) -> None:
    found = canonical_url(url)
    if found is not None:
        assert canonical_url(found) == found
        assert re.match(r"https://[^/]", found)


@pytest.mark.parametrize(
    "url",
    [
        *("https://example.org/a?id=7", "http://example.org/a?id=7"),
        *("HTTPS://EXAMPLE.ORG/a?id=7", " http://example.org/a?id=7 "),
        *("http://example.org:80/a/?id=7", "https://example.org:443/a?id=7#top"),
        "https://example.org./a?id=7&utm_source=x",
        " http://example.org/a?id=7 ",
        *("https://example.org/a?fbclid=1&id=7&gclid=2", "https://me@example.org/a?id=7"),
    ],
)
def test_spellings_of_one_address_are_equal(url: str) -> None:
    assert canonical_url(url) == "https://example.org/a?id=7"


@pytest.mark.parametrize("path", ["/caf%c3%a9?q=%e2%82%ac", "/caf%C3%a9/?q=%E2%82%ac", "/café?q=€"])
def test_escapes_are_equal_in_either_case(path: str) -> None:
    assert canonical_url(f"http://example.org{path}") == "https://example.org/caf%C3%A9?q=%E2%82%AC"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://müller.example/straße", "https://xn--mller-kva.example/stra%C3%9Fe"),
        ("https://MÜLLER.example./a", "http://xn--mller-kva.example/a/"),
        ("https://例え.テスト/a", "https://xn--r8jz45g.xn--zckzah/a"),
        ("https://a.example/~x/b_c", "https://a.example/%7Ex/%62%5fc"),
    ],
)
def test_letters_and_their_escapes_are_one(one: str, other: str) -> None:
    assert canonical_url(one) == canonical_url(other) is not None


@pytest.mark.parametrize(
    ("fragment", "kept"),
    [
        *(("#/one", "#/one"), ("#!one", "#!one"), ("#!/one/", "#!/one"), ("#/caf\u00e9?q=1", "#/caf%C3%A9?q=1")),
        *(("", ""), ("#", ""), ("#/", ""), ("#one", ""), ("#one/two", ""), ("#:~:text=one", ""), ("#?a", "")),
    ],
)
def test_a_fragment_is_kept_if_it_is_a_route(fragment: str, kept: str) -> None:
    found = canonical_url(f"http://a.org/x?y=1{fragment}")
    assert found == f"https://a.org/x?y=1{kept}"
    assert canonical_url(found) == found


def test_what_tells_addresses_apart_stays() -> None:
    urls = [
        *("http://a.org", "http://a.org/A", "http://a.org/a", "http://a.org:8080/a"),
        *("http://a.org/a?x=1", "http://a.org/a?x=2"),
        *("http://a.org/a?x=1&y=2", "http://a.org/a?y=2&x=1", "http://a.org/a?x=", "http://www.a.org/a"),
        *("http://[::1]/a", "http://a.org/%", "http://a.org/%zz", "http://a.org/%ZZ", "http://a.org/%25"),
    ]
    assert len({canonical_url(url) for url in urls}) == len(urls)
    assert canonical_url("http://[::1]:8080/a/") == "https://[::1]:8080/a"
    assert canonical_url("http://a.org/\ud800") == "https://a.org/%EF%BF%BD"


@pytest.mark.parametrize(
    "url", ["", "a.org/x", "/a", "mailto:a@b.c", "file:///a", "http://", "http:///a", "http://[::1", "http://."]
)
def test_what_is_no_web_address_has_no_canonical_form(url: str) -> None:
    assert canonical_url(url) is None


FULL: dict[str, Any] = {
    "title": "T",
    "url": "http://a.org/x/",
    "DOI": "https://doi.org/10.1000/ABC",
    "guid": "<g-1>",
    "source": "wire",
    "source_id": "17",
}


def test_identities_in_their_order() -> None:
    metadata = dict(FULL)
    found = []
    for key in ("url", "DOI", "guid", "source", "source_id"):
        found.append(identity(Article.from_metadata(metadata, "text")))
        del metadata[key]
    last = Article.from_metadata(metadata, "text")
    digest = content_digest(Article.from_metadata({"title": "T", "source_id": "17"}, "text"))
    assert found == [
        "url:https://a.org/x",
        "doi:10.1000/abc",
        "guid:g-1",
        "source:wire/17",
        f"source_id:17 content:{digest}",
    ]
    assert identity(last) == f"content:{content_digest(last)}"


@pytest.mark.parametrize(
    ("metadata", "strong"),
    [
        ({"url": "not a url", "guid": "g"}, "guid:g"),
        ({"doi": "no doi", "Message-ID": "<a@b>"}, "guid:a@b"),
        ({"doi": "doi:10.5555/x y"}, None),
        ({"doi": 10.1}, None),
        ({"guid": " ", "uuid": "U"}, "guid:U"),
        ({"guid": 5}, None),
        ({"source": "wire"}, None),
        ({"source_id": "17"}, None),
        ({}, None),
    ],
)
def test_what_makes_no_strong_identity_is_skipped(metadata: dict[str, Any], strong: str | None) -> None:
    assert strong_identity(Article.from_metadata({"title": "T", **metadata})) == strong


@given(st.text())
def test_an_id_is_twelve_characters_of_crockfords_base_32(text: str) -> None:
    found = make_id(text)
    assert ID_FORM.fullmatch(found)
    assert found == make_id(text)
    assert not set(found) & set("ilou")


@given(st.text())
def test_an_id_is_the_beginning_of_the_identitys_sha_256(text: str) -> None:
    rfc_4648, crockford = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789abcdefghjkmnpqrstvwxyz"
    standard = base64.b32encode(hashlib.sha256(text.encode()).digest()).decode()
    assert make_id(text) == standard[:12].translate(str.maketrans(rfc_4648, crockford))


def test_many_identities_have_many_ids() -> None:
    assert len({make_id(str(number)) for number in range(20_000)}) == 20_000


def test_the_content_digest_knows_nothing_of_id_and_provenance() -> None:
    article = Article.from_metadata({"title": "T", "tags": ["a"]}, "text")
    digest = content_digest(article)
    article.id = "0123456789ab"
    article.archived = PartialDate("2024")
    article.original, article.fingerprint, article.format = "sha256:00", "11", "text"
    assert content_digest(article) == digest
    assert re.fullmatch("[0-9a-f]{32}", digest)


@pytest.mark.parametrize(
    "other",
    [
        Article.from_metadata({"title": "U", "k": {"a": 1, "b": 2}}, "text"),
        Article.from_metadata({"title": "T", "k": {"a": 1, "b": 3}}, "text"),
        Article.from_metadata({"title": "T", "k": {"a": 1, "b": 2}, "date": "2024"}, "text"),
        Article.from_metadata({"title": "T", "k": {"a": 1, "b": 2}}, "text "),
    ],
)
def test_the_content_digest_changes_with_what_is_said(other: Article) -> None:
    article = Article.from_metadata({"title": "T", "k": {"a": 1, "b": 2}}, "text")
    assert content_digest(article) != content_digest(other)


def test_the_content_digest_does_not_depend_on_the_order_of_keys() -> None:
    one = Article.from_metadata({"title": "T", "x": {"a": 1, "b": 2}, "y": 1})
    two = Article.from_metadata({"y": 1, "x": {"b": 2, "a": 1}, "title": "T"})
    assert content_digest(one) == content_digest(two)
