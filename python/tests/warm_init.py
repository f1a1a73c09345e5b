"""Stands for the init that a supervisor makes: the first process of namespaces, below which a zygote forks a runner.

Says its number on descriptor 3, reads that of the runner from descriptor 4, lets it go with descriptor 5, and answers
its raw wait status on descriptor 3. With two arguments, what the run writes in the one directory goes to the other.
"""

import ctypes
import os
import signal
import sys

NO_NUMBER = b"0\n"
MS_REC, MS_PRIVATE = 16384, 1 << 18
NEW_MOUNT, NEW_IPC, NEW_USER, NEW_PID = 0x00020000, 0x08000000, 0x10000000, 0x20000000
ANSWERS, RUNNER, GO = 3, 4, 5


def main() -> None:
    user, group = os.geteuid(), os.getegid()
    kinds = NEW_MOUNT | NEW_IPC | NEW_PID | (NEW_USER if user else 0)
    if ctypes.CDLL(None).unshare(kinds) != 0:
        sys.exit("no namespaces are granted")
    if user:
        for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
            with open(f"/proc/self/{name}", "w") as file:
                file.write(text)
    if len(sys.argv) > 1 and not put_layer(*map(os.fsencode, sys.argv[1:])):
        os.write(ANSWERS, NO_NUMBER)
        sys.exit()
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])
    init = os.fork()
    if init == 0:
        wait_for_runner()
    os.write(ANSWERS, f"{init}\n".encode())
    os.close(ANSWERS)
    os.waitpid(init, 0)


def put_layer(directory: bytes, layer: bytes) -> bool:
    """Whether this machine grants such mounts."""
    mount = ctypes.CDLL(None).mount
    upper, work = layer + b"/files", layer + b"/work"
    for part in (upper, work):
        os.mkdir(part)
    options = b"lowerdir=" + directory + b",upperdir=" + upper + b",workdir=" + work + b",userxattr"
    mount(None, b"/", None, MS_REC | MS_PRIVATE, None)
    return bool(mount(b"overlay", directory, b"overlay", 0, options) == 0)


def wait_for_runner() -> None:
    runner = int(os.read(RUNNER, 32) or b"0")
    if not runner:
        os._exit(1)
    os.write(GO, b"g")
    os.close(GO)
    while True:
        signal.sigwait([signal.SIGCHLD])
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                break
            if pid == runner:
                os.write(ANSWERS, f"{status}\n".encode())
                os._exit(0)
            if pid == 0:
                break


if __name__ == "__main__":
    main()
