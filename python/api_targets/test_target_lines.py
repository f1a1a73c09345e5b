"""Run by the tests of the REST service: a thousand lines, one of them worth finding."""


def test_lines():
    for number in range(1, 1001):
        print(f"line {number}" + (" Needle (found)" if number == 777 else ""))
