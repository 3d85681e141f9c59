import re

import pytest

from docarchive.regexes import lazy


def test_it_does_what_a_compiled_pattern_does() -> None:
    pattern, same = lazy(r"(?P<word>b+)|(c)", re.IGNORECASE), re.compile(r"(?P<word>b+)|(c)", re.IGNORECASE)
    for text in ("aBbc", "", "xyz", "c" * 3):
        assert [match.span() for match in pattern.finditer(text)] == [match.span() for match in same.finditer(text)]
        assert pattern.sub("-", text) == same.sub("-", text)
        assert pattern.split(text) == same.split(text)
    assert (pattern.pattern, pattern.flags, pattern.groupindex) == (same.pattern, same.flags, same.groupindex)
    assert lazy(rb"\d").findall(b"a1") == [b"1"]


def test_it_is_compiled_at_its_first_use(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[str] = []
    compile_ = re.compile

    def counted(pattern: str, flags: int) -> re.Pattern[str]:
        compiled.append(pattern)
        return compile_(pattern, flags)

    monkeypatch.setattr(re, "compile", counted)
    pattern = lazy("a")
    assert not compiled
    assert pattern.match("a")
    assert pattern.search("ba")
    assert pattern.match("a")
    assert compiled == ["a"]


def test_an_error_comes_at_the_first_use() -> None:
    pattern = lazy("(")
    with pytest.raises(re.error):
        pattern.match("")
