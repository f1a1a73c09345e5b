"""Errors outside the tests themselves: they count as errors, not as failures."""

import pytest


@pytest.fixture
def database():
    print("Connecting to the database")
    raise ConnectionError("the database on port 1 refuses connections")


@pytest.fixture
def lock():
    yield "held"
    raise RuntimeError("the lock was gone before it was released")


def test_the_error_is_in_the_setup(database):
    database.query("select 1")


def test_the_error_is_in_the_teardown(lock):
    assert lock == "held"
