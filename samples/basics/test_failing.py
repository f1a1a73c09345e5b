"""Tests that fail on purpose: what a difference and a traceback look like."""


def invoice():
    return {
        "customer": "Ann",
        "currency": "EUR",
        "lines": [
            {"article": "pencil", "count": 12, "price": 40},
            {"article": "paper", "count": 2, "price": 390},
        ],
        "total": 1260,
    }


def test_an_assertion_shows_both_sides():
    assert invoice() == {
        "customer": "Ann",
        "currency": "EUR",
        "lines": [
            {"article": "pencil", "count": 12, "price": 40},
            {"article": "paper", "count": 3, "price": 390},
        ],
        "total": 1650,
    }


def test_an_assertion_on_text_shows_the_lines():
    expected = "Dear Ann,\nyour order was sent today.\nKind regards\n"
    actual = "Dear Ann,\nyour order was sent yesterday.\nKind regards\n"
    assert actual == expected


def test_a_message_says_what_was_meant():
    stock = {"pencil": 12, "paper": 0}
    missing = [article for article, count in stock.items() if count == 0]
    assert not missing, f"out of stock: {', '.join(missing)}"


def test_an_exception_shows_how_it_came_to_it():
    prices = {"pencil": 40}
    print("Looking up the price of rubber")
    assert price_of("rubber", prices) > 0


def price_of(article, prices):
    return prices[article]
