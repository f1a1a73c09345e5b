"""Runs the tests of a package with plain pytest, as a cold start and as a fork of a warm interpreter, and compares."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import time
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path

import harness
from comparison import Run, shown
from harness import BareChild, environment, start_cold
from packages import Package
from warm import run_warm, zygote

# A suite may be silent for a while, and takes minutes.
harness.Child.patience_s = 1800.0


@dataclass
class Result:
    """What one package showed."""

    package: Package
    tests: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    failed: int = 0
    differences: list[str] = field(default_factory=list)


def fetch(package: Package, home: Path) -> Path:
    """Its source archive, and the folder in which it was unpacked."""
    kept = home / "sources" / f"{package.name}-{package.version}"
    if not kept.exists():
        archive = home / "archives" / kept.name
        words = ["--quiet", "--no-binary", ":all:", "--no-deps", "--dest", str(archive), package.requirement]
        if not archive.exists():
            subprocess.run([sys.executable, "-m", "pip", "download", *words], check=True)
        (found,) = archive.glob("*.tar.gz")
        unpacked = home / "unpacked"
        shutil.rmtree(unpacked, ignore_errors=True)
        with tarfile.open(found) as file:
            file.extractall(unpacked, filter="data")
        (folder,) = unpacked.iterdir()
        kept.parent.mkdir(exist_ok=True)
        folder.rename(kept)
    return kept


def compare(package: Package, sources: Path, python: str, home: Path) -> Result:
    """In turns in one place, each time as fresh as the others, because reports tell where files are."""
    root = home / "work" / package.name
    zygote(python)  # So that its start is no part of what is measured.
    result = Result(package)
    runs: dict[str, Run] = {}
    for name, start in (("bare", _bare), ("cold", _cold), ("warm", _warm)):
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(sources, root, symlinks=True)
        began = time.monotonic()
        run = start(root, package, python)
        if run is None:
            result.differences.append(f"{name}: the tests root has modules that stand in for those of the interpreter")
            continue
        runs[name] = run
        result.seconds[name] = time.monotonic() - began
        (home / "logs").mkdir(exist_ok=True)
        (home / "logs" / f"{package.name}.{name}.log").write_text(run.text)
    bare = runs["bare"]
    outcomes = bare.outcomes.values()
    result.tests, result.failed = len(outcomes), sum(outcome in ("failed", "error") for outcome in outcomes)
    for name in ("cold", "warm"):
        if name in runs:
            result.differences += [f"{name}: {words}" for words in differences(bare, runs[name])]
    return result


def differences(bare: Run, run: Run) -> list[str]:
    """In what they are not equal, in words."""
    found = []
    if run.status != bare.status:
        found.append(f"exit status {run.status} instead of {bare.status}")
    if run.summary != bare.summary:
        found.append(f"{run.summary!r} instead of {bare.summary!r}")
    expected, outcomes = bare.outcomes, run.outcomes
    other = [nodeid for nodeid in expected.keys() | outcomes.keys() if outcomes.get(nodeid) != expected.get(nodeid)]
    found += [f"{nodeid} {outcomes.get(nodeid)} instead of {expected.get(nodeid)}" for nodeid in sorted(other)]
    for plain, ours in zip_longest(shown(bare), shown(run)):
        if plain != ours:
            found.append(f"report {ours} instead of {plain}")
            break  # The others may only be shifted.
    return found


def _options(package: Package) -> dict[str, object]:
    return {"markers": package.markers} if package.markers else {}


def _bare(root: Path, package: Package, python: str) -> Run:
    child = BareChild(root, *package.targets, python=python, env=environment(root), **_options(package))
    return child.finish()


def _cold(root: Path, package: Package, python: str) -> Run:
    return start_cold(root, *package.targets, python=python, **_options(package)).finish()


def _warm(root: Path, package: Package, python: str) -> Run | None:
    return run_warm(root, *package.targets, python=python, **_options(package))
