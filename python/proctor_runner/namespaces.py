"""Forking into the namespaces that the supervisor has made for a run."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .libc import Libc

# From sched.h of Linux.
NEW_MOUNT = 0x00020000
NEW_IPC = 0x08000000
NEW_USER = 0x10000000
NEW_PID = 0x20000000
NEW_NETWORK = 0x40000000


class Namespaces:
    """Enters the namespaces of a process that is given by its pidfd."""

    def __init__(self, libc: Libc) -> None:
        self._libc = libc
        self._own = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)

    def fork(self, init: int, *, user: bool, network: bool) -> int:
        """As `os.fork`, with a child that is below `init`; the parent gets a number only to wait for.

        `user` and `network` say whether `init` has such a namespace of its own.
        """
        kinds = NEW_MOUNT | NEW_IPC | (NEW_NETWORK if network else 0)
        if user:
            return self._fork_by_helper(init, NEW_USER | NEW_PID | kinds)
        # Only children are concerned. The mount namespace follows in the child: this process stays where it is.
        self._enter(init, NEW_PID)
        try:
            pid = os.fork()
        except OSError:
            self._enter(self._own, NEW_PID)
            raise
        if pid:
            self._enter(self._own, NEW_PID)
        else:
            self._enter(init, kinds)
        return pid

    def _fork_by_helper(self, init: int, kinds: int) -> int:
        """A process cannot leave a user namespace again, so another one enters it and forks there."""
        helper = os.fork()
        if helper:
            return helper
        self._enter(init, kinds)
        if os.fork():
            os._exit(0)
        return 0

    def _enter(self, fd: int, kinds: int) -> None:
        self._libc.enter_namespaces(fd, kinds)
