"""Run by `proctor doctor` as a run would be: tries what a run must not be able to do."""

import ctypes
import errno
import fcntl
import json
import os
import sys
import time


def tell(name, kept, words):
    print(json.dumps({"name": name, "kept": bool(kept), "words": str(words)}), flush=True)


def reads():
    found = []
    for place, _, names in os.walk(os.environ["DOCTOR_DATA"]):
        for name in names:
            path = os.path.join(place, name)
            try:
                with open(path, "rb") as file:
                    if "/runtime/" not in path and file.read(1):
                        found.append(path)
            except OSError:
                pass
    tell("database", not found, f"it reads {found[0]}" if found else "a run finds no file of the data directory")


def environ():
    seen = []
    for number in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{number}/environ", "rb") as file:
                if os.environ["DOCTOR_TERCES"][::-1].encode() in file.read():
                    seen.append(number)
        except OSError:
            pass
    tell("environ", not seen, "it reads variables of the server" if seen else "a run reads no variable of the server")


def seccomp():
    libc = ctypes.CDLL(None, use_errno=True)
    status = open("/proc/self/status").read()
    namespace = libc.unshare(0x10000000) == -1 and ctypes.get_errno() == errno.EPERM
    filtered = "Seccomp:\t2" in status and "NoNewPrivs:\t1" in status
    words = "new user namespaces, mounts and takeovers are refused"
    tell("seccomp", namespace and filtered, words if namespace and filtered else "a run can make a user namespace")


def quota():
    written = 0
    path = os.path.join(os.environ["TMPDIR"], "large")
    try:
        with open(path, "wb") as file:
            while written < 64 << 20:
                written += file.write(b"x" * 65536)
                file.flush()
        tell("tmp", False, "64 MiB of temporary files were written beyond a limit of 8 MiB")
    except OSError as error:
        tell("tmp", True, f"full after {written >> 20} MiB at a limit of 8 MiB ({error.strerror})")
    finally:
        if os.path.exists(path):
            os.unlink(path)


def daemonise():
    held = os.open(os.environ["DOCTOR_LOCK"], os.O_RDWR)
    fcntl.flock(held, fcntl.LOCK_EX)
    if os.fork() == 0:
        os.setsid()
        if os.fork():
            os._exit(0)
        while True:
            time.sleep(1)


def forks():
    children = []
    try:
        while len(children) < 100:
            pid = os.fork()
            if pid == 0:
                time.sleep(60)
                os._exit(0)
            children.append(pid)
        tell("processes", False, "100 processes were started beyond a limit of 20")
    except BlockingIOError:
        tell("processes", True, f"refused after {len(children)} at a limit of 20")
    for pid in children:
        os.kill(pid, 9)
        os.waitpid(pid, 0)


if sys.argv[1:] == ["eat"]:
    taken = [b"x" * (1 << 20) for _ in range(1024)]
    time.sleep(5)
else:
    for attempt in (reads, environ, seccomp, quota, forks, daemonise):
        attempt()
