"""Log records belong to the report of a test that fails, and can be tested themselves."""

import logging

log = logging.getLogger("shop.orders")


def place_order(count):
    log.info("order of %d pieces", count)
    if count > 10:
        log.warning("more than ten pieces, somebody has to agree")
    return count <= 10


def test_a_small_order_needs_nobody(caplog):
    caplog.set_level(logging.INFO)
    assert place_order(3)
    assert caplog.messages == ["order of 3 pieces"]


def test_a_large_order_is_noted(caplog):
    place_order(11)
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_fails_and_shows_its_log_records():
    assert place_order(12), "nobody has agreed"
