"""What happens, as JSON lines on the events pipe."""

from __future__ import annotations

import json
import os
import signal
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

# A traceback, a message or a section longer than this (bytes of UTF-8) is cut in the middle.
TEXT_LIMIT = 256 * 1024
# Test ids in one line.
CHUNK = 500
# Writes up to this size (PIPE_BUF of Linux) are all or nothing.
ATOMIC = 4096

to_json = json.dumps


class EventWriter:
    """Writes events with a sequence number and the time; silent in forked children.

    Functions are bound here, because tests replace `os.write`, `os.getpid` or `time.time` while a test runs.
    """

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._sequence = 0
        self._held: list[str] = []
        self._write = os.write
        self._now = time.time
        self._getpid = os.getpid
        self._pid = os.getpid()

    def send(self, kind: str, body: str) -> None:
        """Send one event. `body` is JSON for the rest of the object: `"key":value,…`, never empty."""
        self.add(kind, body)
        self.flush()

    def add(self, kind: str, body: str) -> None:
        """Send an event with the next `flush`, which follows before any code of the tests runs."""
        self._sequence += 1
        at = int(self._now() * 1000)
        self._held.append(f'{{"kind":"{kind}","seq":{self._sequence},"at":{at},{body}}}\n')

    def flush(self) -> None:
        """Write what is held, in one piece where possible."""
        if not self._held:
            return
        lines = "".join(self._held).encode("utf-8", "replace")
        self._held.clear()
        if self._getpid() != self._pid:
            return
        try:
            if len(lines) <= ATOMIC:
                self._write(self._fd, lines)
            else:
                self._write_long(lines)
        except OSError:
            # A test closed it, or nobody reads any more. The worker sees that the end is missing.
            self._pid = -1

    def send_chunks(self, kind: str, *, total: int, key: str, entries: Iterable[tuple[int, str]]) -> None:
        """Send a list in lines of bounded length; an entry is its length and its JSON."""
        chunk: list[str] = []
        size = 0
        for length, entry in entries:
            if chunk and (len(chunk) == CHUNK or size + length > TEXT_LIMIT):
                self.send(kind, f'"total":{total},"{key}":[{",".join(chunk)}],"more":true')
                chunk, size = [], 0
            chunk.append(entry)
            size += length
        self.send(kind, f'"total":{total},"{key}":[{",".join(chunk)}],"more":false')

    def _write_long(self, lines: bytes) -> None:
        """Write all; an interrupt has to wait, or half a line would stay in the pipe."""
        blocked = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT,))
        try:
            rest = memoryview(lines)
            while rest:
                rest = rest[self._write(self._fd, rest) :]
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, blocked)


def text_json(text: str | None) -> str:
    """JSON of a text, cut in the middle when it is too long."""
    return "null" if text is None else encode_text(cut(text))


def encode_text(text: str) -> str:
    return to_json(text, ensure_ascii=False)


def cut(text: str, limit: int = TEXT_LIMIT) -> str:
    """At most `limit` bytes of the text: its beginning, a note of what was left out, and its end."""
    if len(text) * 4 <= limit:
        return text
    encoded = text.encode("utf-8", "replace")
    if len(encoded) <= limit:
        return text
    half = (limit - 100) // 2
    head = encoded[:half].decode("utf-8", "ignore")
    tail = encoded[-half:].decode("utf-8", "ignore")
    left_out = len(encoded) - 2 * half
    return f"{head}\n[… {left_out} bytes left out by proctor …]\n{tail}"
