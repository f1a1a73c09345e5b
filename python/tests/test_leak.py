"""The leak hunt: its arithmetic, and what it says of tests that leak and of tests that do not."""

from __future__ import annotations

import importlib.util
import random
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, Callable

import pytest
from harness import Cold, run_cold

Write = Callable[[dict[str, str]], Path]

PACKAGE = Path(__file__).parents[1] / "proctor_runner" / "leak"
SAMPLES = Path(__file__).parents[2] / "samples"
PAGE = 4096
SEEDS = range(60)


def load(name: str) -> ModuleType:
    """A module of the package that needs nothing else of it."""
    spec = importlib.util.spec_from_file_location(f"leak_{name}", PACKAGE / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


verdict = load("verdict")


def judge(memory: list[int]) -> Any:
    """As if everything that grew had been given out by malloc."""
    return verdict.judge(memory, [1000] * len(memory), memory)


# The slope


@pytest.mark.parametrize("seed", SEEDS)
def test_the_slope_is_that_of_a_line_whatever_a_fifth_of_the_points_does(seed: int) -> None:
    chance = random.Random(seed)
    count, slope, start = chance.randint(10, 60), chance.randint(-50, 50) * PAGE, chance.randint(0, 1 << 40)
    values = [start + slope * at for at in range(count)]
    for at in chance.sample(range(count), count // 6):
        values[at] += chance.choice((-1, 1)) * chance.randint(1, 1 << 30)
    trend = verdict.Trend(values)
    assert trend.slope == slope
    assert trend.low <= slope <= trend.high


@pytest.mark.parametrize("seed", SEEDS)
def test_the_slope_follows_when_everything_is_moved_scaled_or_turned_round(seed: int) -> None:
    chance = random.Random(seed)
    values = [chance.randint(0, 1 << 30) for _ in range(chance.randint(2, 40))]
    trend = verdict.Trend(values)
    moved = verdict.Trend([value + 12345 for value in values])
    tilted = verdict.Trend([value + 100 * at for at, value in enumerate(values)])
    scaled = verdict.Trend([4 * value for value in values])
    turned = verdict.Trend(values[::-1])
    for other, factor, offset in ((moved, 1, 0), (tilted, 1, 100), (scaled, 4, 0), (turned, -1, 0)):
        assert other.slope == pytest.approx(factor * trend.slope + offset)
    assert trend.low <= trend.slope <= trend.high
    assert (turned.low, turned.high) == pytest.approx((-trend.high, -trend.low))


def test_the_interval_holds_the_slope_about_as_often_as_it_says() -> None:
    chance = random.Random(1)
    held = 0
    for _ in range(400):
        values = [round(1000 * at + chance.gauss(0, 5000)) for at in range(20)]
        trend = verdict.Trend(values)
        held += trend.low <= 1000 <= trend.high
    assert 0.92 <= held / 400 <= 0.99


@pytest.mark.parametrize("count", [0, 1, 2])
def test_few_points_have_a_slope_and_no_verdict(count: int) -> None:
    assert verdict.Trend([PAGE * at for at in range(count)]).slope == (PAGE if count == 2 else 0)
    assert judge([PAGE * at for at in range(count)]).word == "unclear"


# The verdict


@pytest.mark.parametrize("seed", SEEDS)
def test_a_leak_is_found_in_noise_and_noise_is_no_leak(seed: int) -> None:
    chance = random.Random(seed)
    noise = [chance.randint(-2, 2) * PAGE for _ in range(20)]
    start = 30 << 20
    assert judge([start + 4 * PAGE * at + one for at, one in enumerate(noise)]).word == "leak"
    assert judge([start + one for one in noise]).word != "leak"
    assert judge([start - 4 * PAGE * at + one for at, one in enumerate(noise)]).word == "clean"


@pytest.mark.parametrize("at", range(1, 20))
@pytest.mark.parametrize("size", [PAGE, 64 * PAGE, 100 << 20])
def test_one_leap_is_no_leak(at: int, size: int) -> None:
    assert judge([30 << 20] * at + [(30 << 20) + size] * (20 - at)).word != "leak"


def test_a_cache_that_fills_up_is_no_leak() -> None:
    memory = [(30 << 20) + 100 * PAGE * min(at, 9) for at in range(20)]
    found = judge(memory)
    assert (found.word, found.slope > 0) == ("unclear", True)
    assert "came to rest" in found.reason


def test_a_leak_has_to_be_larger_than_the_threshold() -> None:
    for count in (8, 20, 200):
        threshold = max(256, 20 * PAGE / count)
        assert judge([round(0.5 * threshold * at) for at in range(count)]).word == "clean"
        assert judge([round(2 * threshold * at) for at in range(count)]).word == "leak"


def test_memory_that_nobody_was_given_is_not_called_a_leak() -> None:
    memory = [30 * PAGE * at for at in range(20)]
    flat = [1000] * 20
    assert verdict.judge(memory, flat, flat).word == "unclear"
    assert verdict.judge(memory, [1000 + 300 * at for at in range(20)], flat).word == "leak", "small objects"
    assert verdict.judge(memory, flat, memory).word == "leak", "malloc"
    assert verdict.judge(memory, flat, [0] * 20).word == "leak", "malloc does not tell"


# Hunts


def hunt(
    root: Path, target: str, *, python: str, iterations: int = 12, **fields: object
) -> tuple[dict[str, Any], Cold]:
    cold = run_cold(root, target, python=python, leak_iterations=iterations, **fields)
    found = cold.of_kind("leak")
    assert len(found) == 1, cold.text
    return found[0], cold


def test_the_sample_that_leaks_is_found_with_its_line(python: str) -> None:
    found, cold = hunt(SAMPLES, "leaks/test_leaking.py", python=python)
    assert (found["verdict"], found["nodeid"]) == ("leak", "leaks/test_leaking.py::test_orders_are_priced")
    assert found["confidence"] >= 0.95
    assert 100_000 < found["bytes_per_iteration"] < 300_000
    assert found["interval"][0] <= found["bytes_per_iteration"] <= found["interval"][1]
    assert len(found["iterations"]) == len(found["blocks"]) == len(found["heap_bytes"]) == 12
    site = found["sites"][0]
    assert site["file"].endswith("json/decoder.py")
    assert site["called_from"]["file"] == "leaks/test_leaking.py"
    assert 0.6 < site["bytes"] / found["bytes_per_iteration"] < 1.4
    assert cold.outcomes == {found["nodeid"]: "passed"}
    assert "leak hunt: iteration 12 of 12" in cold.text


@pytest.mark.parametrize("sample", ["clean", "fragmenting"])
def test_the_samples_that_only_use_memory_are_clean(sample: str, python: str) -> None:
    found, _ = hunt(SAMPLES, f"leaks/test_{sample}.py", python=python)
    assert (found["verdict"], found["sites"], found["traced_by"]) == ("clean", [], None)
    assert found["confidence"] >= 0.95


def test_each_repetition_has_fixtures_of_its_own_and_modules_keep_theirs(write: Write, python: str) -> None:
    root = write(
        {
            "test_a.py": """
            import pytest
            @pytest.fixture(scope="module")
            def whole():
                made = []
                yield made
                print("module:", len(made), "made,", len(set(made)), "paths")
            @pytest.fixture
            def own(whole, tmp_path):
                whole.append(tmp_path)
                yield tmp_path
                print("own ends")
            def test_a(own): pass
            """
        }
    )
    found, cold = hunt(root, "test_a.py", python=python)
    # Five to warm up, twelve measured, and the one that is reported.
    assert "module: 18 made, 18 paths" in cold.text
    assert cold.text.count("own ends") == 18
    assert (found["verdict"], found["warm_up"]) == ("clean", 5)
    assert len(cold.of_kind("test_started")) == len(cold.of_kind("test_finished")) == 1
    assert [event["phase"] for event in cold.of_kind("phase")] == ["setup", "call", "teardown"]


def test_what_pytest_keeps_of_each_repetition_is_no_leak(write: Write, python: str) -> None:
    root = write(
        {
            "test_a.py": """
            import logging, unittest, warnings
            def test_a(record_property, tmp_path, caplog, capsys):
                record_property("key", "x" * 1000)
                print("y" * 1000)
                logging.warning("z" * 1000)
                for number in range(20):
                    warnings.warn(f"number {number}")
            class TestB(unittest.TestCase):
                @classmethod
                def setUpClass(cls): pass
                def test_b(self): pass
            """
        }
    )
    for target in ("test_a.py::test_a", "test_a.py::TestB::test_b"):
        found, _ = hunt(root, target, python=python, iterations=100)
        assert found["verdict"] == "clean", found


@pytest.mark.parametrize(
    ("body", "status", "outcome", "reason"),
    [
        ("assert len(seen) < 9", 1, "failed", "the test did not pass in repetition 9"),
        ("pytest.skip('no')", 0, "skipped", "the test was skipped in repetition 1"),
    ],
)
def test_a_test_that_does_not_pass_is_reported_as_it_ended(
    body: str, status: int, outcome: str, reason: str, write: Write, python: str
) -> None:
    root = write({"test_a.py": f"import pytest\nseen = []\ndef test_a():\n    seen.append(1)\n    {body}\n"})
    found, cold = hunt(root, "test_a.py", python=python)
    assert (found["verdict"], found["reason"], found["sites"]) == ("unclear", reason, [])
    assert (cold.status, cold.outcomes) == (status, {"test_a.py::test_a": outcome})


def test_more_than_one_test_case_is_refused_in_words(write: Write, python: str) -> None:
    root = write({"test_a.py": "def test_a(): pass\ndef test_b(): pass\n"})
    cold = run_cold(root, "test_a.py", python=python, leak_iterations=12)
    assert (cold.status, cold.of_kind("leak"), cold.outcomes) == (4, [], {})
    assert "a leak hunt takes one test case, and here are 2" in cold.text


def test_tests_in_several_processes_are_refused_in_words(write: Write) -> None:
    root = write({"test_a.py": "def test_a(): pass\n", "pytest.ini": "[pytest]\naddopts = -n2\n"})
    cold = run_cold(root, "test_a.py", leak_iterations=12)
    assert (cold.status, cold.of_kind("leak")) == (4, [])
    assert "hunt without -n of pytest-xdist" in cold.text


def test_a_hunt_that_is_interrupted_tells_what_it_saw(write: Write, python: str) -> None:
    root = write(
        {
            "test_a.py": """
            import os
            kept = []
            def test_a():
                kept.append(1)
                if len(kept) == 150:
                    os.kill(os.getpid(), 2)
            """
        }
    )
    cold = run_cold(root, "test_a.py", python=python, leak_iterations=500)
    (found,) = cold.of_kind("leak")
    assert (cold.status, found["verdict"], found["reason"]) == (2, "unclear", "it was stopped")
    assert len(found["iterations"]) == 24


def test_an_unknown_number_of_iterations_is_refused(write: Write, python: str) -> None:
    root = write({"test_a.py": "def test_a(): pass\n"})
    cold = run_cold(root, "test_a.py", python=python, leak_iterations="many")
    assert cold.status == 4
    assert "leak_iterations is a number from 1 or null" in cold.text
