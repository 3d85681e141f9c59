import io
import struct
import tracemalloc
import warnings
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from readers.containers.containing import LARGE, Found, read, source, taken

from docarchive import Archive
from docarchive.errors import ReaderError
from docarchive.readers import readers
from docarchive.readers.choosing import choose
from docarchive.readers.containers import members, zipdirectory
from docarchive.readers.protocol import Member, Refusal

READER = readers()["zip"]
TEXT = b"Ships wait at the canal.\n" * 40


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    held = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(held, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return held.getvalue()


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_files_come_in_their_order_by_every_method(method: int) -> None:
    files = {"b.txt": TEXT, "posts/2024/a.md": b"# A\n", "large.bin": LARGE, "empty.txt": b""}
    found = read(READER, zipped(files, method))
    assert found == Found(files, {}, "")
    assert list(found.files) == list(files)


@pytest.mark.parametrize(
    "name", ["/etc/a.txt", "../../tmp/b.txt", r"C:\posts\c.txt", r"..\d.txt", "c:/e.txt", "f/../g.txt", "../.ssh/keys"]
)
def test_a_name_that_leads_out_of_the_archive_is_refused_and_the_others_are_read(name: str) -> None:
    (refusal, member) = READER.records(source(zipped({name: TEXT, "a.txt": b"x"}, zipfile.ZIP_STORED)))
    assert isinstance(refusal, Refusal)
    assert (refusal.location, refusal.reason) == (name, members.ESCAPES)
    assert refusal.raw.endswith(TEXT)
    assert isinstance(member, Member)
    assert member.source.sibling(name) is None


def test_names_and_folders_are_those_of_the_archive() -> None:
    names = ["./a.txt", r"posts\2024\b..txt", "e\x1b[31m\n.txt", "f" * 5000 + ".txt"]
    found = [each for each in READER.records(source(zipped(dict.fromkeys(names, b"x")))) if isinstance(each, Member)]
    assert [(each.source.folder, each.source.name) for each in found][:4] == [
        ("", "a.txt"),
        ("posts/2024", "b..txt"),
        ("", "e\x1b[31m\n.txt"),
        ("", "f" * 5000 + ".txt"),
    ]
    assert found[2].location == "e\ufffd[31m\ufffd.txt"
    assert len(found[3].location) < 1100
    assert not any(each.named for each in found)


def test_links_and_devices_are_refused_and_what_is_hidden_is_passed_over() -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.mkdir("posts")
        for name in (".git/a.txt", "__MACOSX/a.txt", "posts/._a.txt", "posts/.DS_Store", "posts/a.txt"):
            archive.writestr(name, b"x")
        link = zipfile.ZipInfo("link.txt")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        device = zipfile.ZipInfo("device")
        device.create_system, device.external_attr = 3, 0o020666 << 16
        archive.writestr(device, b"")
    refused = {"link.txt": members.LINK, "device": members.DEVICE}
    assert read(READER, held.getvalue()) == Found({"posts/a.txt": b"x"}, refused, "")


def test_pictures_are_not_unpacked_before_they_are_asked_for() -> None:
    data = bytearray(zipped({"a.png": TEXT, "b.txt": b"x"}, zipfile.ZIP_STORED))
    data[50] ^= 1
    (picture, _) = READER.records(source(bytes(data)))
    assert isinstance(picture, Member)
    with pytest.raises(ReaderError, match="its checksum"):
        taken(picture)


def test_of_an_archive_of_docarchive_only_the_articles_are_taken() -> None:
    names = ["x/docarchive.toml", "x/articles/a.md", "x/trash/b.md", "x/originals/ab/c.txt", "d.md"]
    assert list(read(READER, zipped(dict.fromkeys(names, b"x"))).files) == ["x/articles/a.md", "d.md"]


def test_texts_of_an_export_of_omnivore_are_read_with_their_entries() -> None:
    names = ["x/metadata_0_to_20.json", "x/content/a.html", "x/highlights/a.md", "content/b.md", "x/content/y/c.md"]
    kept = ["x/metadata_0_to_20.json", "content/b.md", "x/content/y/c.md"]
    assert list(read(READER, zipped(dict.fromkeys(names, b"x"))).files) == kept


def renamed(name: bytes, extra: bytes = b"") -> bytes:
    """An archive with one file, whose name is not said to be UTF-8."""
    local = struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 0, 0, 33, zlib.crc32(b"x"), 1, 1, len(name), 0) + name + b"x"
    central = struct.pack(
        "<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 0, 0, 33, zlib.crc32(b"x"), 1, 1, len(name), len(extra), *[0] * 5
    )
    central += name + extra
    return local + central + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, len(central), len(local), 0)


def test_names_are_read_as_utf_8_or_else_as_they_once_were() -> None:
    assert list(read(READER, renamed("Brücke.txt".encode())).files) == ["Brücke.txt"]
    assert list(read(READER, renamed("Brücke.txt".encode("cp437"))).files) == ["Brücke.txt"]
    old = "?.txt"
    field = b"\1" + struct.pack("<L", zlib.crc32(old.encode())) + "橋.txt".encode()
    extra = struct.pack("<HH", 0x7075, len(field)) + field
    assert list(read(READER, renamed(old.encode(), extra)).files) == ["橋.txt"]


def test_a_file_without_a_name_is_refused() -> None:
    assert read(READER, renamed(b"")).refused == {"": members.NAMELESS}


def test_a_damaged_file_is_refused_with_its_bytes_and_the_others_are_read() -> None:
    data = bytearray(zipped({"a.txt": TEXT, "b.txt": TEXT, "c.txt": b"x"}, zipfile.ZIP_STORED))
    data[data.index(b"b.txt") + 50] ^= 1
    (refusal,) = [each for each in READER.records(source(bytes(data))) if isinstance(each, Refusal)]
    assert (refusal.location, refusal.reason) == (
        "b.txt",
        "it is damaged: its checksum is not what the ZIP archive says",
    )
    assert refusal.raw.startswith(b"PK\3\4")
    assert refusal.raw.endswith(TEXT[-20:])
    assert list(read(READER, bytes(data)).files) == ["a.txt", "c.txt"]


def test_for_a_large_damaged_file_the_archive_is_kept_whole() -> None:
    data = bytearray(zipped({"a.bin": LARGE, "b.txt": b"x"}, zipfile.ZIP_STORED))
    data[1000] ^= 1
    found = read(READER, bytes(data))
    assert list(found.files) == ["b.txt"]
    assert found.refused == {"a.bin": "it is damaged: its checksum is not what the ZIP archive says"}
    assert found.stopped == "a.bin in it is damaged, so the whole archive is kept"


@pytest.mark.parametrize(
    ("offset", "value", "reason"),
    [
        (8, 1, "it is encrypted; unpack the ZIP archive with its password, and import the files"),
        (
            10,
            9,
            "it is compressed with Deflate64, which is not supported; unpack the ZIP archive, and import the folder",
        ),
        (
            10,
            77,
            "it is compressed with method 77, which is not supported; unpack the ZIP archive, and import the folder",
        ),
        (24, 7, "it is damaged: it is larger than the ZIP archive says"),
        (24, 2000, "it is damaged: it is shorter than the ZIP archive says"),
    ],
)
def test_what_cannot_be_read_is_refused_by_itself(offset: int, value: int, reason: str) -> None:
    data = bytearray(zipped({"a.txt": TEXT, "b.txt": b"x"}))
    struct.pack_into("<H", data, data.index(b"PK\1\2") + offset, value)
    found = read(READER, bytes(data))
    assert found == Found({"b.txt": b"x"}, {"a.txt": reason}, "")


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_bomb_whose_header_lies_is_read_no_further_than_it_says(method: int) -> None:
    data = bytearray(zipped({"a.txt": b"\0" * 50_000_000}, method))
    struct.pack_into("<L", data, data.index(b"PK\1\2") + 24, 1000)
    tracemalloc.start()
    found = read(READER, bytes(data))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.refused["a.txt"].startswith("it is damaged: ")
    assert peak < 20_000_000


def test_files_that_lie_over_each_other_are_refused() -> None:
    data = zipped({"a.txt": TEXT})
    at = data.index(b"PK\1\2")
    entry = data[at : data.index(b"PK\5\6")]
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 50, 50, 50 * len(entry), at, 0)
    found = read(READER, data[:at] + entry * 50 + end)
    assert found == Found({}, {}, "files in the ZIP archive overlap; it may be harmful")


def test_endless_directories_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipdirectory, "MAX_DIRECTORY", 1000)
    files = {f"{number}.txt": b"x" for number in range(30)}
    assert read(READER, zipped(files)).stopped.startswith("there are too many files in the ZIP archive")


@pytest.mark.parametrize(
    ("name", "kind"), [("[Content_Types].xml", "an office document"), ("META-INF/MANIFEST.MF", "a Java program")]
)
def test_archives_that_are_another_format_are_not_taken_apart(name: str, kind: str) -> None:
    found = read(READER, zipped({name: b"x", "a.xml": b"<a/>"}))
    assert found == Found({}, {}, f"it is {kind}, which this version does not read")


def test_it_is_chosen_by_its_beginning() -> None:
    assert choose(source(zipped({"a.txt": b"x"}), "")).name == "zip"
    assert choose(source(zipped({}), "empty.zip")).name == "zip"
    assert read(READER, zipped({})) == Found({}, {}, "")


def test_files_beside_a_file_are_found_in_its_folder_and_below() -> None:
    files = {"refs/a.bib": b"@", "refs/files/a.pdf": b"%PDF", "b.pdf": b"%PDF-2"}
    first = next(each for each in READER.records(source(zipped(files))) if isinstance(each, Member))
    pdf = first.source.sibling("files/a.pdf")
    assert pdf is not None
    assert (pdf.name, pdf.folder, pdf.open().read()) == ("a.pdf", "refs/files", b"%PDF")
    assert pdf.sibling("../a.bib") is None
    assert [first.source.sibling(path) for path in ("../b.pdf", "/b.pdf", "b.pdf", "", "files")] == [None] * 5


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_damage_anywhere_is_refused_in_a_sentence(data: st.DataObject) -> None:
    whole = bytearray(zipped({"a.txt": TEXT, "b/c.txt": b"x"}))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(whole[: data.draw(st.integers(0, len(whole)))])
    for each in (bytes(whole), cut):
        found = read(READER, each)
        assert all("\n" not in reason for reason in (*found.refused.values(), found.stopped))


def test_a_large_file_can_be_opened_though_its_header_is_gone() -> None:
    data = bytearray(zipped({"a.bin": LARGE, "b.txt": b"x"}, zipfile.ZIP_STORED))
    data[0:4] = b"gone"
    first = next(each for each in READER.records(source(bytes(data))) if isinstance(each, Member))
    with pytest.raises(Exception, match="it is not where the ZIP archive's directory says"):
        taken(first)


def test_empty_files_are_refused_in_one_sentence(tmp_path: Path) -> None:
    def packed(files: dict[str, bytes]) -> bytes:
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w") as file:
            for name, content in files.items():
                file.writestr(name, content)
        return held.getvalue()

    inner = packed({f"{number}.txt": b"" for number in range(500)})
    many = {f"{number}.zip": inner for number in range(3)}
    (tmp_path / "many.zip").write_bytes(packed({**many, "a.txt": b"A text."}))
    (tmp_path / "one.zip").write_bytes(packed({"empty.txt": b"", "b.txt": b"Another text."}))
    with Archive.create(tmp_path / "archive") as archive:
        report = archive.import_(tmp_path / "many.zip", tmp_path / "one.zip", jobs=1)
        assert report.new == 2
        assert [(refusal.where, refusal.reason) for refusal in report.refused] == [
            (str(tmp_path / "many.zip"), "1,500 files in it are empty"),
            (f"{tmp_path / 'one.zip'}:empty.txt", "the file is empty"),
        ]
