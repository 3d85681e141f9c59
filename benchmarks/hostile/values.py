"""Values: what a stranger may put where a value is expected."""

from __future__ import annotations

import json
import random
from typing import Any, Final

from benchmarks.hostile.arena import Arena

_DEEP: Final = (200, 1_000, 5_000, 100_000)


def paths(random_: random.Random, arena: Arena) -> str:
    """Returns a path or an address that leads out of the archive."""
    target = random_.choice(("secret.md", "secret.json", "a.png", "photos/a.png", "secret.sqlite", "photos", "new.md"))
    up = "../" * random_.choice((1, 2, 3, 4, 9))
    return random_.choice(
        (
            f"{arena.canary}/{target}",
            f"{up}canary/{target}",
            f"articles/{up}canary/{target}",
            f"originals/ab/{up}canary/{target}",
            f"file://{arena.canary}/{target}",
            f"file:{up}canary/{target}",
            f"..\\..\\canary\\{target}",
            f"%2e%2e/{up.replace('../', '%2e%2e%2f')}canary/{target}",
            f"{arena.canary}/{target}\0.md",
            f"~/private.txt/{target}",
            f"/proc/self/root{arena.canary}/{target}",
            "/etc/passwd",
            "/proc/self/environ",
            "/dev/zero",
            "/dev/stdin",
            "C:\\secret.md",
            "\\\\127.0.0.1\\share\\x",
            f"http://127.0.0.1:9/{target}",
            "http://[::1]:9/",
            "http://2130706433:9/",
            "http://0x7f.1:9/x.png",
            "http://169.254.169.254/latest/meta-data/",
            "http://10.0.0.1:9/a.png",
            "ftp://127.0.0.1:9/x",
            "javascript:alert(1)",
            "",
            ".",
            "..",
            "/",
        )
    )


def text(random_: random.Random, arena: Arena) -> str:
    """Returns a text that may be more than a text."""
    return random_.choice(
        (
            paths(random_, arena),
            paths(random_, arena),
            "\x1b]0;owned\x07\x1b[2J\x9b31m",
            "a\nb\r\nc\u2028d\u0085e",
            "\u202egpj.exe\u2066",
            "x\0y",
            "\ud800",
            "A" * random_.choice((256, 5_000, 300_000)),
            "$(touch pwned)`touch pwned`;touch pwned|touch pwned",
            "--output=/tmp/x",
            "{{ ''.__class__.__mro__[1].__subclasses__() }}",
            "%s%n%x{0.__class__}",
            "=cmd|' /C calc'!A0",
            "<script>alert(1)</script><img src=x onerror=alert(1)>",
            "'; DROP TABLE articles; --",
            "1e999999",
            "9" * 5_000,
            "9999-99-99",
            "0000-00-00T99:99:99+99:99",
            "(" * 3_000,
            " OR ".join(["a"] * 3_000),
        )
    )


def value(random_: random.Random, arena: Arena) -> Any:
    """Returns any value that JSON may have."""
    return random_.choice(
        (
            text(random_, arena),
            text(random_, arena),
            paths(random_, arena),
            None,
            True,
            0,
            -1,
            2**31,
            2**63 - 1,
            2**63,
            2**64,
            10**400,
            -0.0,
            1e308,
            float("inf"),
            float("nan"),
            [],
            {},
            [text(random_, arena)] * 3,
            {text(random_, arena): text(random_, arena)},
            [[[[[[[]]]]]]],
            {"__class__": "x", "__proto__": {}},
        )
    )


def encoded(random_: random.Random, arena: Arena, whole: Any) -> bytes:
    """Returns a value as JSON in which one value is replaced, or that is broken."""
    nesting = random_.choice(_DEEP)
    how = random_.randrange(14)
    if how == 0:
        return b"[" * nesting
    if how == 1:
        return b'{"a":' * nesting + b"1" + b"}" * nesting
    if how == 2:
        return b"[" * nesting + b"]" * nesting
    if how == 3:
        return random_.choice((b"", b"\0" * 64, b"\xff\xfe", b"{", b"null", b"5", b'"x"', b"NaN", b"9" * 6_000))
    if how == 4:
        data = dumped(whole)
        return data[: random_.randrange(len(data) + 1)]
    return dumped(_replaced(random_, arena, whole))


def dumped(whole: Any) -> bytes:
    """Returns a value as JSON, with whatever is in it."""
    return json.dumps(whole).encode("utf-8", "surrogatepass")


def _replaced(random_: random.Random, arena: Arena, whole: Any) -> Any:
    """Returns a value in which one value, at any depth, is another one, is added or is missing."""
    if isinstance(whole, dict) and whole and random_.random() < 0.9:
        key = random_.choice(list(whole))
        how = random_.randrange(12)
        if how == 0:
            return {name: item for name, item in whole.items() if name != key}
        if how == 1:
            return {**whole, text(random_, arena): value(random_, arena)}
        return {**whole, key: _replaced(random_, arena, whole[key])}
    if isinstance(whole, list) and whole and random_.random() < 0.9:
        index = random_.randrange(len(whole))
        if random_.randrange(3) == 0:
            return [*whole, value(random_, arena)]
        return [*whole[:index], _replaced(random_, arena, whole[index]), *whole[index + 1 :]]
    if isinstance(whole, int) and random_.random() < 0.5:
        return whole + random_.choice((-1, 1, 2**31, 2**40, -(2**40)))
    return value(random_, arena)
