"""Checks a proof that an archive held a file, without docarchive: ``python check_proof.py PROOF FILE [HEAD]``.

PROOF is what ``docarchive export --format proof`` wrote, FILE the file of an article, and HEAD the head of a manifest,
from a place that you trust.
"""

import json
import sys
from hashlib import sha256
from typing import Any


def computed(proof: dict[str, Any], data: bytes) -> dict[str, Any]:
    """Returns a proof with the digest, the root and the head that follow from a file's bytes; a valid one has them."""
    digest = sha256(data)
    node = sha256(b"\0" + digest.digest() + proof["path"].encode("utf-8", "surrogateescape")).digest()
    index, last = proof["index"], proof["files"] - 1
    if not 0 <= index <= last:
        raise ValueError("there is no such place in the list of files")
    for sibling in map(bytes.fromhex, proof["siblings"]):  # RFC 9162, section 2.1.3.2
        if len(sibling) != 32 or last == 0:
            raise ValueError("it has too many hashes, or one that is none")
        if index % 2 == 0 and index < last:
            node = sha256(b"\1" + node + sibling).digest()
        else:
            node = sha256(b"\1" + sibling + node).digest()
            while index % 2 == 0 and index > 0:
                index, last = index // 2, last // 2
        index, last = index // 2, last // 2
    if last != 0:
        raise ValueError("it has too few hashes")
    fields = {**proof, "digest": digest.hexdigest(), "root": node.hex()}
    lines = "".join(f"# {name} {fields[name]}\n" for name in ("written", "files", "position", "previous", "root"))
    return {**fields, "head": sha256(f"# docarchive manifest 1\n{lines}".encode()).hexdigest()}


def main(proofs: str, file: str, head: str = "") -> None:
    """Prints the path and the head that a file was in; ends with an error if no proof in a file of them is valid."""
    try:
        with open(file, "rb") as opened, open(proofs, "rb") as listed:
            data, lines = opened.read(), listed.readlines()
    except OSError as error:
        sys.exit(f"{error.filename} cannot be read: {error.strerror}")
    reason = "it is a proof of other bytes or of another head"
    for line in lines:
        try:
            proof = json.loads(line)
            if computed(proof, data) == proof and head in ("", proof["head"]):
                print(f"{proof['path']!r} was in the archive with the head {proof['head']}")
                return
        except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
            reason = repr(error)
    sys.exit(f"{proofs} proves nothing of {file}: {reason}")


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit("usage: python check_proof.py PROOF FILE [HEAD]")
    main(*sys.argv[1:])
