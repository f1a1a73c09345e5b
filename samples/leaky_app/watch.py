"""What to graph first: memory of each process below one, and of its control group. `python watch.py PID`"""

import sys
from pathlib import Path

PROC = Path("/proc")


def below(pid):
    """The process and all that came from it."""
    yield pid
    for task in (PROC / pid / "task").iterdir():
        for child in (task / "children").read_text().split():
            yield from below(child)


def kib(pid):
    rollup = (PROC / pid / "smaps_rollup").read_text().splitlines()[1:]
    return {
        key: int(rest.split()[0])
        for key, _, rest in (line.partition(":") for line in rollup)
    }


def control_group(pid):
    """Bytes that the kernel counts for its control group, version 2 or 1; None where there is none."""
    for line in (PROC / pid / "cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        for place, file in (
            ("", "memory.current"),
            ("memory", "memory.usage_in_bytes"),
        ):
            found = Path("/sys/fs/cgroup") / place / path.strip("/") / file
            if controllers in ("", "memory") and found.exists():
                return int(found.read_text())
    return None


def main(pid):
    print(f"{'PID':>8} {'PSS KiB':>9} {'own KiB':>9} {'swap KiB':>9}")
    for one in below(pid):
        memory = kib(one)
        print(
            f"{one:>8} {memory['Pss']:>9} {memory['Anonymous']:>9} {memory['Swap']:>9}"
        )
    whole = control_group(pid)
    if whole is not None:
        print(f"control group: {whole // 1024} KiB")


if __name__ == "__main__":
    main(sys.argv[1])
