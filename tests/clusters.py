"""A real cluster of OpenSearch for the tests: two nodes on this machine, from Maven's libraries. No mock.

    python tests/clusters.py start    # prints the addresses of the nodes; they run until they are stopped
    python tests/clusters.py start 1g # with so much heap each, and code compiled as in a cluster that runs for long
    python tests/clusters.py stop

Its files are in build/opensearch. All processes of a test run share one cluster, which the first of them starts; the
run stops it at its end. A node ends by itself after ``_LIFE``, whatever becomes of the tests.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

HERE = Path(__file__).resolve().parent / "opensearch"
BUILD = HERE.parents[1] / "build" / "opensearch"
_CLASSPATH = BUILD / "classpath"
_NODES = 2
_HEAP = "512m"
_FOR_A_MOMENT = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")  # compiles less, so that a node starts sooner
#: As in OpenSearch's own ``jvm.options``. With another collector, memory that nothing uses any more counts as used,
#: until a node with much to do refuses all requests.
_COLLECTOR = ("-XX:+UseG1GC", "-XX:G1ReservePercent=25", "-XX:InitiatingHeapOccupancyPercent=30")
_LIFE = 3 * 3600  # seconds
_START = 600  # seconds; a busy machine takes minutes
# A disk that is nearly full is no fault of the tests.
_SETTINGS = {
    "cluster.name": "docarchive-tests",
    "network.host": "127.0.0.1",
    "cluster.routing.allocation.disk.threshold_enabled": "false",
    "action.auto_create_index": "false",
    "cluster.max_shards_per_node": "3000",
    # A node that is gone is gone at once.
    "cluster.fault_detection.follower_check.retry_count": "1",
}


def is_possible() -> bool:
    """Returns whether Java and Maven are here."""
    return shutil.which("java") is not None and shutil.which("mvn") is not None


class Cluster:
    """Two nodes, whose files are in a folder of build/opensearch."""

    def __init__(self, name: str = "shared") -> None:
        self._folder = BUILD / name
        self._record = self._folder / "cluster.json"

    def urls(self, *, stays: bool = False, heap: str = "") -> list[str]:
        """Returns the addresses of the nodes, which are started if they do not run.

        ``stays`` is whether they go on running when the tests end. ``heap`` is the heap of each node, such as ``1g``.
        """
        with self._locked():
            record = self._read()
            if record is None or not _answers(record["urls"]):
                self._stop(record)
                record = self._start(stays=stays, heap=heap)
            return list(record["urls"])

    def stop(self, *, all_: bool = True) -> None:
        """Ends the nodes and deletes their data; without ``all_``, nodes that stay are left alone."""
        if not self._record.exists():
            return
        with self._locked():
            record = self._read()
            if all_ or record is None or not record["stays"]:
                self._stop(record)

    def end_node(self, number: int) -> None:
        """Ends a node at once, as a power cut would."""
        record = self._read()
        assert record is not None
        _kill(record["pids"][number])

    def start_node(self, number: int) -> None:
        """Starts a node again that was ended; it has the same address and data."""
        record = self._read()
        assert record is not None
        record["pids"][number] = self._node(number, record)
        self._record.write_text(json.dumps(record), "utf-8")
        self._wait(record["urls"])
        self.wait_for_copies()

    def wait_for_copies(self, index: str = "") -> None:
        """Waits until all copies of all parts of an index are there, or of all indexes."""
        record = self._read()
        assert record is not None
        address = f"{record['urls'][0]}/_cluster/health/{index}?wait_for_status=green&timeout={_START}s"
        try:
            with urlopen(address, timeout=_START + 30) as answer:
                assert json.load(answer)["status"] == "green"
        except HTTPError as error:  # 408
            raise RuntimeError(f"copies of {index or 'an index'} are missing after {_START} seconds") from error

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._folder.mkdir(parents=True, exist_ok=True)
        with open(self._folder / "lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _read(self) -> dict[str, Any] | None:
        try:
            return dict(json.loads(self._record.read_text("utf-8")))
        except (OSError, ValueError):
            return None

    def _start(self, *, stays: bool, heap: str) -> dict[str, Any]:
        _make_classpath()
        ports = _free_ports(2 * _NODES)
        http, transport = ports[:_NODES], ports[_NODES:]
        addresses = [f"http://127.0.0.1:{port}" for port in http]
        record: dict[str, Any] = {"urls": addresses, "http": http, "transport": transport, "stays": stays, "heap": heap}
        record["pids"] = [self._node(number, record) for number in range(_NODES)]
        self._record.write_text(json.dumps(record), "utf-8")
        self._wait(addresses)
        return record

    def _node(self, number: int, record: dict[str, Any]) -> int:
        """Starts a node and returns the id of its process."""
        settings = _SETTINGS | {
            "node.name": f"node-{number}",
            "http.port": record["http"][number],
            "transport.port": record["transport"][number],
            "discovery.seed_hosts": ",".join(f"127.0.0.1:{port}" for port in record["transport"]),
            # One alone may lead, so that the other may go and come back.
            "cluster.initial_cluster_manager_nodes": "node-0",
            "node.roles": "data,ingest" if number else "data,ingest,cluster_manager",
        }
        folder = self._folder / f"node-{number}"
        folder.mkdir(exist_ok=True)
        heap = record["heap"] or _HEAP
        options = [f"-Xms{heap}", f"-Xmx{heap}", *(_COLLECTOR if record["heap"] else _FOR_A_MOMENT)]
        command = ["timeout", str(_LIFE), "java", *options, "-cp", _CLASSPATH.read_text("utf-8")]
        command += [str(HERE / "Node.java"), str(folder), *(f"{name}={value}" for name, value in settings.items())]
        with open(self._folder / f"node-{number}.log", "ab") as log:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        process.returncode = 0  # nobody waits for it: it may run longer than this process
        return process.pid

    def _wait(self, addresses: list[str]) -> None:
        end = monotonic() + _START
        while not _answers(addresses, _NODES):
            if monotonic() > end:
                logs = [path.read_text("utf-8", "replace")[-2000:] for path in sorted(self._folder.glob("*.log"))]
                raise RuntimeError("the cluster does not start:\n" + "\n".join(logs))
            sleep(0.3)

    def _stop(self, record: dict[str, Any] | None) -> None:
        for pid in record["pids"] if record else ():
            _kill(pid)
        for number in range(_NODES):
            shutil.rmtree(self._folder / f"node-{number}", ignore_errors=True)
        self._record.unlink(missing_ok=True)


def stop_all(*, all_: bool = True) -> None:
    """Stops all clusters of this checkout; see ``Cluster.stop``."""
    for record in BUILD.glob("*/cluster.json"):
        Cluster(record.parent.name).stop(all_=all_)


def _make_classpath() -> None:
    """Asks Maven for the libraries, unless it did since the list of them changed."""
    pom = HERE / "pom.xml"
    BUILD.mkdir(parents=True, exist_ok=True)
    if _CLASSPATH.exists() and _CLASSPATH.stat().st_mtime > pom.stat().st_mtime:
        return
    goal = ["dependency:build-classpath", f"-Dmdep.outputFile={_CLASSPATH}"]
    subprocess.run(["mvn", "-q", "-B", "-f", str(pom), *goal], check=True, stdin=subprocess.DEVNULL)


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [opened.getsockname()[1] for opened in sockets]
    for opened in sockets:
        opened.close()
    return ports


def _answers(addresses: list[str], nodes: int = 1) -> bool:
    try:
        for url in addresses:
            with urlopen(f"{url}/_cluster/health?wait_for_nodes=>={nodes}&timeout=5s", timeout=20) as answer:
                if json.load(answer)["timed_out"]:
                    return False
    except HTTPError as error:
        error.close()
        return False
    except (OSError, ValueError):
        return False
    return True


def _kill(pid: int) -> None:
    """Ends a process that this module started, with those that it started."""
    with suppress(OSError):  # it has ended already
        if "Node.java" not in Path(f"/proc/{pid}/cmdline").read_text("utf-8", "replace"):
            return
        os.killpg(pid, signal.SIGKILL)
    end = monotonic() + 20
    with suppress(OSError):
        while "Node.java" in Path(f"/proc/{pid}/cmdline").read_text("utf-8", "replace") and monotonic() < end:
            with suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
            sleep(0.05)


if __name__ == "__main__":
    if sys.argv[1:2] == ["start"] and len(sys.argv) <= 3:
        print(",".join(Cluster().urls(stays=True, heap="".join(sys.argv[2:]))))
    elif sys.argv[1:] == ["stop"]:
        stop_all()
    else:
        sys.exit(__doc__)
