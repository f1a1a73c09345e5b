"""A file that cannot be imported: the error belongs to the file, no test of it runs."""

import a_package_that_is_not_installed


def test_never_runs():
    assert a_package_that_is_not_installed.works()
