import gzip
import socket
import threading
import time

import pytest
from readers.fetching.serving import Asked, gives, leads, serving

import docarchive
from docarchive.errors import ReaderError
from docarchive.readers.fetching import Fetched, Fetcher, Limits, NotModified, Validators, fetch

PAGE = b"<p>Ships wait at the canal.</p>"
FAST = Limits(connect=2, total=5, size=1_000_000, pause=0)


def refused(url: str, limits: Limits = FAST) -> str:
    with pytest.raises(ReaderError) as error:
        fetch(url, limits=limits)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_a_page_comes_with_what_the_server_says_of_it() -> None:
    page = gives(
        PAGE, Content_Type="text/html; charset=utf-8", ETag='"1"', Last_Modified="Fri, 01 Mar 2024 10:00:00 GMT"
    )
    with serving(extra={"ships.html": page}) as site:
        found = fetch(f"{site.url}/ships.html?a=1#top", limits=FAST)
        url = f"{site.url}/ships.html?a=1"
        assert found == Fetched(url, url, PAGE, "text/html; charset=utf-8", '"1"', "Fri, 01 Mar 2024 10:00:00 GMT")
        assert [path for path, _ in site.log] == ["/robots.txt", "/ships.html?a=1"]
        assert {headers["user-agent"] for _, headers in site.log} == {f"docarchive/{docarchive.__version__}"}
    assert isinstance(found, Fetched)
    source = found.source()
    assert (source.name, source.url, source.size, source.media_type) == (
        "ships.html",
        url,
        len(PAGE),
        "text/html; charset=utf-8",
    )
    assert source.open().read() == PAGE


def test_what_did_not_change_is_not_sent_again() -> None:
    def page(asked: Asked) -> None:
        asked.answer(b"", 304) if asked.headers["If-None-Match"] == '"1"' else asked.answer(PAGE, ETag='"1"')

    with serving(a=page) as site:
        assert fetch(f"{site.url}/a", Validators('"1"', "Fri"), limits=FAST) == NotModified(f"{site.url}/a")
        assert site.log[-1][1]["if-modified-since"] == "Fri"
        assert isinstance(fetch(f"{site.url}/a", Validators('"0"'), limits=FAST), Fetched)


def test_redirects_are_followed_and_the_last_address_is_told() -> None:
    with serving(a=leads("b?x=ä"), b=leads("/c", 308), c=gives(PAGE)) as site:
        found = fetch(f"{site.url}/a", limits=FAST)
        assert isinstance(found, Fetched)
        assert (found.url, found.final_url) == (f"{site.url}/a", f"{site.url}/c")


def test_circles_and_other_schemes_are_refused() -> None:
    pages = {"a": leads("/a"), "file": leads("file:///etc/passwd"), "none": gives(b"", 302), "bad": leads("http://[")}
    with serving(extra=pages) as site:
        assert refused(f"{site.url}/a") == "it redirects more than 10 times; check the address"
        assert len([path for path, _ in site.log if path == "/a"]) == 11
        other = "only addresses that begin with http:// or https:// are fetched"
        assert refused(f"{site.url}/file") == other
        assert refused(f"{site.url}/none") == "'127.0.0.1' redirects to no address (302); check the address"
        assert refused(f"{site.url}/bad").endswith("check the address")
        assert refused("file:///etc/passwd") == other
        assert refused("http://") == other
        assert refused("http://a:b/") == "it is not a valid address; check it"
        for address in ("http://a/\udcff", "http://a/?\udcff", "http://\udcff/", "http://\udcff:x@a/"):
            assert refused(address) == "it is not a valid address; check it"


@pytest.mark.parametrize(
    ("robots", "path", "may"),
    [
        (b"User-agent: *\nDisallow: /private", "/private/a", False),
        (b"User-agent: *\nDisallow: /private", "/a", True),
        (b"User-agent: docarchive\nDisallow: /\n\nUser-agent: *\nAllow: /", "/a", False),
        (b"User-agent: other\nDisallow: /", "/a", True),
        (b"User-agent: *\nDisallow: /*?print\n", "/a?print", False),
        (b"\xff\xfe\x00 nonsense", "/a", True),
    ],
)
def test_robots_txt_is_honoured(robots: bytes, path: str, may: bool) -> None:
    with serving(extra={"robots.txt": gives(robots), "a": gives(PAGE), "private/a": gives(PAGE)}) as site:
        if may:
            assert isinstance(fetch(site.url + path, limits=FAST), Fetched)
        else:
            assert "does not allow programs to fetch it (robots.txt)" in refused(site.url + path)
            assert [path for path, _ in site.log] == ["/robots.txt"]


def test_robots_txt_is_asked_at_each_site_once_and_may_lead_on() -> None:
    rules = {"robots.txt": leads("/other"), "other": gives(b"User-agent: *\nDisallow: /no")}
    with serving(extra=rules, yes=gives(PAGE), no=gives(PAGE)) as there, serving(a=leads(f"{there.url}/no")) as here:
        assert "does not allow programs" in refused(f"{here.url}/a")
        fetcher = Fetcher(FAST)
        there.log.clear()
        for _ in range(2):
            fetcher.fetch(f"{there.url}/yes")
        assert [path for path, _ in there.log] == ["/robots.txt", "/other", "/yes", "/yes"]


def test_a_site_whose_robots_txt_fails_is_not_fetched_from() -> None:
    with serving(extra={"robots.txt": gives(b"", 503), "a": gives(PAGE)}) as site:
        assert "cannot say whether programs may fetch it (robots.txt: 503)" in refused(f"{site.url}/a")
        assert len(site.log) == 1


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (404, "'127.0.0.1' does not have it; check the address (404)"),
        (401, "asks for a password"),
        (418, "'127.0.0.1' does not return it; check the address (418)"),
        (500, "'127.0.0.1' fails with an error (500); try again later"),
    ],
)
def test_errors_of_the_server_are_reported(status: int, reason: str) -> None:
    with serving(a=gives(PAGE, status)) as site:
        assert reason in refused(f"{site.url}/a")


def test_hosts_that_are_not_there_are_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert refused(f"http://127.0.0.1:{port}/") == (
        "'127.0.0.1' refuses connections; check the address, or try again later"
    )
    assert refused("http://no-such-host.invalid/") == (
        "the host 'no-such-host.invalid' is not found; check the address and the network"
    )


def test_a_server_without_tls_is_told() -> None:
    with serving() as site:
        assert refused(site.url.replace("http:", "https:")).startswith("there is no secure connection to '127.0.0.1'")


def test_what_is_too_large_is_refused_before_it_is_held() -> None:
    def endless(asked: Asked) -> None:
        asked.send_response(200)
        asked.end_headers()
        for _ in range(100_000):
            asked.wfile.write(b"x" * 10_000)

    told = gives(b"", Content_Length="99999999")
    bomb = gives(gzip.compress(b"x" * 50_000_000), Content_Encoding="gzip")
    limits = FAST._replace(size=2 * 1024 * 1024)
    with serving(told=told, endless=endless, bomb=bomb) as site:
        large = "it is larger than 2 MiB; download it yourself, and import the file"
        assert refused(f"{site.url}/told", limits) == refused(f"{site.url}/endless", limits) == large
        assert refused(f"{site.url}/bomb", limits).startswith("it expands to more than 2 MB")


def test_compressed_pages_are_inflated() -> None:
    with serving(a=gives(gzip.compress(PAGE), Content_Encoding="gzip")) as site:
        found = fetch(f"{site.url}/a", limits=FAST)
        assert isinstance(found, Fetched)
        assert found.data == PAGE
        assert site.log[-1][1]["accept-encoding"] == "gzip"


@pytest.mark.parametrize("in_headers", [True, False])
def test_a_server_that_sends_a_byte_at_a_time_is_left_in_time(in_headers: bool) -> None:
    done = threading.Event()

    def drip(asked: Asked) -> None:
        if not in_headers:
            asked.send_response(200)
            asked.end_headers()
        for byte in b"HTTP/1.1 200 OK\r\nX: " + b"x" * 1000:
            if done.wait(0.05):
                return
            asked.wfile.write(bytes([byte]))

    with serving(a=drip) as site:
        assert refused(f"{site.url}/a", FAST._replace(total=0.5)) == (
            "'127.0.0.1' takes longer than 0.5 seconds; try again later"
        )
        done.set()


def test_a_page_that_ends_too_early_is_refused() -> None:
    def short(asked: Asked) -> None:
        asked.answer(PAGE, Content_Length="1000")
        asked.close_connection = True

    with serving(a=short) as site:
        assert refused(f"{site.url}/a") == (
            "the connection to '127.0.0.1' failed before the end of the response; try again later"
        )


def test_a_server_that_speaks_another_language_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=_greet, args=(server,))
        thread.start()
        found = refused(f"http://127.0.0.1:{server.getsockname()[1]}/")
        thread.join()
    assert found == "'127.0.0.1' does not answer as a web server does; check the address"


def _greet(server: socket.socket) -> None:
    with server.accept()[0] as there:
        there.recv(1000)
        there.sendall(b"220 mail.example.org ESMTP\r\n")


def test_a_password_is_sent_to_its_own_site_alone_and_kept_nowhere() -> None:
    with serving(end=gives(PAGE)) as other, serving(a=leads("/b"), b=leads(f"{other.url}/end")) as site:
        found = fetch(f"http://me:secret@{site.host}/a", limits=FAST)
        assert isinstance(found, Fetched)
        assert found.url == f"{site.url}/a"
        sent = {path: headers.get("authorization") for path, headers in [*site.log, *other.log] if "robots" not in path}
        assert sent == {"/a": "Basic bWU6c2VjcmV0", "/b": "Basic bWU6c2VjcmV0", "/end": None}


def test_the_internet_does_not_lead_into_a_private_network() -> None:
    with serving(a=gives(PAGE)) as inside, serving("127.0.0.2", a=leads(f"{inside.url}/a"), b=gives(PAGE)) as outside:
        fetcher = Fetcher(FAST, private=lambda ip: ip == "127.0.0.1")
        with pytest.raises(ReaderError, match="it leads to a private network"):
            fetcher.fetch(f"{outside.url}/a")
        assert inside.log == []
        inside.pages["/out"] = leads(f"{outside.url}/b")
        assert isinstance(fetcher.fetch(f"{inside.url}/out"), Fetched)
        assert isinstance(fetcher.fetch(f"{inside.url}/a"), Fetched)


def test_there_is_a_pause_between_two_fetches_from_one_host() -> None:
    with serving(a=gives(PAGE)) as site:
        fetcher = Fetcher(FAST._replace(pause=0.3))
        began = time.monotonic()
        fetcher.fetch(f"{site.url}/a")
        fetcher.fetch(f"{site.url}/a")
        assert time.monotonic() - began >= 0.3
