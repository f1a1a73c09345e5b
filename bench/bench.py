"""Proctor's figures, beside bare pytest where there is something to compare.

    python bench/bench.py [--binary PATH] [--python PATH] [--quick] [--json FILE] [SECTION]…

Each section starts a server of its own on a free port, with data of its own, and stops it. The machine's speed moves,
so what is compared is measured in turns, and ratios are taken within a turn.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

import cost
import history
import idle
import lists
import live
import log
import runs
import streams
import throughput
import warm
from figures import Figure, table
from server import HERE, Setup

SECTIONS = {
    "trivial": runs.trivial,
    "plugins": runs.plugins,
    "hundred": runs.hundred,
    "print": live.prints,
    "cost": cost.cost,
    "handover": runs.handover,
    "lists": lists.lists,
    "million": lists.million,
    "history": history.history,
    "log": log.log,
    "endless": log.endless,
    "streams": streams.streams,
    "memory": idle.memory,
    "private": warm.private,
    "start": idle.start,
    "flood": throughput.flood,
    "pour": throughput.pour,
    "thousand": throughput.thousand,
}


def main() -> None:
    asked = _arguments()
    setup = Setup(asked.binary.resolve(), Path(os.path.abspath(asked.python)), asked.quick)
    found: list[tuple[str, Figure]] = []
    try:
        for name in asked.sections or SECTIONS:
            for figure in SECTIONS[name](setup):
                found.append((name, figure))
                print(f"{name}: {figure.name}: {figure.statistic('median'):.4g} {figure.unit}", file=sys.stderr)
    finally:
        if asked.json:
            asked.json.write_text(json.dumps([figure.as_json(name) for name, figure in found], indent=1))
        print(f"\n{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end\n\n{table(found)}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=Path, default=HERE.parent / "target/release/proctor")
    parser.add_argument("--python", type=Path, default=Path(sys.executable), help="interpreter with pytest")
    parser.add_argument("--quick", action="store_true", help="a fifth of the rounds")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write every figure as JSON")
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=", ".join(SECTIONS))
    asked = parser.parse_args()
    if unknown := set(asked.sections) - set(SECTIONS):
        parser.error(f"there is no section {', '.join(unknown)}; there are {', '.join(SECTIONS)}")
    return asked


if __name__ == "__main__":
    main()
