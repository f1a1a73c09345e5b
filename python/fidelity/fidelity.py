"""Whether runs report what plain pytest reports, on more than one machine's tests.

    python python/fidelity/fidelity.py [--home DIR] [--only NAME]… [--no-traps]

First the test suites of well-known packages, from their source archives on PyPI: plain, cold and warm, in turns. Then
the traps of python/tests on each CPython that this machine has, with pytest 7, 8 and 9. Ends with 1 when anything
differs. The logs of all suites are in DIR/logs.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[1:1] = [str(HERE.parent / "tests")]

from interpreters import find_interpreters, make_environment, pytests_for, version_of  # noqa: E402
from packages import PACKAGES, Package  # noqa: E402
from suites import Result, compare, fetch  # noqa: E402

# In the environment of the suites; what comes with pytest is one of the packages, perhaps.
PYTEST = "pytest>=9,<10"
SHOWN = 10


def main() -> int:
    asked = _arguments()
    asked.home.mkdir(parents=True, exist_ok=True)
    chosen = [package for package in PACKAGES if package.name in asked.only or not asked.only]
    results = _suites(chosen, asked.home)
    rows = [("package", "version", "tests", "failed", "bare s", "cold s", "warm s", "differences")]
    rows += [_row(result) for result in results]
    trap_rows = [] if asked.no_traps else _traps(asked.home)
    print(f"\n{_table(rows)}")
    for result in results:
        for words in result.differences[:SHOWN]:
            print(f"{result.package.name}: {words}")
    if trap_rows:
        print(f"\n{_table([('CPython', 'pytest', 'traps', 'failed', 's'), *trap_rows])}")
    return int(any(result.differences for result in results) or any(int(row[3]) for row in trap_rows))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, default=HERE.parents[1] / "target/fidelity", metavar="DIR")
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="of these packages")
    parser.add_argument("--no-traps", action="store_true")
    asked = parser.parse_args()
    if unknown := set(asked.only) - {package.name for package in PACKAGES}:
        parser.error(f"{', '.join(unknown)} is none of {', '.join(package.name for package in PACKAGES)}")
    asked.home = asked.home.resolve()
    return asked


def _suites(chosen: list[Package], home: Path) -> list[Result]:
    """One environment for all of them, so that the plugins of each are there for the others, too."""
    sources = {package: fetch(package, home) for package in PACKAGES}
    wanted = [PYTEST, *(f"{package.name} @ {folder.as_uri()}" for package, folder in sources.items())]
    wanted += sorted({need for package in PACKAGES for need in package.needs})
    python = make_environment(home / "venv-packages", sys.executable, wanted)
    results = []
    for package in chosen:
        results.append(compare(package, sources[package], python, home))
        print(*_row(results[-1]), flush=True)
    return results


def _traps(home: Path) -> list[tuple[str, ...]]:
    rows = []
    for interpreter in find_interpreters():
        for wanted in pytests_for(interpreter):
            place = home / f"venv-3.{interpreter.minor}-{re.sub('[^0-9]', '', wanted.split(',')[0])}"
            python = make_environment(place, interpreter.path, [wanted])
            rows.append(_trapped(python))
            print(*rows[-1], flush=True)
    return rows


def _trapped(python: str) -> tuple[str, ...]:
    command = [sys.executable, "-m", "pytest", "-q", "-n", str(os.cpu_count()), "tests/test_fidelity.py"]
    began = time.monotonic()
    env = os.environ | {"PROCTOR_TEST_PYTHONS": python}
    done = subprocess.run(command, cwd=HERE.parent, env=env, stdout=subprocess.PIPE, text=True)
    taken = time.monotonic() - began
    counts = {word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|error)", done.stdout)}
    failed = counts.get("failed", 0) + counts.get("error", 0)
    if done.returncode:
        print(done.stdout)
    implementation = subprocess.run([python, "-c", "import platform; print(platform.python_version())"], **_TEXT)
    version = implementation.stdout.strip()
    total = str(sum(counts.values()))
    return version, version_of(python, "pytest"), total, str(max(failed, done.returncode)), f"{taken:.0f}"


_TEXT = {"check": True, "stdout": subprocess.PIPE, "text": True}


def _row(result: Result) -> tuple[str, ...]:
    seconds = [f"{result.seconds[name]:.1f}" if name in result.seconds else "" for name in ("bare", "cold", "warm")]
    package = result.package
    return package.name, package.version, str(result.tests), str(result.failed), *seconds, str(len(result.differences))


def _table(rows: list[tuple[str, ...]]) -> str:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows)


if __name__ == "__main__":
    raise SystemExit(main())
