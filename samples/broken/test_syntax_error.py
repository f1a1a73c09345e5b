"""A file that Python cannot read."""


def test_never_runs()
    assert True
