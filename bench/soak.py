"""Whether Proctor's own memory stays as it is over many runs and stream connections.

    python bench/soak.py [--binary PATH] [--python PATH] [--rounds N] [--warm-up N] [--least BYTES]

A round is twenty runs, each followed on a stream of its own that is opened for it and dropped, with its log, its tests
and the lists read. After each round the memory that is a process's own is measured. Ends with 1 when serve, worker or
supervisor grows. The arithmetic is that of a leak hunt.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import sys
import time
from pathlib import Path

from server import HERE, Server, Setup

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType

    from client import Client

RUNS = 20
STREAMS = 40
SLOTS = 4
# Growth in bytes per run below which nothing is called a leak: a hundred thousand runs would be 100 MB.
LEAST_LEAK = 1024
# What a round leaves to do: the end of its last run, connections that were dropped.
SETTLE_S = 0.3
OWN_PAGES = ("Anonymous:", "Swap:")
TEST = """\
def test_lines():
    for number in range(50):
        print(f"line {number} of this test")

def test_fails():
    assert [1, 2, 3] == [1, 2, 4]
"""


def main() -> None:
    asked = _arguments()
    setup = Setup(asked.binary.resolve(), Path(os.path.abspath(asked.python)), quick=False)
    memory: dict[str, list[int]] = {}
    with Server(setup, slots=SLOTS) as server:
        target = server.write_test("test_soak.py", TEST)
        server.wait_for_worker()
        for number in range(-asked.warm_up, asked.rounds):
            _round(server, target)
            time.sleep(SETTLE_S)
            if number < 0:
                continue
            for name, pid in server.pids().items():
                memory.setdefault(name, []).append(_own_bytes(pid))
            _tell(number, memory)
    sys.exit(1 if _judge(memory, asked.least) else 0)


def _round(server: Server, target: str) -> None:
    client = server.client()
    runs = [client.submit(1 + number % SLOTS, target) for number in range(RUNS)]
    for _ in range(STREAMS - RUNS):
        server.client().stream("runs,environments").__exit__()
    for run in runs:
        with client.stream(f"run:{run},runs") as stream:
            ended = any(data.get("state") == "finished" for kind, data in stream.present if _is_of(kind, data, run))
            if not ended:
                stream.wait_for_end(run)
        _read(client, run)


def _is_of(kind: str, data: dict[str, object], run: int) -> bool:
    return kind == "run" and data.get("id") == run


def _read(client: Client, run: int) -> None:
    if client.get(f"/runs/{run}")["outcome"] != "failed":
        raise SystemExit(f"run {run} did not end as it should")
    client.get_bytes(f"/runs/{run}/log")
    client.get(f"/runs/{run}/tests")
    client.get("/runs", limit=50)


def _own_bytes(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith(OWN_PAGES)) * 1024


def _tell(number: int, memory: dict[str, list[int]]) -> None:
    words = ", ".join(f"{name} {sizes[-1] / 2**20:.2f} MiB" for name, sizes in memory.items())
    print(f"round {number + 1}: {words}", flush=True)


def _judge(memory: dict[str, list[int]], least: int) -> list[str]:
    """The processes that grow."""
    verdict = _arithmetic()
    growing = []
    for name, sizes in memory.items():
        trend = verdict.Trend(sizes)
        sure = verdict.confidence_above(sizes, least * RUNS)
        grows = sure >= verdict.SURE and verdict.Trend(sizes[len(sizes) // 2 :]).slope > least * RUNS
        print(
            f"{name}: {sizes[0] / 2**20:.2f} → {sizes[-1] / 2**20:.2f} MiB, {trend.slope / RUNS:.0f} bytes per run "
            f"({trend.low / RUNS:.0f} to {trend.high / RUNS:.0f}){': it grows' if grows else ''}"
        )
        if grows:
            growing.append(name)
    return growing


def _arithmetic() -> ModuleType:
    path = HERE.parent / "python" / "proctor_runner" / "leak" / "verdict.py"
    spec = importlib.util.spec_from_file_location("verdict", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=Path, default=HERE.parent / "target/release/proctor")
    parser.add_argument("--python", type=Path, default=Path(sys.executable), help="interpreter with pytest")
    parser.add_argument("--rounds", type=int, default=500)
    parser.add_argument("--warm-up", type=int, default=20)
    parser.add_argument("--least", type=int, default=LEAST_LEAK, help="growth per run that counts [%(default)s]")
    return parser.parse_args()


if __name__ == "__main__":
    main()
