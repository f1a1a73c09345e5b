"""Which objects become more with every request, and who holds one of them. `python owner.py ROUTE TYPE`"""

import sys

import objgraph
from app import application


def ask(route, numbers):
    for number in numbers:
        application({"PATH_INFO": f"{route}/{number}"}, lambda status, headers: None)


def short(holder):
    return f"{type(holder).__name__:<10} {str(holder)[:60]}"


def main(route, type_name):
    ask(route, range(20))
    objgraph.growth()
    ask(route, range(20, 120))
    print("more after 100 requests:")
    for name, count, more in objgraph.growth(limit=5):
        print(f"{name:<10} {count:>6} {more:>+6}")
    found = objgraph.by_type(type_name)
    if not found:
        print(f"no {type_name} is left")
        return
    last = found.pop()
    # What this function holds itself is no answer.
    del found
    print(f"who holds a {type_name}:")
    for holder in objgraph.find_backref_chain(last, objgraph.is_proper_module):
        print(short(holder))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
