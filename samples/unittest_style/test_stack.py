"""Tests in the style of the standard library."""

import unittest


class StackTest(unittest.TestCase):
    def setUp(self):
        self.stack = [1, 2, 3]

    def test_pop_takes_the_last(self):
        self.assertEqual(self.stack.pop(), 3)

    def test_an_empty_stack_has_nothing(self):
        self.stack.clear()
        with self.assertRaises(IndexError):
            self.stack.pop()

    @unittest.skip("stacks are not sorted")
    def test_sorted(self):
        self.fail("never called")


class DividerTest(unittest.TestCase):
    def test_each_number_in_a_subtest(self):
        for number in (2, 4, 7, 8):
            with self.subTest(number=number):
                self.assertEqual(number % 2, 0, f"{number} is odd")
