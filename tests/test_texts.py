from docarchive.texts import cut_at_word, shorten


def test_shorten_puts_text_on_one_line_and_cuts_it() -> None:
    assert shorten("a\n  b\tc") == "a b c"
    assert shorten("x" * 60) == "x" * 60
    assert shorten("x" * 61) == "x" * 59 + "…"


def test_cut_at_word() -> None:
    assert cut_at_word("short", 10) == "short"
    assert cut_at_word("one two, three", 9) == "one two…"
    assert cut_at_word("one two three", 8) == "one two…"
    assert cut_at_word("abcdefghijk lm", 8) == "abcdefg…"
