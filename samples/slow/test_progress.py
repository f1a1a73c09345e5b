"""Tests that take their time and say how far they are. Watch the log while they run."""

import sys
import time

import pytest

pytestmark = pytest.mark.slow


def test_counts_to_five():
    for number in range(1, 6):
        print(f"step {number} of 5")
        time.sleep(0.5)


def test_moves_a_progress_bar():
    for percent in range(0, 101, 10):
        bar = "#" * (percent // 5)
        sys.stdout.write(f"\rcopying [{bar:<20}] {percent:3d} %")
        sys.stdout.flush()
        time.sleep(0.15)
    print()


@pytest.fixture
def server():
    print("starting the server")
    time.sleep(0.7)
    print("the server is ready")
    yield "http://server.invalid"
    print("stopping the server")
    time.sleep(0.7)


@pytest.mark.parametrize("page", ["start", "login", "orders"])
def test_pages_of_a_server_that_starts_slowly(server, page):
    print(f"GET {server}/{page}")
    time.sleep(0.3)
