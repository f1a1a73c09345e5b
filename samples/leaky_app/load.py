"""Asks a server for its pages and tells how long that took. `python load.py URL REQUESTS [PATH…]`"""

import statistics
import sys
import time
from urllib.request import urlopen


def main(url, requests, paths):
    times = []
    for number in range(requests):
        path = paths[number % len(paths)].replace("N", str(number))
        start = time.perf_counter()
        with urlopen(f"{url}/{path}") as answer:
            answer.read()
        times.append((time.perf_counter() - start) * 1000)
    print(
        f"{requests} requests, median {statistics.median(times):.1f} ms, slowest {max(times):.1f} ms"
    )


if __name__ == "__main__":
    main(
        sys.argv[1],
        int(sys.argv[2]),
        sys.argv[3:] or ["orders/N", "search/N", "report"],
    )
