"""The root is that of RFC 6962, every path of siblings leads to it, and no other leaf has one."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docarchive.archive.proving.tree import Root, Tree, leaf_hash

hashes = st.binary(min_size=32, max_size=32)
leaves = st.lists(hashes, max_size=70)


def root_of(leaves: list[bytes]) -> bytes:
    """The definition in RFC 6962, section 2.1; its leaves are hashed already."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256().digest()
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return sha256(b"\1" + root_of(leaves[:half]) + root_of(leaves[half:])).digest()


def path_of(index: int, leaves: list[bytes]) -> list[bytes]:
    """The definition of an audit path in RFC 6962, section 2.1.1."""
    if len(leaves) == 1:
        return []
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    if index < half:
        return [*path_of(index, leaves[:half]), root_of(leaves[half:])]
    return [*path_of(index - half, leaves[half:]), root_of(leaves[:half])]


@given(leaves)
def test_both_ways_to_the_root_are_that_of_the_rfc(leaves: list[bytes]) -> None:
    root = Root()
    for leaf in leaves:
        root.add(leaf)
    assert root.digest() == Tree(leaves).root == root_of(leaves)
    assert root.leaves == len(Tree(leaves)) == len(leaves)


def test_known_roots() -> None:
    """The test vectors of Certificate Transparency, whose leaves are bytes without a path."""
    data = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    roots = {
        1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    }
    leaves = [leaf_hash("", bytes.fromhex(item)) for item in data]
    assert {count: Tree(leaves[:count]).root.hex() for count in roots} == roots


@given(leaves, st.data())
def test_siblings_are_those_of_the_rfc(leaves: list[bytes], data: st.DataObject) -> None:
    tree = Tree(leaves)
    for index in range(len(leaves)):
        assert tree.siblings(index) == path_of(index, leaves)
    for index in (-1, len(leaves)):
        with pytest.raises(IndexError):
            tree.siblings(index)


@given(st.lists(hashes, min_size=1, max_size=40, unique=True), st.data())
def test_any_other_leaves_have_another_root(leaves: list[bytes], data: st.DataObject) -> None:
    root, index = Tree(leaves).root, data.draw(st.integers(0, len(leaves) - 1))
    changed = leaves.copy()
    changed[index] = data.draw(hashes.filter(lambda leaf: leaf != leaves[index]))
    others = [changed, leaves[:index] + leaves[index + 1 :], [*leaves, leaves[index]], [*leaves, bytes(32)]]
    if (order := data.draw(st.permutations(leaves))) != leaves:
        others.append(order)
    assert root not in [Tree(other).root for other in others]


@given(st.text("ab/", max_size=5), hashes, st.text("ab/", max_size=5), hashes)
def test_a_leaf_has_its_path_and_digest(path: str, digest: bytes, path_2: str, digest_2: bytes) -> None:
    assert (leaf_hash(path, digest) == leaf_hash(path_2, digest_2)) == ((path, digest) == (path_2, digest_2))
    assert leaf_hash(path, digest) != sha256(b"\1" + digest + path.encode()).digest()  # what a node is hashed as


def test_the_root_needs_one_hash_a_level() -> None:
    root = Root()
    for number in range(100_000):
        root.add(number.to_bytes(32))
        assert len(root._whole) <= 17
