"""What warm interpreters and the runs forked from them take of the machine's memory."""

from __future__ import annotations

from pathlib import Path

from figures import Figure, at_most
from idle import pss_mib
from runs import expect
from server import Server, descendants
from venvs import PLUGINS, interpreter_with

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from client import Client
    from server import Setup

# Printed by the run itself: nobody else's pages are private to it.
PRIVATE = """\
def test_private():
    with open("/proc/self/smaps_rollup") as lines:
        sizes = [line.split() for line in lines]
    print("private KiB:", sum(int(size[1]) for size in sizes if size[0].startswith("Private_")))
"""


def private(setup: Setup) -> Iterator[Figure]:
    """Memory of each run that nobody shares, and of the interpreter that it was forked from."""
    for name, python in (("", setup.python), (", plugin-heavy", interpreter_with(setup, PLUGINS))):
        with Server(setup, python=python) as server:
            target = server.write_test("test_private.py", PRIVATE)
            server.wait_for_worker()
            client = server.client()
            children = [_private_mib(client, target) for _ in range(setup.rounds(20))]
            zygotes = [pss_mib(pid) for pid in _zygotes(server)]
            yield Figure(f"a run's private memory{name}", "MiB", children, [at_most(14)])
            yield Figure(f"a warm interpreter at rest{name}", "MiB PSS", zygotes, [at_most(30)])


def _private_mib(client: Client, target: str) -> float:
    with client.stream("runs") as stream:
        run = stream.wait_for_end(client.submit(1, target, start="warm"))
    expect(run, "passed")
    log = client.get_bytes(f"/runs/{run['id']}/log").decode()
    return int(log.partition("private KiB:")[2].split()[0]) / 1024


def _zygotes(server: Server) -> list[int]:
    """Those that no other process of the same words stands behind."""
    below = descendants(server.pids()["supervisor"])
    found = [pid for pid in below if b"\0zygote\0" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    if not found:
        raise SystemExit("there is no warm interpreter")
    return found
