"""Remembers every order, as services do that log too much in memory: `proctor leak` calls it a leak and names the line."""

import json

history = []


def test_orders_are_priced():
    order = json.loads('{"items": [' + ",".join(f'{{"name": "part {n}", "price": {n}}}' for n in range(500)) + "]}")
    history.append(order)
    assert sum(item["price"] for item in order["items"]) == 124750
