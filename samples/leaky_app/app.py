"""A small web shop that eats its server in a few days: one request in it leaks. docs/memory-leaks.md finds out which.

`application` is plain WSGI. `/debug/memory` and `/debug/growth` tell of the process that answers; in production they
belong behind whatever keeps strangers away.
"""

import json

from figures import Growth, figures

PRICES = {f"part {number}": number for number in range(200)}

# Who wants to know when an order is confirmed.
listeners = []
# The last searches, never more than 500.
recent_searches = {}


class Order:
    def __init__(self, number):
        self.number = number
        self.lines = [
            {"name": name, "price": price, "order": number}
            for name, price in PRICES.items()
        ]

    def confirmed(self, mail):
        mail.append(f"order {self.number}: {sum(line['price'] for line in self.lines)}")


def create_order(path):
    order = Order(int(path.rpartition("/")[2]))
    # Each order listens for its own confirmation, and nobody ever stops listening.
    listeners.append(order.confirmed)
    return {"order": order.number, "lines": len(order.lines)}


def search(path):
    words = path.rpartition("/")[2]
    recent_searches[words] = [name for name in PRICES if words in name]
    while len(recent_searches) > 500:
        del recent_searches[next(iter(recent_searches))]
    return {"found": len(recent_searches[words])}


def report(_path):
    """Builds a large table and forgets it: a peak, which is no leak."""
    rows = [json.dumps({"row": number, "of": PRICES}) for number in range(500)]
    return {"bytes": sum(map(len, rows))}


def memory(_path):
    return figures()


def growth_by_route(_path):
    return growth.by_route()


ROUTES = {
    "orders": create_order,
    "search": search,
    "report": report,
    "debug/memory": memory,
    "debug/growth": growth_by_route,
}


def shop(environ, start_response):
    path = environ["PATH_INFO"].strip("/")
    handler = ROUTES.get(path) or ROUTES.get(path.partition("/")[0])
    body = (
        json.dumps(handler(path) if handler else {"error": "not found"}).encode()
        + b"\n"
    )
    start_response(
        "200 OK" if handler else "404 Not Found", [("Content-Type", "application/json")]
    )
    return [body]


growth = Growth(shop)
application = growth
