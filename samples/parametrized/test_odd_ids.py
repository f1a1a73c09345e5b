"""One test, many cases. Their ids may hold anything."""

import pytest


@pytest.mark.parametrize(
    ("text", "length"),
    [
        pytest.param("straße", 6, id="straße"),
        pytest.param("日本語", 3, id="日本語"),
        pytest.param("a/b/c", 5, id="a/b/c"),
        pytest.param("[x]", 3, id="[x]"),
        pytest.param("one two", 7, id="one two"),
        pytest.param("a::b", 4, id="a::b"),
        pytest.param("", 0, id="(empty)"),
        pytest.param("🙂", 1, id="🙂"),
        pytest.param("<b>bold</b>", 11, id="<b>bold</b>"),
        pytest.param("100%", 4, id="100%"),
    ],
)
def test_length(text, length):
    assert len(text) == length


@pytest.mark.parametrize("interface", ["REST", "SOAP"])
@pytest.mark.parametrize("version", [1, 2, 3])
def test_every_version_through_every_interface(interface, version):
    print(f"version {version} through {interface}")


@pytest.mark.parametrize("number", range(50))
def test_fifty_cases(number):
    assert number % 17 != 16, f"{number} leaves a remainder of 16"
