"""A file without a test: pytest collects nothing from it."""


def check_nothing():
    """The name does not start with test, so pytest does not call it."""
