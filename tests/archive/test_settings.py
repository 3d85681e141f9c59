"""Settings: what ``docarchive.toml`` holds, however it is written."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from docarchive import Archive
from docarchive.archive.settings import Settings, plain_values
from docarchive.archive.user_values import check_language
from docarchive.errors import ArchiveDamaged, UsageError

_LINE = st.builds(
    lambda name, sign, value: f"{name}{sign}{value}",
    st.sampled_from(["name", "engine", "layout", "a-b", "1", "[searches]", "# word", "", "é"]),
    st.sampled_from([" = ", "=", " =  ", ""]),
    st.one_of(
        st.sampled_from(['"x"', '"a\\nb"', "'x'", "1", "01", "0", "1_0", "true", "[1]", '""', '"""', '" # "', '"x" #']),
        st.text(max_size=5),
        st.text(max_size=5).map(lambda text: f'"{text}"'),
    ),
)


@given(st.lists(_LINE, max_size=4).map("\n".join))
@example('name = "a\x7fb"')
@example('name = "\u2028"')
@example('name = "1"\nname = "2"')
def test_plain_lines_mean_what_they_mean_in_toml(text: str) -> None:
    found = plain_values(text)
    assert found is None or found == tomllib.loads(text)


def test_what_is_saved_is_plain(tmp_path: Path) -> None:
    Settings("Nouvelles du monde, 1987", "tantivy", "fr").save(tmp_path)
    text = (tmp_path / "docarchive.toml").read_text("utf-8")
    assert plain_values(text) == tomllib.loads(text)
    assert Settings.load(tmp_path) == Settings("Nouvelles du monde, 1987", "tantivy", "fr")


def test_a_name_with_quotes_and_saved_searches_are_read_too(tmp_path: Path) -> None:
    Settings('The "Times" \\ more').save(tmp_path)
    assert Settings.load(tmp_path).with_search(tmp_path, "oil", 'tag:crude "of oil"').name == 'The "Times" \\ more'
    assert Settings.load(tmp_path).searches == {"oil": 'tag:crude "of oil"'}


@pytest.mark.parametrize("text", ["name =", "layout = 01", 'name = "a', "\udc80"])
def test_what_is_no_toml_is_said(tmp_path: Path, text: str) -> None:
    (tmp_path / "docarchive.toml").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ArchiveDamaged, match="cannot be read"):
        Settings.load(tmp_path)


@pytest.mark.parametrize(
    ("name", "meant"),
    [("imprt", "import"), ("rule", "rules"), ("search", "searches"), ("hook", "hooks"), ("x", "hooks")],
)
def test_a_table_that_nothing_reads_is_refused(tmp_path: Path, name: str, meant: str) -> None:
    Settings("news").save(tmp_path)
    with (tmp_path / "docarchive.toml").open("a", encoding="utf-8") as settings:
        settings.write(f"[{name}]\n")
    with pytest.raises(ArchiveDamaged, match=rf"there is no table '{name}'; .*{meant}"):
        Settings.load(tmp_path)


@pytest.mark.parametrize("code", ["en", "de", "pt-BR", "zh-Hant-TW", "yue", "EN", "iw"])
def test_codes_of_languages_are_taken(tmp_path: Path, code: str) -> None:
    check_language(code)
    Settings("news", language=code).save(tmp_path)
    assert Settings.load(tmp_path).language == code


@pytest.mark.parametrize("code", ["xx", "jp", "cz", "jp-JP"])
def test_two_letters_that_are_no_language_are_refused_but_in_older_settings(tmp_path: Path, code: str) -> None:
    with pytest.raises(UsageError, match=f"'{code}' is not a language code"):
        check_language(code)
    Settings("news", language=code).save(tmp_path)
    assert Settings.load(tmp_path).language == code


@pytest.mark.parametrize("code", ["", "e", "english", "en_US", "en-", "dé", "e1", "en-abcdefghi", " en"])
def test_what_is_no_code_of_a_language_is_refused(tmp_path: Path, code: str) -> None:
    with pytest.raises(UsageError, match=r"is not a language code; use (one such as en, de or pt-BR|en)$"):
        check_language(code)
    Settings("news", language=code).save(tmp_path)
    with pytest.raises(ArchiveDamaged, match=r"docarchive.toml: .* is not a language code"):
        Settings.load(tmp_path)


def test_settings_that_cannot_be_read_say_the_ways_out(archive: Archive, root: Path) -> None:
    archive.close()
    (root / "docarchive.toml").write_text("name = \n", "utf-8")
    with pytest.raises(ArchiveDamaged, match=r"fix it in an editor, or put back its copy, .docarchive/kept/"):
        Archive.open(root)
    (root / ".docarchive" / "kept" / "docarchive.toml").unlink()
    with pytest.raises(ArchiveDamaged, match="fix it in an editor, or move it away and run 'docarchive init"):
        Archive.open(root)
    (root / "docarchive.toml").unlink()
    with Archive.create(root) as again:
        assert again.count("pier") == 3
