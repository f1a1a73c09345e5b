"""Marks in the output, from which the worker knows which bytes belong to which test and phase."""

from __future__ import annotations

import os
import sys


class MarkWriter:
    """Writes marks as application program commands of a terminal, which the worker cuts out of the log."""

    def __init__(self, fd: int, nonce: str) -> None:
        self._fd = fd
        self._start = f"\x1b_proctor;{nonce};"
        self._streams = (sys.stdout, sys.stderr)
        self._write = os.write
        self._getpid = os.getpid
        self._pid = os.getpid()

    def write(self, what: str, index: int) -> None:
        """Mark that `what` (begin, setup, call, teardown, end) of a test starts here."""
        if self._getpid() != self._pid:
            return
        self._flush()
        try:
            self._write(self._fd, f"{self._start}{what};{index}\x1b\\".encode())
        except OSError:
            self._pid = -1

    def _flush(self) -> None:
        """What was printed before the mark has to stand before it."""
        for stream in (*self._streams, sys.stdout, sys.stderr):
            try:
                stream.flush()
            except Exception:  # noqa: BLE001 - a test may have closed it, or put anything in its place
                continue
