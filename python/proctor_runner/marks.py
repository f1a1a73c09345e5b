"""Marks in the output, from which the worker knows which bytes belong to which test and phase."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO


class MarkWriter:
    """Writes marks as application program commands of a terminal, which the worker cuts out of the log.

    They go through the stream of pytest's own report, so that a mark and the lines around it are one write.
    """

    def __init__(self, nonce: str) -> None:
        self._start = f"\x1b_proctor;{nonce};"
        self._stream: TextIO = sys.stdout
        self._errors: TextIO = sys.stderr
        self._getpid = os.getpid
        self._pid = os.getpid()

    def add(self, what: str, index: int) -> None:
        """Mark that `what` (begin, setup, call, teardown, end) of a test starts here."""
        if self._getpid() == self._pid:
            self._stream.write(f"{self._start}{what};{index}\x1b\\")

    def hold(self) -> None:
        """Hold back what pytest writes between two phases: one write instead of one for each line."""
        self._stream.reconfigure(line_buffering=False, write_through=False)  # type: ignore[attr-defined]

    def release(self) -> None:
        """Let out what was held back and every line at once, because code of the tests comes next."""
        self._errors.flush()
        self._stream.reconfigure(line_buffering=True)  # type: ignore[attr-defined]
