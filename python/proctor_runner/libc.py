"""System calls that Python has not, or only since 3.12."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# From linux/capability.h and linux/prctl.h.
CAPABILITY_VERSION_3 = 0x20080522
CAP_SETPCAP = 8
PR_SET_SECCOMP = 22
SECCOMP_MODE_FILTER = 2
PR_CAPBSET_DROP = 24
PR_SET_NO_NEW_PRIVS = 38
PR_SET_MM = 35
PR_SET_MM_MAP = 14
# From asm-generic/mman-common.h.
MADV_DONTNEED = 4


class Libc:
    """The C library, through ctypes."""

    def __init__(self) -> None:
        before = set(sys.modules)
        import ctypes

        self._ctypes = ctypes
        self._functions = ctypes.CDLL(None, use_errno=True)
        self._functions.sbrk.restype = ctypes.c_void_p
        self._functions.prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]
        # Looked up and made here: each of them costs a fork tens of pages.
        self._calls = {name: getattr(self._functions, name) for name in ("setns", "capget", "capset")}
        self._pair, self._six = ctypes.c_uint32 * 2, ctypes.c_uint32 * 6
        self._places = places_of_program()
        self._kept: list[object] = []
        # As unknown as it was: tests would find it imported otherwise.
        for name in set(sys.modules) - before:
            del sys.modules[name]

    def give_back(self) -> None:
        """What nobody needs at rest, to the kernel: memory that is free, where the C library can do that (glibc can),
        and what is mapped of files and as it is there. That is found again in the page cache by whoever needs it, which
        is what forks do anyway: the kernel copies no such mappings.
        """
        trim = getattr(self._functions, "malloc_trim", None)
        if trim is not None:
            trim(0)
        pointer, number = self._ctypes.c_void_p, self._ctypes.c_size_t
        for start, size in unchanged_mappings():
            self._functions.madvise(pointer(start), number(size), MADV_DONTNEED)

    def enter_namespaces(self, fd: int, kinds: int) -> None:
        self._call("setns", fd, kinds)

    def drop_capabilities(self) -> None:
        """Give up what entering a user namespace granted: executing a program would do the same."""
        self._call("capset", self._pair(CAPABILITY_VERSION_3, 0), self._six())

    def confine(self, capabilities: int, filters: list[list[tuple[int, int, int, int]]]) -> None:
        """Keep only these capabilities, gain no others, and install filters of system calls: for good."""
        header, sets = self._pair(CAPABILITY_VERSION_3, 0), self._six()
        self._call("capget", header, sets)
        effective, permitted = sets[0] | sets[3] << 32, sets[1] | sets[4] << 32
        left = permitted & capabilities
        if effective >> CAP_SETPCAP & 1:
            # What executing a program gives back to root; the kernel knows fewer than there are bits.
            unwanted = (bit for bit in range(64) if not left >> bit & 1)
            while self._prctl(PR_CAPBSET_DROP, next(unwanted)) == 0:
                pass
        low, high = left & 0xFFFFFFFF, left >> 32
        self._call("capset", header, self._six(low, low, 0, high, high, 0))
        if self._prctl(PR_SET_NO_NEW_PRIVS, 1) != 0:
            raise OSError("no_new_privs is refused")
        for instructions in filters:
            # struct sock_filter and struct sock_fprog of linux/filter.h, on machines that have the low byte first.
            parts = [
                code.to_bytes(2, "little") + bytes((yes, no)) + value.to_bytes(4, "little")
                for code, yes, no, value in instructions
            ]
            program = self._keep_numbers(len(parts), self._keep(b"".join(parts)))
            if self._prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, program) != 0:
                raise OSError("the filter of system calls is refused")

    def _prctl(self, *numbers: int) -> int:
        status: int = self._functions.prctl(*[*numbers, 0, 0, 0, 0][:5])
        return status

    def show_as(self, arguments: list[bytes], environment: list[bytes]) -> None:
        """Have /proc show these, as it would after executing a program with them.

        Whoever looks for the processes of a run goes by them, and tests may. Not every kernel lets a process do that.
        """
        texts = [b"".join(text + b"\0" for text in part) for part in (arguments, environment)]
        start = self._keep(b"".join(texts))
        between = start + len(texts[0])
        *code, stack = self._places
        numbers = [*code, self._functions.sbrk(0), stack, start, between, between, between + len(texts[1])]
        # No auxiliary vector, and the executable stays.
        numbers += [0, 0xFFFFFFFF << 32]
        self._prctl(PR_SET_MM, PR_SET_MM_MAP, self._keep_numbers(*numbers), 8 * len(numbers))

    def _keep(self, content: bytes) -> int:
        """Where this lies from now on, with a zero behind it. An array of ctypes would need a type of its own."""
        memory = self._ctypes.c_char.from_buffer(bytearray(content + b"\0"))
        self._kept.append(memory)
        return int(self._ctypes.addressof(memory))

    def _keep_numbers(self, *numbers: int) -> int:
        return self._keep(b"".join(number.to_bytes(8, sys.byteorder) for number in numbers))

    def _call(self, name: str, *arguments: Any) -> None:
        if self._calls[name](*arguments) != 0:
            number = self._ctypes.get_errno()
            raise OSError(number, f"{name}: {os.strerror(number)}")


def places_of_program() -> list[int]:
    """Start and end of code and of data, where the heap starts and where the stack does: the same in all forks."""
    with open("/proc/self/stat", "rb") as file:
        # Numbered from 1 in proc(5), where the third is the first after the name.
        stat = [b"", b"", b"", *file.read().rpartition(b")")[2].split()]
    return [int(stat[number]) for number in (26, 27, 45, 46, 47, 28)]


def unchanged_mappings() -> list[tuple[int, int]]:
    """Where parts of files are mapped of which nothing was written, and their sizes, see proc_pid_smaps(5)."""
    found: list[tuple[int, int]] = []
    with open("/proc/self/smaps") as lines:
        for line in lines:
            words = line.split()
            if not words[0].endswith(":"):
                start, end = (int(address, 16) for address in words[0].split("-"))
                is_fixed = len(words) > 5 and words[5].startswith("/") and "w" not in words[1]
            elif words[0] == "Anonymous:" and words[1] == "0" and is_fixed:
                found.append((start, end - start))
    return found
