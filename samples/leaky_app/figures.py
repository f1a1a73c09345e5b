"""What a process can say of its own memory, with nothing but the standard library."""

import ctypes
import gc
import sys
from collections import defaultdict


class MallInfo(ctypes.Structure):
    """What mallinfo2 of glibc 2.33 and later answers."""

    _fields_ = [
        (name, ctypes.c_size_t)
        for name in "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost".split()
    ]


LIBC = ctypes.CDLL(None)
if hasattr(LIBC, "mallinfo2"):
    LIBC.mallinfo2.restype = MallInfo


def own_kib():
    """Anonymous memory: what belongs to this process, without programs and libraries."""
    with open("/proc/self/smaps_rollup") as file:
        return sum(
            int(line.split()[1])
            for line in file
            if line.startswith(("Anonymous:", "Swap:"))
        )


def figures():
    """Where memory is: with Python, with malloc, or freed but not given back."""
    gc.collect()
    malloc = LIBC.mallinfo2() if hasattr(LIBC, "mallinfo2") else MallInfo()
    return {
        "own_kib": own_kib(),
        "python_blocks": sys.getallocatedblocks(),
        "python_objects": len(gc.get_objects()),
        "malloc_used_kib": (malloc.uordblks + malloc.hblkhd) // 1024,
        "malloc_free_kib": malloc.fordblks // 1024,
        "collections": [generation["collections"] for generation in gc.get_stats()],
        "uncollectable": len(gc.garbage),
    }


class Growth:
    """Adds up how many blocks of Python's allocator each route leaves behind: cheap enough to stay on.

    A single request says little, because caches fill and garbage waits; the sum over many says which route grows.
    """

    def __init__(self, application):
        self.application = application
        self.blocks = defaultdict(int)
        self.requests = defaultdict(int)

    def __call__(self, environ, start_response):
        route = environ["PATH_INFO"].strip("/").partition("/")[0]
        before = sys.getallocatedblocks()
        try:
            return self.application(environ, start_response)
        finally:
            self.blocks[route] += sys.getallocatedblocks() - before
            self.requests[route] += 1

    def by_route(self):
        return {
            route: {
                "requests": self.requests[route],
                "blocks_per_request": round(self.blocks[route] / self.requests[route]),
            }
            for route in sorted(self.blocks, key=self.blocks.get, reverse=True)
        }
