"""Keeps a few of the many texts that it makes, and no more than 2,000: each holds a page of freed memory that cannot go
back to the system. Memory stays larger than what is in it, but does not grow: no leak."""

from collections import deque

kept = deque(maxlen=2000)


def test_the_last_rows_are_kept():
    rows = [("%06d" % number) * 20 for number in range(20_000)]
    kept.extend(rows[::50])
    assert len(kept) <= 2000
