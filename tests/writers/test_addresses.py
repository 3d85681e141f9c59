"""Addresses that may stand in what is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docarchive.writers.addresses import valid_address, web_address


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://example.org/a?b=1&c=%20d#e", "https://example.org/a?b=1&c=%20d#e"),
        (" HTTPS://example.org/a b<c>%zz\n", "https://example.org/a%20b%3Cc%3E%25zz"),
        ("http://münchen.example/ß", "http://xn--mnchen-3ya.example/%C3%9F"),
        ("http://my_blog.example.org:8080", "http://my_blog.example.org:8080"),
        ("http://[2001:db8::1]/a", "http://[2001:db8::1]/a"),
        ("doi:10.1000/x", "https://doi.org/10.1000/x"),
        ("http://", ""),
        ("http://bank.example@evil.example/", ""),
        ("http://a..b/", ""),
        ("http://[x/", ""),
        ("javascript:alert(1)", ""),
        ("mailto:a@example.org", ""),
        ("/a/b", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_addresses_on_the_web(url: str | None, address: str) -> None:
    assert web_address(url) == address


@given(st.text() | st.text().map("http://example.org/".__add__) | st.text().map("https://".__add__))
def test_whatever_is_said_it_is_ascii_and_stays_as_it_is(url: str) -> None:
    address = valid_address(url)
    assert address.isascii()
    assert not set(address) & set(' <>"\\^`{|}\n\r\t\0')
    assert valid_address(address) == address
