"""Run by the tests of the REST service: waits until it is cancelled."""

import time


def test_waits():
    print("waiting", flush=True)
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        time.sleep(0.05)
    raise AssertionError("nobody has cancelled this run")
