"""Options of the server."""

import pytest

from docarchive.errors import UsageError
from docarchive.web.options import ServeOptions


@pytest.mark.parametrize(
    ("host", "known", "unknown"),
    [
        ("127.0.0.1", ["localhost:1", "127.0.0.1", "127.1.2.3", "[::1]:8"], ["10.0.0.1", "box", "", "0x7f.1"]),
        ("localhost", ["localhost", "127.0.0.1:9"], ["10.0.0.1"]),
        ("0.0.0.0", ["10.0.0.1:8765", "127.0.0.1", "[fe80::1]:1"], ["evil.example", "box.local"]),
        ("box.local", ["box.local:8765", "10.0.0.1"], ["evil.example"]),
        ("::1", ["[::1]:8765", "localhost"], ["[fe80::1]"]),
    ],
)
def test_hosts_that_a_server_knows(host: str, known: list[str], unknown: list[str]) -> None:
    options = ServeOptions(host)
    assert [options.knows(name) for name in (*known, *unknown)] == [True] * len(known) + [False] * len(unknown)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (ServeOptions(port=70_000), "the port must be a number from 0 to 65535"),
        (ServeOptions(root_path="news"), "'news' is no path; use one such as /news"),
        (ServeOptions(root_path="/a b"), "'/a b' is no path; use one such as /news"),
        (
            ServeOptions(names=("a:80",)),
            "'a:80' is no name of a host; use one such as news.example.org, without a port",
        ),
    ],
)
def test_a_wrong_option_is_refused(options: ServeOptions, message: str) -> None:
    with pytest.raises(UsageError) as error:
        options.checked()
    assert str(error.value) == message


def test_a_root_path_needs_no_slash_at_its_end() -> None:
    assert ServeOptions(root_path="/news/").checked().root_path == "/news"
