"""Run by the tests of the REST service: two tests that pass."""


def test_addition():
    print("one and one")
    assert 1 + 1 == 2


def test_subtraction():
    print("\x1b[32mgreen\x1b[0m and plain")
    assert 2 - 1 == 1
