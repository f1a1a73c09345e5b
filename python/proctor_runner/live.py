"""Output at once, instead of after the test has ended.

pytest keeps what a test prints in a temporary file. Here its global capture is replaced by one that lets everything
through to the pipe of the run and leaves the rest alone: reading stdin, capsys, capfd and capsys.disabled() work as
ever. So reports have no "Captured stdout" sections; the worker has the exact bytes of each phase by the marks.
"""

from __future__ import annotations

import io
import os
import sys
from functools import partial

from _pytest.capture import CaptureManager, EncodedFile, MultiCapture, SysCapture

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from _pytest.nodes import Item

    from .line import TestLine

    BeginPhase = Callable[[str, Item], None]

# What `config.option.capture` says while tests run: neither "no", which would change pytest's own report, nor one of
# those for which the subtests plugins start a capture of their own, that would hold the output back.
LIVE = "live"


class LiveOutput:
    """Lets the output of one run through; made once for each session."""

    def __init__(self, fd: int, line: TestLine, begin_phase: BeginPhase, end_phase: Callable[[], None]) -> None:
        self._fd = fd
        self._line = line
        self._begin_phase = begin_phase
        self._end_phase = end_phase

    def attach(self, manager: CaptureManager) -> None:
        """Make the capture manager of this session, and no other one, work live and tell of each phase."""
        method = manager._method
        if method in ("fd", "sys"):

            def start_global_capturing() -> None:
                manager._global_capturing = self._capture(method)
                manager._global_capturing.start_capturing()

            manager.start_global_capturing = start_global_capturing  # type: ignore[method-assign]
            manager.item_capture = partial(  # type: ignore[method-assign, assignment]
                _LivePhase, manager, self._begin_phase, self._end_phase
            )
        else:
            # The tests' own configuration asks for no capture, or for a tee.
            usual = manager.item_capture

            def item_capture(when: str, item: Item) -> AbstractContextManager[None]:
                self._begin_phase(when, item)
                return usual(when, item)

            manager.item_capture = item_capture  # type: ignore[method-assign, assignment]

    def _capture(self, method: str) -> MultiCapture[str]:
        guard = self._fd if method == "fd" else None
        return MultiCapture(
            in_=SysCapture(0),  # Descriptor 0 is /dev/null already.
            out=LiveCapture("stdout", _Target(1, guard), self._line),  # type: ignore[arg-type]
            err=LiveCapture("stderr", _Target(2, guard), self._line),  # type: ignore[arg-type]
        )


class _LivePhase:
    """What pytest does around a phase, without the sections for what it captured, since that is nothing."""

    __slots__ = ("_begin_phase", "_end_phase", "_item", "_manager", "_when")

    def __init__(
        self, manager: CaptureManager, begin_phase: BeginPhase, end_phase: Callable[[], None], when: str, item: Item
    ) -> None:
        self._manager = manager
        self._begin_phase = begin_phase
        self._end_phase = end_phase
        self._when = when
        self._item = item

    def __enter__(self) -> None:
        self._begin_phase(self._when, self._item)
        self._manager.resume_global_capture()
        self._manager.activate_fixture()

    def __exit__(self, *exc_info: object) -> None:
        self._manager.deactivate_fixture()
        self._manager.suspend_global_capture()
        self._end_phase()


class _Target:
    """A standard descriptor, and the one from which it is restored when tests close or redirect it."""

    __slots__ = ("_dup2", "_guard", "fd")

    def __init__(self, fd: int, guard: int | None) -> None:
        self.fd = fd
        self._guard = guard
        self._dup2 = os.dup2

    def restore(self) -> None:
        """As pytest does between phases: a test that closed descriptor 1 does not silence the next one."""
        if self._guard is not None:
            self._dup2(self._guard, self.fd)


class LiveCapture:
    """Stands for one stream in pytest's MultiCapture."""

    EMPTY_BUFFER = ""

    def __init__(self, name: str, target: _Target, line: TestLine) -> None:
        self._name = name
        self._target = target
        self._line = line
        self._old = getattr(sys, name)
        self._stream = self._new_stream()

    def start(self) -> None:
        if self._stream.closed:
            self._stream = self._new_stream()
        setattr(sys, self._name, self._stream)

    def suspend(self) -> None:
        setattr(sys, self._name, self._old)
        self._target.restore()

    resume = start
    done = suspend

    def snap(self) -> str:
        return ""

    def writeorg(self, data: str) -> None:
        """Called with what a capture fixture still held when it ended."""
        self._stream.write(data)

    def _new_stream(self) -> EncodedFile:
        """The kind of file that tests find in `sys.stdout` under pytest's own capture."""
        return EncodedFile(
            _LivePipe(self._target.fd, self._line),
            encoding="utf-8",
            errors="replace",
            newline="",
            write_through=True,
        )


class _LivePipe(io.FileIO):
    """Writes all bytes at once, and sees to it that they start on a line of their own."""

    def __init__(self, fd: int, line: TestLine) -> None:
        super().__init__(fd, "wb", closefd=False)
        self._line = line

    def write(self, data) -> int:  # type: ignore[no-untyped-def]
        if not data:
            return 0
        line = self._line
        if line.is_open:
            line.interrupt()
        written = super().write(data) or 0
        if type(data) is not bytes:
            data = memoryview(data).cast("B")
        size = len(data)
        while written < size:  # A signal can end a write to a pipe early.
            written += super().write(data[written:]) or 0
        line.printed = bytes(data[-1:])
        return size
