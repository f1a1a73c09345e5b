"""What pytest makes of tests: outcomes, classes of unittest, doctests, files that cannot be collected."""

from __future__ import annotations

# name: (files, targets)
TRAPS: dict[str, tuple[dict[str, str], list[str]]] = {
    "passing": ({"test_a.py": "def test_one(): pass\n"}, ["test_a.py"]),
    "every outcome": (
        {
            "test_a.py": """
            import pytest

            @pytest.fixture
            def broken():
                raise ValueError("no")

            @pytest.fixture
            def breaks_later():
                yield
                raise ValueError("later")

            def test_passes(): pass
            def test_fails(): assert [1, 2] == [1, 3]
            def test_setup_error(broken): pass
            def test_teardown_error(breaks_later): pass
            def test_fails_and_teardown_error(breaks_later): assert False
            def test_skips(): pytest.skip("why")
            @pytest.mark.skip(reason="marked")
            def test_marked(): pass
            @pytest.mark.xfail(reason="known")
            def test_xfails(): assert False
            @pytest.mark.xfail
            def test_xpasses(): pass
            @pytest.mark.xfail(strict=True)
            def test_strict_xpass_fails(): pass
            @pytest.mark.xfail(raises=KeyError)
            def test_xfail_with_another_error(): raise ValueError
            def test_xfails_by_itself(): pytest.xfail("now")
            def test_fails_without_traceback(): pytest.fail("words", pytrace=False)
            def test_unknown_fixture(nobody): pass
            """
        },
        ["test_a.py"],
    ),
    "unittest": (
        {
            "test_a.py": """
            import unittest
            class A(unittest.TestCase):
                @classmethod
                def setUpClass(cls): print("class")
                def test_passes(self): pass
                def test_fails(self): self.assertEqual(1, 2)
                def test_errors(self): raise ValueError
                @unittest.skip("no")
                def test_skipped(self): pass
                @unittest.expectedFailure
                def test_expected(self): self.fail()
                @unittest.expectedFailure
                def test_unexpected(self): pass
            class B(unittest.TestCase):
                def setUp(self): raise ValueError
                def test_never(self): pass
            class C(unittest.IsolatedAsyncioTestCase):
                async def test_async(self): pass
            def load_tests(loader, tests, pattern): raise AssertionError("pytest does not call it")
            """
        },
        ["test_a.py"],
    ),
    "unittest.main in a module": (
        {"test_a.py": "import unittest\nclass A(unittest.TestCase):\n    def test_a(self): pass\nunittest.main()\n"},
        ["test_a.py"],
    ),
    "syntax error": ({"test_a.py": "def test_a(:\n"}, ["test_a.py"]),
    "import error": ({"test_a.py": "import no_such_module\n", "test_b.py": "def test_b(): pass\n"}, ["."]),
    "error in conftest": ({"conftest.py": "1 / 0\n", "test_a.py": "def test_a(): pass\n"}, ["test_a.py"]),
    "empty file": ({"test_a.py": ""}, ["test_a.py"]),
    "plain script": ({"script.py": "print('hello')\n"}, ["script.py"]),
    "plain script that ends": ({"script.py": "raise SystemExit\n"}, ["script.py"]),
    "skipped module": (
        {"test_a.py": "import pytest\npytest.importorskip('no_such_module')\ndef test_a(): pass\n"},
        ["test_a.py"],
    ),
    "doctests": (
        {
            "pytest.ini": "[pytest]\naddopts = --doctest-modules\n",
            "test_a.py": """
            def double(x):
                '''
                >>> double(2)
                4
                >>> double(3)
                7
                '''
                return x * 2
            """,
        },
        ["test_a.py"],
    ),
    "ids with odd characters": (
        {
            "test_a.py": """
            import pytest
            @pytest.mark.parametrize("x", ["a/b", "[c]", "d::e", "straße", "f g", ""])
            def test_a(x): assert x != "[c]"
            @pytest.mark.parametrize("x", ["\\x1b[31m", "-k", "tab\\t", "nul\\0"])
            def test_b(x): assert x != "[c]"
            """
        },
        ["test_a.py"],
    ),
    "one case by its id": (
        {"test_a.py": "import pytest\n@pytest.mark.parametrize('x', ['a/b', '[c]'])\ndef test_a(x): pass\n"},
        ["test_a.py::test_a[a/b]"],
    ),
    "a case that does not exist": ({"test_a.py": "def test_a(): pass\n"}, ["test_a.py::test_b"]),
    "async test without plugin": (
        {"pytest.ini": "[pytest]\naddopts = -p no:asyncio\n", "test_a.py": "async def test_a(): pass\n"},
        ["test_a.py"],
    ),
    "a warning raised once per process": (
        {
            "test_a.py": """
            import warnings
            def warn(): warnings.warn("once")
            def test_a(): warn()
            def test_b(): warn()
            """
        },
        ["test_a.py"],
    ),
    "warnings as errors": (
        {
            "pytest.ini": "[pytest]\nfilterwarnings = error\n",
            "test_a.py": "import warnings\ndef test_a(): warnings.warn('x')\ndef test_b(): pass\n",
        },
        ["test_a.py"],
    ),
    "unraisable and thread exceptions": (
        {
            "test_a.py": """
            import threading
            class Bad:
                def __del__(self): raise ValueError
            def test_a(): Bad()
            def test_b():
                thread = threading.Thread(target=lambda: 1 / 0); thread.start(); thread.join()
            """
        },
        ["test_a.py"],
    ),
    "several targets and one twice": (
        {"test_a.py": "def test_a(): pass\n", "d/test_b.py": "def test_b(): pass\n"},
        ["d", "test_a.py", "d/test_b.py", "test_a.py"],
    ),
    "assertion rewriting in tests, conftest and helpers": (
        {
            "conftest.py": """
            import pytest
            pytest.register_assert_rewrite("helper")
            @pytest.fixture
            def compare():
                def compare(a, b): assert a == b
                return compare
            """,
            "helper.py": "def same(a, b): assert a == b\n",
            "test_a.py": """
            import pytest, helper
            def explained(function):
                with pytest.raises(AssertionError) as failure: function([1, 2], [1, 3])
                return "At index 1 diff" in str(failure.value)
            def test_conftest(compare): assert explained(compare)
            def test_helper(): assert explained(helper.same)
            def test_short():
                with pytest.raises(AssertionError, match="Use -v to get"):
                    assert list(range(40)) == list(range(1, 41))
            """,
        },
        ["test_a.py"],
    ),
}
