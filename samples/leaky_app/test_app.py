"""One test for each kind of request: what a leak hunt repeats."""

import itertools
import json

import pytest
from app import application

numbers = itertools.count()


@pytest.fixture
def get():
    def ask(path):
        said = []
        body = b"".join(
            application(
                {"PATH_INFO": path}, lambda status, headers: said.append(status)
            )
        )
        assert said == ["200 OK"]
        return json.loads(body)

    return ask


def test_orders(get):
    assert get(f"/orders/{next(numbers)}")["lines"] == 200


def test_search(get):
    assert get("/search/part 1") == {"found": 111}


def test_report(get):
    assert get("/report")["bytes"] > 1_000_000
