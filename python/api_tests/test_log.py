"""GET /runs/{id}/log, whole, in parts, by lines, and the search in it"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from service import JSON, Service, good, problem


@pytest.fixture
def lines(finished: Callable[..., JSON]) -> JSON:
    """A run that printed a thousand numbered lines."""
    return finished("lines")


def whole(service: Service, run: JSON) -> bytes:
    return good(service.request("GET", f"/runs/{run['id']}/log")).content


def test_the_whole_log_is_plain_text_as_it_was_printed(service: Service, lines: JSON) -> None:
    answer = good(service.request("GET", f"/runs/{lines['id']}/log"))
    assert answer.headers["content-type"].lower().replace(" ", "") == "text/plain;charset=utf-8"
    assert len(answer.content) == lines["log"]["bytes"]
    assert answer.content.count(b"\n") == lines["log"]["lines"]
    numbered = "".join(f"line {number}" + " Needle (found)" * (number == 777) + "\n" for number in range(1, 1001))
    assert numbered.encode() in answer.content
    assert b"1 passed" in answer.content
    assert b"\x1b_" not in answer.content


def test_colours_are_kept(service: Service, finished: Callable[..., JSON]) -> None:
    assert b"\x1b[32mgreen\x1b[0m and plain\n" in whole(service, finished("passing"))


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=0-9", slice(0, 10)),
        ("bytes=100-299", slice(100, 300)),
        ("bytes=500-", slice(500, None)),
        ("bytes=-20", slice(-20, None)),
        ("bytes=0-99999999", slice(0, None)),
    ],
)
def test_a_part_by_bytes(asked: str, part: slice, service: Service, lines: JSON) -> None:
    everything = whole(service, lines)
    answer = service.request("GET", f"/runs/{lines['id']}/log", headers={"Range": asked})
    assert answer.status_code == 206
    assert answer.content == everything[part]
    start = range(len(everything))[part][0]
    end = range(len(everything))[part][-1]
    assert answer.headers["content-range"] == f"bytes {start}-{end}/{len(everything)}"


def test_a_part_beyond_the_end_is_refused_with_the_size(service: Service, lines: JSON) -> None:
    answer = service.request("GET", f"/runs/{lines['id']}/log", headers={"Range": "bytes=99999999-"})
    problem(answer, 416)
    assert answer.headers["content-range"] == f"bytes */{lines['log']['bytes']}"


def test_lines_by_number(service: Service, lines: JSON) -> None:
    text = whole(service, lines).decode().splitlines()
    answer = service.get(f"/runs/{lines['id']}/log", from_line=100, count=50)
    assert answer["complete"] is True
    assert answer["total_lines"] == lines["log"]["lines"]
    assert [line["number"] for line in answer["items"]] == list(range(100, 150))
    assert [line["text"] for line in answer["items"]] == text[99:149]
    assert all(line["at"].endswith("Z") for line in answer["items"])


def test_lines_at_the_edges(service: Service, lines: JSON) -> None:
    total = lines["log"]["lines"]
    path = f"/runs/{lines['id']}/log"
    assert [line["number"] for line in service.get(path, from_line=1, count=1)["items"]] == [1]
    last = service.get(path, from_line=total, count=10)["items"]
    assert [line["number"] for line in last] == [total]
    assert service.get(path, from_line=total + 1, count=10)["items"] == []


@pytest.mark.parametrize("query", [{"from_line": 0}, {"from_line": "x"}, {"from_line": 1, "count": 0}, {"count": -1}])
def test_wrong_lines_are_refused(query: JSON, service: Service, lines: JSON) -> None:
    problem(service.request("GET", f"/runs/{lines['id']}/log", params=query), (400, 422))


def test_the_log_grows_while_the_run_runs(service: Service, environment: int) -> None:
    run_id = service.start_waiting(environment)
    answer = service.get(f"/runs/{run_id}/log", from_line=1, count=500)
    assert answer["complete"] is False
    assert "waiting" in [line["text"] for line in answer["items"]]
    assert service.run(run_id)["log"]["complete"] is False
    service.cancel(run_id)
    service.wait_until(run_id, "finished")
    assert service.get(f"/runs/{run_id}/log", from_line=1, count=1)["complete"] is True


def search(service: Service, run: JSON, **query: object) -> JSON:
    found: JSON = service.get(f"/runs/{run['id']}/log/search", **query)
    return found


def test_a_search_gives_the_numbers_of_the_lines(service: Service, lines: JSON) -> None:
    found = search(service, lines, q="Needle (found)")
    assert found["count"] == 1
    (number,) = found["lines"]
    (line,) = service.get(f"/runs/{lines['id']}/log", from_line=number, count=1)["items"]
    assert line["text"] == "line 777 Needle (found)"


def test_a_search_is_for_text_unless_it_is_for_a_pattern(service: Service, lines: JSON) -> None:
    assert search(service, lines, q="line 77.")["count"] == 0
    assert search(service, lines, q="^line 77.( |$)", regex="true")["count"] == 10
    assert search(service, lines, q=r"\(found\)", regex="true")["count"] == 1


def test_a_search_may_heed_upper_and_lower_case(service: Service, lines: JSON) -> None:
    assert search(service, lines, q="needle")["count"] == 1
    assert search(service, lines, q="needle", case="true")["count"] == 0
    assert search(service, lines, q="Needle", case="true")["count"] == 1


def test_a_search_finds_what_stands_between_colours(service: Service, finished: Callable[..., JSON]) -> None:
    assert search(service, finished("passing"), q="green and plain")["count"] == 1


@pytest.mark.parametrize("query", [{}, {"q": "("}, {"q": "a{9999999}"}])
def test_a_wrong_search_is_refused(query: JSON, service: Service, lines: JSON) -> None:
    problem(service.request("GET", f"/runs/{lines['id']}/log/search", params=query | {"regex": "true"}), (400, 422))
