"""Run by the tests of the REST service: a test for each outcome."""

import logging

import pytest


@pytest.fixture
def broken():
    raise ConnectionError("nobody answers")


def test_passes():
    print("printed by the test that passes")


def test_fails():
    logging.getLogger("target").warning("about to fail")
    assert {"pencil": 12} == {"pencil": 13}


def test_has_an_error(broken):
    pass


def test_skips():
    pytest.skip("no paper")


@pytest.mark.xfail(reason="known")
def test_xfails():
    raise AssertionError


@pytest.mark.xfail(reason="was wrong")
def test_xpasses():
    pass
