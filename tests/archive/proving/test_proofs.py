"""A proof shows that an archive held an article, to whoever has the script of the docs and no docarchive."""

from __future__ import annotations

import io
import json
import runpy
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from support import ARTICLES, exported, write_manifest

from docarchive import Archive, UsageError
from docarchive.archive.proving.head import NONE, Head
from docarchive.archive.proving.proofs import Proofs
from docarchive.archive.proving.tree import Root, leaf_hash
from docarchive.errors import ArchiveDamaged, InputError
from docarchive.formats.digest_lines import DigestLine

SCRIPT = Path(__file__).parents[3] / "docs" / "check_proof.py"
computed = runpy.run_path(str(SCRIPT))["computed"]
FILES = st.dictionaries(
    st.text("abé", min_size=1, max_size=3).map(lambda name: f"articles/{name}.md"), st.binary(max_size=5), min_size=1
)
BROKEN = (AttributeError, KeyError, TypeError, ValueError, RecursionError)


def proofs_of(files: dict[str, bytes]) -> Proofs:
    entries = [DigestLine(path, sha256(files[path]).digest()) for path in sorted(files, key=str.encode)]
    root = Root()
    for entry in entries:
        root.add(leaf_hash(*entry))
    head = Head("2024-03-16T10:00:00Z", len(entries), "7-0123abcd", NONE, root.digest().hex())
    return Proofs(io.BytesIO(head.lines() + b"".join(entry.line() for entry in entries)), "m")


def is_valid(proof: Any, data: bytes) -> bool:
    try:
        return bool(computed(proof, data) == proof)
    except BROKEN:
        return False


@given(FILES)
def test_every_file_has_a_proof_and_no_other_file(files: dict[str, bytes]) -> None:
    proofs = proofs_of(files)
    made = {path: proofs.of(path, data) for path, data in files.items()}
    for path, data in files.items():
        proof = made[path]
        assert proof is not None
        assert is_valid(json.loads(json.dumps(proof)), data)
        assert proof["head"] == proofs.head.head
        assert not is_valid(proof, data + b"\0")
        assert proofs.of(path, data + b"\0") is None
        assert proofs.of(path + "x", data) is None
    assert proofs.of("", b"") is None


@given(FILES, st.data())
def test_no_changed_proof_is_valid(files: dict[str, bytes], data: st.DataObject) -> None:
    """Any value of any key but the two that say what the object is."""
    path = data.draw(st.sampled_from([*files]))
    proof = proofs_of(files).of(path, files[path])
    assert proof is not None
    key = data.draw(st.sampled_from([key for key in proof if key not in ("schema", "type")]))
    other_hash = st.binary(min_size=32, max_size=32).map(bytes.hex)
    anything = st.none() | st.integers() | st.floats() | st.text(max_size=5) | st.lists(other_hash) | other_hash
    value = data.draw(anything)
    if key == "siblings":
        value = data.draw(st.permutations(proof[key]) | st.lists(other_hash) | st.just(proof[key][:-1]) | anything)
    assume(value != proof[key])
    assert not is_valid({**proof, key: value}, files[path])
    assert not is_valid({name: value for name, value in proof.items() if name != key}, files[path])


@given(st.integers(2, 40), st.data())
def test_forgeries(count: int, data: st.DataObject) -> None:
    """What somebody can do who knows the whole archive, and wants its head for another file."""
    files = {f"articles/{number:02}.md": bytes([number]) for number in range(count)}
    proofs, index = proofs_of(files), data.draw(st.integers(0, count - 1))
    path = f"articles/{index:02}.md"
    proof = proofs.of(path, files[path])
    other = proofs.of(*data.draw(st.sampled_from([item for item in files.items() if item[0] != path])))
    assert proof is not None
    assert other is not None
    forged = files[path] + b"!"
    digest = sha256(forged).hexdigest()
    assert not is_valid({**proof, "digest": digest}, forged)
    assert not is_valid({**other, "path": path}, files[path])
    assert not is_valid({**other, "path": path, "index": index, "digest": digest}, forged)
    assert not is_valid({**proof, "siblings": other["siblings"], "index": other["index"]}, files[path])
    consistent = computed({**proof, "digest": digest}, forged)
    assert is_valid(consistent, forged)  # of an archive that nobody has: its head is another one
    assert consistent["head"] != proof["head"]
    # A second preimage: a node of the tree in place of a leaf.
    left, *rest = proof["siblings"]
    leaf = leaf_hash(path, sha256(files[path]).digest())
    node = bytes.fromhex(left) + leaf if index % 2 else leaf + bytes.fromhex(left)
    for size in range(1, count + 1):
        shortened = {**proof, "siblings": rest, "index": index // 2, "files": size, "path": "", "digest": digest}
        assert computed_head(shortened, node) != proof["head"]
        assert computed_head(shortened, forged) != proof["head"]


def computed_head(proof: dict[str, Any], data: bytes) -> str | None:
    try:
        return str(computed(proof, data)["head"])
    except BROKEN:
        return None


def run(*arguments: object) -> tuple[int, str]:
    command = [sys.executable, "-I", "-O", str(SCRIPT), *map(str, arguments)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "Traceback" not in ended.stderr
    return ended.returncode, ended.stdout + ended.stderr


def test_the_script_checks_what_is_exported(archive: Archive, tmp_path: Path) -> None:
    head = write_manifest(archive).head
    report = archive.export(format="proof", to=tmp_path / "proofs")
    assert (report.articles, report.unproved) == (len(ARTICLES), [])
    archive.export(format="proof", to=tmp_path / "all.proof.jsonl")
    written = sorted((tmp_path / "proofs").rglob("*.proof.json"))
    assert len(written) == len(ARTICLES)
    by_path = {json.loads(path.read_text("utf-8"))["path"]: path for path in written}
    assert sorted(path.read_bytes() for path in written) == sorted(
        (tmp_path / "all.proof.jsonl").read_bytes().splitlines(keepends=True)
    )
    for row in archive.list():
        file = archive.path / row.path
        for proof in (by_path[row.path], tmp_path / "all.proof.jsonl"):
            for arguments in ((), (head,)):
                assert run(proof, file, *arguments) == (0, f"{row.path!r} was in the archive with the head {head}\n")
        assert run(by_path[row.path], file, "0" * 64)[0] == 1
        others = [path for path in by_path.values() if path != by_path[row.path]]
        assert run(others[0], file)[0] == 1
    copy = tmp_path / "copy.md"
    copy.write_bytes(file.read_bytes().replace(b"a", b"b", 1))
    assert "proves nothing" in run(tmp_path / "all.proof.jsonl", copy)[1]


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "null", "[" * 100_000, "{", '{"path": 1}', '"' + "x" * 10 + '"', "NaN"]
)
def test_the_script_refuses_what_is_no_proof(tmp_path: Path, text: str) -> None:
    (tmp_path / "p").write_text(text)
    assert run(tmp_path / "p", SCRIPT)[0] == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [((), "usage: "), ((SCRIPT,), "usage: "), ((SCRIPT,) * 4, "usage: "), (("/", SCRIPT), "/ cannot be read: ")],
)
def test_the_script_says_what_it_needs(arguments: tuple[object, ...], said: str) -> None:
    code, shown = run(*arguments)
    assert code == 1
    assert shown.startswith(said)


@pytest.mark.parametrize("value", [True, 1.5, -1, 10**400, float("inf"), float("nan"), "1", None, [], {}])
@pytest.mark.parametrize("key", ["files", "index"])
def test_the_script_ends_whatever_the_numbers_are(key: str, value: object) -> None:
    files = {f"articles/{number}.md": b"" for number in range(5)}
    proof = proofs_of(files).of("articles/3.md", b"")
    assert proof is not None
    assert not is_valid({**proof, key: value}, b"")


def test_articles_that_have_changed_or_are_newer_are_named(archive: Archive, tmp_path: Path) -> None:
    write_manifest(archive)
    changed, removed, *_ = [row.path for row in archive.list()]
    with (archive.path / changed).open("a", encoding="utf-8") as file:
        file.write("More.\n")
    (archive.path / removed).unlink()
    (tmp_path / "new.json").write_text('{"title": "New", "date": "2030", "body": "Newer than the manifest."}')
    new = archive.import_(tmp_path / "new.json").ids[0]
    for synced in (False, True):
        out = io.BytesIO()
        report = archive.export(format="proof", to=out)
        assert sorted(report.unproved) == sorted([changed, archive.file(new)])
        assert (report.articles, report.missing) == (len(ARTICLES) - 2, [] if synced else [removed])
        assert len(out.getvalue().splitlines()) == report.articles
        archive.sync()
    write_manifest(archive)
    assert archive.export(format="proof", to=io.BytesIO()).unproved == []


def test_an_earlier_manifest_can_be_named(archive: Archive, tmp_path: Path) -> None:
    first = write_manifest(archive)
    earlier = tmp_path / "earlier"
    earlier.write_bytes((archive.path / ".docarchive/manifest").read_bytes())
    (tmp_path / "new.json").write_text('{"title": "New", "date": "2030", "body": "Newer than the manifest."}')
    archive.import_(tmp_path / "new.json")
    second = write_manifest(archive)
    assert {json.loads(line)["head"] for line in exported(archive, format="proof").splitlines()} == {second.head}
    (archive.path / ".docarchive/manifest").unlink()
    lines = exported(archive, "pier", format="proof", manifest=earlier).splitlines()
    assert {json.loads(line)["head"] for line in lines} == {first.head}
    assert len(lines) == 3


def test_nothing_is_proved_without_a_manifest_of_the_archive(archive: Archive, tmp_path: Path) -> None:
    def refused(kind: type[Exception], text: str, manifest: object = None) -> None:
        with pytest.raises(kind, match=text):
            archive.export(format="proof", to=io.BytesIO(), manifest=manifest)  # type: ignore[arg-type]

    refused(UsageError, "no manifest to prove anything with; write one with 'docarchive verify --manifest FILE'")
    refused(UsageError, "there is no file .*nowhere", tmp_path / "nowhere")
    write_manifest(archive)
    kept, heads = archive.path / ".docarchive" / "manifest", archive.path / "heads.jsonl"
    whole = kept.read_bytes()
    refused(UsageError, "is no manifest", SCRIPT)
    kept.write_bytes(whole[:-10])
    refused(InputError, "was changed or cut")
    kept.write_bytes(whole.replace(b"# position 5", b"# position 6"))
    refused(InputError, "was changed or cut")
    kept.write_bytes(whole)
    line = heads.read_bytes()
    heads.write_bytes(b"")
    refused(UsageError, r"heads\.jsonl lacks its head")
    heads.write_bytes(line.replace(b'"position": "5', b'"position": "6'))
    refused(ArchiveDamaged, r"heads\.jsonl was changed")
    with pytest.raises(UsageError, match="--manifest does not apply to md"):
        archive.export(format="md", to=io.BytesIO(), manifest=kept)


def test_a_proof_is_short(tmp_path: Path) -> None:
    files = {f"articles/{number:05}.md": b"" for number in range(20_000)}
    proof = proofs_of(files).of("articles/12345.md", b"")
    assert proof is not None
    assert len(proof["siblings"]) == 15
    assert len(json.dumps(proof)) < 1700
