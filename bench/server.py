"""A Proctor to measure: its own port, data and tests, stopped when it is no longer needed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from client import Client

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self

HERE = Path(__file__).resolve().parent
READY = "Proctor is ready on "
# How long a worker may take to leave.
FAREWELL = 30.0


@dataclass(frozen=True)
class Setup:
    """What is measured, and how thoroughly."""

    binary: Path
    python: Path
    quick: bool

    def rounds(self, usual: int) -> int:
        return max(3, usual // 5) if self.quick else usual


class Server:
    """`proctor serve` with its worker."""

    def __init__(self, setup: Setup, *, slots: int = 2, config: str = "", python: Path | None = None) -> None:
        self._setup = setup
        self._python = python or setup.python
        self._slots = slots
        # Beside the sources and not in the system's folder for temporary files, which may lie in memory.
        home = HERE.parent / "target" / "bench"
        home.mkdir(parents=True, exist_ok=True)
        self.home = Path(tempfile.mkdtemp(dir=home))
        self.data = self.home / "data"
        self.tests = self.home / "tests"
        self.tests.mkdir()
        (self.tests / "pytest.ini").write_text("[pytest]\n")
        self._config = self.home / "proctor.toml"
        self._config.write_text(config)
        self._process: subprocess.Popen[str] | None = None
        self.address = ""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.stop()
        finally:
            shutil.rmtree(self.home, ignore_errors=True)

    def start(self) -> float:
        """Start it; answers the seconds from exec to the line that says that it is ready."""
        began = time.perf_counter()
        self._process = subprocess.Popen(
            [
                *(self._setup.binary, "serve", "--listen", "127.0.0.1:0"),
                *("--data", self.data, "--tests", self.tests, "--python", self._python),
                *("--slots", str(self._slots), "--config", self._config),
            ],
            stdout=subprocess.PIPE,
            stderr=(self.home / "serve.log").open("a"),
            text=True,
        )
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if READY in line:
                self.address = line.partition(READY)[2].strip()
                return time.perf_counter() - began
        raise SystemExit(f"serve did not start:\n{(self.home / 'serve.log').read_text()}")

    def stop(self) -> None:
        if self._process is None:
            return
        others = [pid for name, pid in self.pids().items() if name != "serve"]
        self._process.terminate()
        self._process.wait(FAREWELL)
        self._process = None
        deadline = time.monotonic() + FAREWELL
        while (left := [pid for pid in others if _is_there(pid)]) and time.monotonic() < deadline:
            time.sleep(0.01)
        for pid in left:
            os.kill(pid, signal.SIGKILL)

    def client(self) -> Client:
        return Client(self.address)

    def write_test(self, name: str, text: str) -> str:
        """Put a file into the tests root; answers the target."""
        (self.tests / name).write_text(text)
        return name

    def pids(self) -> dict[str, int]:
        """The processes of this Proctor by name: serve, worker, supervisor."""
        assert self._process is not None
        found = {"serve": self._process.pid}
        for parent, name in (("serve", "worker"), ("worker", "supervisor")):
            for pid in _children(found.get(parent, 0)):
                if f"\0{name}\0" in Path(f"/proc/{pid}/cmdline").read_text():
                    found[name] = pid
        return found

    def wait_for_worker(self) -> None:
        """Wait until runs can start."""
        deadline = time.monotonic() + FAREWELL
        while "supervisor" not in self.pids():
            if time.monotonic() > deadline:
                raise SystemExit(f"no worker came:\n{(self.data / 'worker.log').read_text()}")
            time.sleep(0.01)


def descendants(parent: int) -> list[int]:
    """The processes that came from it, and those that came from them."""
    return [one for child in _children(parent) for one in (child, *descendants(child))]


def _children(parent: int) -> list[int]:
    found: list[int] = []
    for tasks in Path(f"/proc/{parent}/task").glob("*/children"):
        found.extend(int(pid) for pid in tasks.read_text().split())
    return found


def _is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
