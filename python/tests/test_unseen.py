"""The folder of pytest's cache is made unless nobody could ever see it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Callable

import pytest
from harness import Cold, environment, make_request
from warm import WarmChild

Write = Callable[[dict[str, str]], Path]

PASSES = "def test_a(): pass\n"
VALUE = ".pytest_cache/v/cache/nodeids"


def run_in_a_layer(root: Path, layer: Path, python: str, **fields: object) -> Cold:
    layer.mkdir()
    request = make_request("test_a.py", **fields)
    # That plugin, where it is installed, has something to do at the end.
    env = environment(root, {"PYTEST_ADDOPTS": "-p no:rerunfailures"})
    return WarmChild(root, request, python=python, env=env, layer=layer).finish()


@pytest.mark.parametrize(
    "files",
    [
        {"test_a.py": PASSES},
        {"test_a.py": "def test_a(): assert 0\n"},
        {"test_a.py": "import nothing_of_this_name\n"},
        {"test_a.py": PASSES, "conftest.py": "def pytest_collection_modifyitems(items): items.reverse()\n"},
        {"test_a.py": "def test_a(): open('beside', 'w').write('own')\n"},
    ],
)
def test_it_is_not_made_in_a_layer_that_goes_with_the_run(
    files: dict[str, str], write: Write, tmp_path: Path, python: str
) -> None:
    run = run_in_a_layer(write(files), tmp_path / "layer", python)
    assert run.status in (0, 1, 2), run.text
    assert ".pytest_cache" not in os.listdir(tmp_path / "layer/files")
    assert "PytestCacheWarning" not in run.text


LOOK = f"import os\ndef look(*_): print('seen', os.path.exists({VALUE!r}), flush=True)\n"
ATEXIT = f"{LOOK}import atexit\ndef test_a(): atexit.register(look)\n"
THREAD = f"""{LOOK}
import threading
def wait_and_look(): threading.main_thread().join(); look()
def test_a(): threading.Thread(target=wait_and_look).start()
"""
CHILD = f"{LOOK}import subprocess\ndef test_a(): subprocess.run(['true'])\n"
CLEANUP = f"{LOOK}def test_a(pytestconfig): pytestconfig.add_cleanup(look)\n"
WRITES = f"{LOOK}def test_a(cache): cache.set('own/value', 7); assert cache.get('own/value', 0) == 7\n"


@pytest.mark.parametrize(
    "files",
    [
        {"test_a.py": PASSES, "conftest.py": f"{LOOK}def pytest_unconfigure(): look()\n"},
        {"test_a.py": PASSES, "conftest.py": f"{LOOK}def pytest_sessionfinish(): look()\n"},
        {"test_a.py": ATEXIT},
        {"test_a.py": THREAD},
        {"test_a.py": CHILD},
        {"test_a.py": CLEANUP},
        {"test_a.py": WRITES},
        {"test_a.py": PASSES, "pytest.ini": "[pytest]\ncache_dir = live/cache\n", "live/cache/README.md": ""},
    ],
)
def test_it_is_made_where_somebody_may_look(files: dict[str, str], write: Write, tmp_path: Path, python: str) -> None:
    run = run_in_a_layer(write(files), tmp_path / "layer", python)
    assert run.status == 0, run.text
    folder = "live/cache" if "pytest.ini" in files else ".pytest_cache"
    assert (tmp_path / "layer/files" / folder / "v/cache/nodeids").exists()
    assert "seen False" not in run.text


def test_it_is_made_where_the_run_has_no_layer(write: Write, tmp_path: Path, python: str) -> None:
    root = write({"test_a.py": PASSES})
    # As where the mount of a layer was refused.
    env = environment(root)
    child = WarmChild(root, make_request("test_a.py"), python=python, env=env, layer=tmp_path / "layer", mounted=False)
    assert child.finish().status == 0
    assert (root / VALUE).exists()
