"""Reads inputs that are made at random, led by the code that they reach, and keeps those that are finds.

    python -m benchmarks.fuzz [TARGET…] [--seconds 300] [--runs N] [--corpus FOLDER] [--keep FOLDER]
    python -m benchmarks.fuzz TARGET --replay FILE
    python -m benchmarks.fuzz --list

A find is an input on which anything else is raised than a documented error, on which a law does not hold (such as: what
is written is read again), that takes more than 2 seconds for up to 64 KB, or more than 2 GB of memory. Without targets,
all of them are run, one after another. ``readers`` stands for all formats. Targets that begin with ``peer.`` are other
programs, and run only if they are named. Exits with 1 if there are finds. Needs atheris: pip install
'docarchive[dev,fuzz]'.

Of each target the columns are: the inputs that were tried, those of them that were read and not refused, the edges of
the code that were reached, seconds by the clock and of the processor, and finds. A find is kept once for each place.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.fuzz.running import fuzz, load_targets, replay

if TYPE_CHECKING:
    from benchmarks.fuzz.targets import Target


def main() -> int:
    """Fuzzes the targets that are named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help="names as --list prints them; all without any")
    parser.add_argument("--seconds", type=float, default=300.0, help="for how long to run each target (300)")
    parser.add_argument("--runs", type=int, default=0, help="how many inputs of each target to try at most")
    parser.add_argument(
        "--corpus", type=Path, action="append", default=[], help="a folder with more files to start from"
    )
    parser.add_argument("--keep", type=Path, help="a folder that keeps inputs from run to run (a temporary one)")
    parser.add_argument("--replay", type=Path, metavar="FILE", help="read one input, and print what it raises")
    parser.add_argument("--list", action="store_true", help="print the names of the targets")
    options = parser.parse_args()
    if not (options.list or options.replay) and find_spec("atheris") is None:
        parser.error("fuzzing needs atheris: pip install 'docarchive[dev,fuzz]'")
    own, peers = _targets() if options.list or options.replay else load_targets()
    known = {**own, **peers}
    if options.list:
        print("\n".join(known))
        return 0
    from benchmarks.fuzz.formats import targets as formats

    names = [name for given in options.targets or own for name in (formats() if given == "readers" else [given])]
    if unknown := set(names) - set(known):
        parser.error(f"there is no target {min(unknown)}; --list prints all")
    if options.replay:
        return replay(known[names[0]], options.replay)
    keep = options.keep or Path(tempfile.mkdtemp(prefix="docarchive-fuzz-"))
    print(f"{'target':<24}{'executions':>11}{'read':>9}{'coverage':>9}{'seconds':>9}{'CPU':>6}{'finds':>7}")
    executions = finds = contained = 0
    for name in names:
        outcome = fuzz(known[name], options.seconds, options.runs, keep / name, options.corpus)
        executions += outcome.executions
        finds += len(outcome.finds)
        contained += len(outcome.finds) if known[name].isolated else 0
        print(
            f"{name:<24}{outcome.executions:>11,}{outcome.read:>9,}{outcome.coverage:>9,}{outcome.seconds:>9.0f}"
            f"{outcome.processor:>6.0f}{len(outcome.finds):>7}",
            flush=True,
        )
        for find in outcome.finds:
            print(f"    {find.file}: {find.what}", flush=True)
    print(f"{executions:,} executions of {len(names)} targets, {finds} finds", end="")
    print(f", {contained} of them in formats that are parsed in another process" if contained else "")
    return int(finds > 0)


def _targets() -> tuple[Mapping[str, Target], Mapping[str, Target]]:
    from benchmarks.fuzz.targets import peers, targets

    return targets(), peers()


if __name__ == "__main__":
    sys.exit(main())
