"""The server and its command."""

import os
import signal
import subprocess
import sys
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from conftest import Cli
from interpreter import PATIENCE
from serving import Browser, served

from docarchive import Archive, UsageError
from docarchive.web.options import ServeOptions
from docarchive.web.server import Server

ROOT = Path(__file__).parents[2]
_WITHOUT = "import sys\nsys.modules['uvicorn'] = None\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serve_answers_until_it_is_interrupted(prepared: Path, tmp_path: Path, number: signal.Signals) -> None:
    command = [sys.executable, "-m", "docarchive", "--archive", str(prepared), "serve", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=tmp_path) as process:
        assert process.stderr is not None
        first = process.stderr.readline()
        assert first.startswith("docarchive: serving archive at http://127.0.0.1:")
        assert first.endswith("/; press Ctrl-C to stop\n")
        answer = Browser(first.split(" at ")[1].partition(";")[0]).get("/?q=pier")
        assert (answer.status, "Harbour council" in answer.text) == (200, True)
        process.send_signal(number)
        assert process.wait(PATIENCE) == 0
        assert process.stderr.read() == ""


def test_without_the_extra_it_says_what_to_install(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "without").mkdir()
    (tmp_path / "without/sitecustomize.py").write_text(_WITHOUT, "utf-8")
    refused = cli("serve", code=2, PYTHONPATH=f"{tmp_path / 'without'}{os.pathsep}{ROOT}")
    assert refused.err == "docarchive: serving an archive needs an extra: pip install 'docarchive[web]'\n"


def test_a_port_that_is_taken_is_said(unchanged: Archive) -> None:
    with served(unchanged) as browser:
        port = urlsplit(browser.address).port
        assert port
        with pytest.raises(UsageError, match=rf"^another program uses port {port}; use another one with --port$"):
            Server(unchanged, ServeOptions(port=port))


@pytest.mark.parametrize(
    ("host", "message"),
    [
        ("192.0.2.1", "192.0.2.1 is not an address of this machine; use 127.0.0.1, or 0.0.0.0 for all"),
        ("no such host", "there is no address 'no such host'; use one such as 127.0.0.1"),
    ],
)
def test_an_address_that_cannot_be_listened_on_is_said(unchanged: Archive, host: str, message: str) -> None:
    with pytest.raises(UsageError) as error:
        Server(unchanged, ServeOptions(host, 0))
    assert str(error.value) == message


def test_a_server_can_be_stopped_before_it_runs(unchanged: Archive) -> None:
    with closing(Server(unchanged, ServeOptions(port=0))) as server:
        server.stop()
        server.run()


def test_behind_a_proxy_links_have_its_path(unchanged: Archive) -> None:
    with served(unchanged, root_path="/news/") as browser:
        for path in ("/news/?q=pier", "/?q=pier"):  # a proxy may leave the path out
            page = browser.get(urlsplit(browser.address)._replace(path="", query="").geturl() + path).page
            own = [address for address in page.addresses() if address.startswith("/")]
            assert own
            assert all(address.startswith("/news/") for address in own)


def test_what_another_process_imports_is_there_at_once(
    cli: Cli, prepared: Path, root: Path, articles_file: Path
) -> None:
    with Archive.create(root) as archive, served(archive) as browser:
        assert "0 articles" in browser.get("/").text
        cli("--archive", root, "import", articles_file, code=0)
        assert "5 articles" in browser.get("/").text
        assert "3 articles" in browser.get("/?q=pier").text


def test_a_connection_is_used_again(unchanged: Archive) -> None:
    with served(unchanged) as browser:
        connection = HTTPConnection(browser.host, timeout=PATIENCE)
        for _ in range(3):
            connection.request("GET", "/")
            response = connection.getresponse()
            assert (response.status, len(response.read()) > 1000) == (200, True)
        connection.close()
