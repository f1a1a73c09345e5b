"""Twenty thousand lines: the log stays quick to read, and the search finds the one that matters."""


def test_twenty_thousand_lines():
    for number in range(1, 20_001):
        if number == 13_337:
            print(f"{number:6d}  here is the needle")
        else:
            print(f"{number:6d}  hay")
