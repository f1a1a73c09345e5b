"""One test that takes half a minute: time to queue behind it, to cancel it, or to see its time run out."""

import time

import pytest

pytestmark = pytest.mark.slow


def test_thirty_seconds():
    started = time.monotonic()
    for second in range(1, 31):
        time.sleep(max(0.0, started + second - time.monotonic()))
        print(f"{second} s")
