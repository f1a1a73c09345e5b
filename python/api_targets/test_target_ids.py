"""Run by the tests of the REST service: ids with odd characters."""

import pytest


@pytest.mark.parametrize("text", ["a/b", "[c]", "d e", "f::g", "<h>", "100%", 'i"j', "k&l"])
def test_id(text):
    assert text
