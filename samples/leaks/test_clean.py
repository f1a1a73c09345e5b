"""Uses much memory and gives it back, also what refers to itself: no leak."""


class Node:
    def __init__(self):
        self.itself = self
        self.payload = bytearray(200_000)


def test_cycles_are_collected():
    nodes = [Node() for _ in range(50)]
    assert sum(len(node.payload) for node in nodes) == 10_000_000
