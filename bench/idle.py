"""What Proctor takes while nothing happens, and how soon it is there."""

from __future__ import annotations

import time
from pathlib import Path

from figures import Figure, at_most
from runs import TRIVIAL, expect
from seed import seed
from server import Server

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from server import Setup

LIMITS_MIB = {"serve": 15, "worker": 10, "supervisor": None}
# Until what a start or a run leaves behind has settled.
SETTLE_S = 3.0


def memory(setup: Setup) -> Iterator[Figure]:
    """Proportional set size, as the kernel tells it, fresh and after work."""
    fresh: dict[str, list[float]] = {}
    worked: dict[str, list[float]] = {}
    for _ in range(setup.rounds(3)):
        with Server(setup) as server:
            target = server.write_test("test_trivial.py", TRIVIAL)
            server.wait_for_worker()
            time.sleep(SETTLE_S)
            _measure(server, fresh)
            client = server.client()
            for _ in range(20):
                expect(client.run(1, target), "passed")
                client.get("/runs")
                client.get("/environments")
            time.sleep(SETTLE_S)
            _measure(server, worked)
    for when, found in (("fresh", fresh), ("after 20 runs", worked)):
        for name, sizes in found.items():
            limit = LIMITS_MIB[name]
            yield Figure(f"idle {name}, {when}", "MiB PSS", sizes, [at_most(limit)] if limit else [])


def start(setup: Setup) -> Iterator[Figure]:
    """From exec to the line that says that the server is ready."""
    for name, runs in (("an empty store", 0), ("100,000 runs", 100_000)):
        with Server(setup) as server:
            server.wait_for_worker()
            server.stop()
            seed(server.data, runs)
            times = []
            for _ in range(setup.rounds(10)):
                times.append(server.start())
                server.wait_for_worker()
                server.stop()
            yield Figure(f"exec → ready, {name}", "s", times, [at_most(0.5)])


def pss_mib(pid: int) -> float:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise SystemExit(f"no PSS of process {pid}")


def _measure(server: Server, into: dict[str, list[float]]) -> None:
    for name, pid in server.pids().items():
        into.setdefault(name, []).append(pss_mib(pid))
