"""Run by the tests of the REST service: what a test sees of its run."""

import os


def test_variables():
    for name in sorted(os.environ):
        if name.startswith(("PROCTOR_", "API_TEST_")):
            print(f"{name}={os.environ[name]!r}")
