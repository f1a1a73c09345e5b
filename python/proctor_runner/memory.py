"""The memory of this process at the borders between tests."""

from __future__ import annotations

import os
import sys
from functools import cache
from importlib.machinery import BuiltinImporter, PathFinder
from importlib.util import module_from_spec

from .process import move_high

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType

STATM = "/proc/self/statm"
CLEAR_REFS = "/proc/self/clear_refs"
# Makes the peak begin anew, see proc(5).
RESET_PEAK = b"5"
# A peak this far above what is in use now would hide that of the next test.
NOTABLE = 256 * 1024


class MemoryGauge:
    """Says of each test what was in use before it, at most during it, and after it.

    Nothing of the tests runs between two of them, so one look is the end of one test and the beginning of the next.
    Functions are bound here, because tests replace them while a test runs.
    """

    def __init__(self) -> None:
        self._pread = os.pread
        self._open = os.open
        self._write = os.write
        self._close = os.close
        resource = resource_of_python()
        self._usage = resource.getrusage
        self._whom = resource.RUSAGE_SELF
        self._page = os.sysconf("SC_PAGESIZE")
        self._fd = -1
        self._before = 0
        # The peak that is known; a higher one is of the present test. One below the floor cannot be seen.
        self._highest = self._floor = 0

    def begin(self) -> None:
        """Look before the first test."""
        try:
            low = os.open(STATM, os.O_RDONLY | os.O_CLOEXEC)
            self._fd = move_high(low, offset=2)
            os.close(low)
        except OSError:
            return
        self._before = self._in_use()
        self._reset()

    def end_test(self) -> str:
        """JSON of the bytes before, at most and after the test that ends here; `null` when they cannot be told."""
        before = self._before
        if not before:
            return "null"
        after = self._before = self._in_use()
        highest = self._peak()
        peak = max(before, after)
        if highest > self._highest:
            peak = self._highest = max(peak, highest)
        if highest > max(after + NOTABLE, self._floor):
            self._reset()
        return f"[{before},{peak},{after}]" if after else "null"

    def _in_use(self) -> int:
        """Resident bytes; 0 when a test has closed the descriptor, or put something else in its place."""
        try:
            return int(self._pread(self._fd, 100, 0).split()[1]) * self._page
        except (OSError, ValueError, IndexError):
            return 0

    def _peak(self) -> int:
        return int(self._usage(self._whom).ru_maxrss) * 1024

    def _reset(self) -> None:
        """Let the peak begin anew, as far as the kernel lets us; the descriptor is not kept, because it can do harm."""
        try:
            fd = self._open(CLEAR_REFS, os.O_WRONLY | os.O_CLOEXEC)
            try:
                self._write(fd, RESET_PEAK)
            finally:
                self._close(fd)
        except OSError:
            pass
        # What is left comes from before this program was started, or cannot be taken away.
        self._highest = self._floor = self._peak()


@cache
def resource_of_python() -> ModuleType:
    """The standard module: the tests root may hold another one of that name, and tests find none imported."""
    known = "resource" in sys.modules
    # The tests root comes first.
    spec = BuiltinImporter.find_spec("resource") or PathFinder.find_spec("resource", sys.path[1:])
    if spec is None or spec.loader is None:
        raise ImportError("this interpreter has no module resource")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    if not known:
        sys.modules.pop("resource", None)
    return module
