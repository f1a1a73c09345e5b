"""A thousand readers of the stream at once, while runs change."""

from __future__ import annotations

import os
import re
import selectors
import socket
import threading
import time
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from figures import Figure, at_most
from idle import pss_mib
from runs import TRIVIAL
from server import Server

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from server import Setup

READERS = 1000
CHANGES_PER_S = 20
SECONDS = 20
RUN = re.compile(rb'event: run\ndata: \{"id":(\d+),[^\n]*?"created_at":"([^"]+)"')
# Several ask at once, so that one slow answer does not hold up the next question.
ASKING = 8
# Longer than any change takes that is not lost.
PATIENCE_S = 30.0


def streams(setup: Setup) -> Iterator[Figure]:
    """From the moment at which a run is created to the event at each of 1,000 readers."""
    with Server(setup) as server:
        target = server.write_test("test_trivial.py", TRIVIAL)
        server.wait_for_worker()
        serve = server.pids()["serve"]
        alone = pss_mib(serve)
        readers = Readers(server.address, READERS)
        readers.read_until_quiet(1.0)
        yield Figure(
            f"{READERS:,} streams: memory of serve beyond {alone:.1f} MiB", "MiB PSS", [pss_mib(serve) - alone]
        )
        at_rest = _cpu_s(serve)
        readers.read_for(5.0)
        yield Figure(f"{READERS:,} streams: processor at rest", "%", [(_cpu_s(serve) - at_rest) / 5.0 * 100])
        asking = [Asking(server, target, setup.rounds(SECONDS), number) for number in range(ASKING)]
        before, began = _cpu_s(serve), time.monotonic()
        for one in asking:
            one.start()
        readers.read_while(lambda: any(one.is_alive() for one in asking))
        taken, used = time.monotonic() - began, _cpu_s(serve) - before
        asked = {run for one in asking for run in one.asked}
        readers.read_until_all(asked)
        lags = [seen[run] for run in asked for seen in readers.seen.values() if run in seen]
        missed = sum(run not in seen for run in asked for seen in readers.seen.values())
        name = f"{READERS:,} streams, {len(asked) / taken:.0f} new runs each second"
        yield Figure(f"{name}: created → told", "ms", lags, [at_most(100, "p50"), at_most(500, "p99")])
        yield Figure(f"{name}: events that never came", "", [missed], [at_most(0)])
        yield Figure(f"{name}: processor", "%", [used / taken * 100])
        yield Figure(f"{name}: memory of serve beyond {alone:.1f} MiB", "MiB PSS", [pss_mib(serve) - alone])
        readers.close()


class Asking(threading.Thread):
    """Asks for runs at a steady pace."""

    def __init__(self, server: Server, target: str, seconds: int, number: int) -> None:
        super().__init__()
        self._client = server.client()
        self._target = target
        self._count = seconds * CHANGES_PER_S // ASKING
        self._number = number
        self.asked: list[int] = []

    def run(self) -> None:
        due = time.monotonic() + self._number / CHANGES_PER_S
        for count in range(self._count):
            time.sleep(max(0.0, due - time.monotonic()))
            due += ASKING / CHANGES_PER_S
            # Each environment has its turn.
            self.asked.append(self._client.submit(1 + (count * ASKING + self._number) % 100, self._target))


class Readers:
    """Open streams, and how late each was told of which run, in milliseconds."""

    def __init__(self, address: str, count: int) -> None:
        where = urlsplit(address)
        self._selector = selectors.DefaultSelector()
        self.seen: dict[int, dict[int, float]] = {}
        self._rest: dict[int, bytes] = {}
        for _ in range(count):
            connection = socket.create_connection((where.hostname, where.port))
            connection.sendall(f"GET /api/v1/stream?topics=runs HTTP/1.1\r\nhost: {where.netloc}\r\n\r\n".encode())
            connection.setblocking(False)
            self._selector.register(connection, selectors.EVENT_READ)
            self.seen[connection.fileno()] = {}

    def read_while(self, is_going_on: object) -> None:
        assert callable(is_going_on)
        while is_going_on():
            self._read(0.05)

    def read_for(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        self.read_while(lambda: time.monotonic() < until)

    def read_until_quiet(self, seconds: float) -> None:
        while self._read(seconds):
            pass

    def read_until_all(self, runs: set[int]) -> None:
        """Until each reader has seen each run, or waited for long."""
        until = time.monotonic() + PATIENCE_S
        self.read_while(lambda: time.monotonic() < until and any(runs - seen.keys() for seen in self.seen.values()))

    def close(self) -> None:
        for key in list(self._selector.get_map().values()):
            self._selector.unregister(key.fileobj)
            os.close(key.fd) if isinstance(key.fileobj, int) else key.fileobj.close()  # type: ignore[union-attr]

    def _read(self, timeout: float) -> int:
        ready = self._selector.select(timeout)
        for key, _ in ready:
            text = os.read(key.fd, 1 << 18)
            now = time.time()
            if not text:
                raise SystemExit("a stream ended early")
            seen = self.seen[key.fd]
            whole = self._rest.get(key.fd, b"") + text
            for found in RUN.finditer(whole):
                created_at = datetime.fromisoformat(found[2].decode().replace("Z", "+00:00")).timestamp()
                seen.setdefault(int(found[1]), (now - created_at) * 1e3)
            # An event may be cut in two.
            self._rest[key.fd] = whole[whole.rfind(b"\n\n") + 2 :]
        return len(ready)


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
