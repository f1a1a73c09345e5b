"""The log keeps colours."""

COLOURS = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"]


def test_eight_colours():
    for number, name in enumerate(COLOURS):
        print(f"\x1b[3{number}m{name:8}\x1b[0m \x1b[1;3{number}m{name:8}\x1b[0m \x1b[4{number}m  \x1b[0m")


def test_bold_and_underlined():
    print("\x1b[1mbold\x1b[0m, \x1b[4munderlined\x1b[0m, \x1b[2mfaint\x1b[0m, \x1b[7mreversed\x1b[0m")


def test_many_shades():
    for row in range(6):
        print("".join(f"\x1b[48;5;{16 + row * 36 + column}m " for column in range(36)) + "\x1b[0m")
