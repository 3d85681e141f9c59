"""Digests are those of ``hashlib``, however much was hashed before; little is hashed without OpenSSL."""

import subprocess
import sys
from hashlib import sha256

import pytest

from docarchive import digests


@pytest.mark.parametrize("size", [0, 1, 1_000, 600_000])
def test_they_are_those_of_hashlib(size: int) -> None:
    data = bytes(at % 251 for at in range(size))
    hashing = digests._Hashing()
    for _ in range(3):
        assert hashing(data).digest() == digests.sha256(data).digest() == sha256(data).digest()
    assert digests._built_in()(data).hexdigest() == sha256(data).hexdigest()


def test_openssl_is_loaded_once_much_was_hashed() -> None:
    code = (
        "import sys; [sys.modules.pop(name, None) for name in ('hashlib', '_hashlib')]  # coverage\n"
        "from docarchive.digests import sha256\n"
        "for size in (0, 10, 300_000, 300_000): print(sha256(b'x' * size).hexdigest(), '_hashlib' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    sizes = zip((0, 10, 300_000, 300_000), ("False", "False", "False", "True"), strict=True)
    assert done.stdout.splitlines() == [f"{sha256(b'x' * size).hexdigest()} {loaded}" for size, loaded in sizes]
