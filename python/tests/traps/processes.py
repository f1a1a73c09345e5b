"""What tests do to their process: its identity, its children, signals, and ends before its time."""

from __future__ import annotations

# name: (files, targets)
TRAPS: dict[str, tuple[dict[str, str], list[str]]] = {
    "identity of the process": (
        {
            "test_a.py": """
            import __main__, os, sys
            def test_path():
                assert sys.path[0] == os.path.dirname(__file__)
                assert sys.path.count(os.path.dirname(__file__)) <= 2
                assert not [p for p in sys.path if "proctor" in p.lower()]
            def test_main():
                assert __main__.__spec__.name == "pytest.__main__"
                assert __main__.__package__ == "pytest"
                assert __main__.__file__ == sys.argv[0] == __main__.__spec__.origin
                assert __main__.__name__ == "__main__" and sys.modules["__main__"] is __main__
            def test_argv():
                assert sys.argv[-1] == "test_a.py"
                assert sys.argv[0].endswith("pytest/__main__.py")
            def test_orig_argv():
                if hasattr(sys, "orig_argv"):
                    assert sys.orig_argv[1:3] == ["-m", "pytest"] and sys.orig_argv[-1] == "test_a.py"
            def test_no_module_of_proctor_can_be_imported():
                import importlib.util
                for name in ("proctor_runner", "session", "plugin", "events", "marks", "live", "cold"):
                    assert importlib.util.find_spec(name) is None, name
            def test_no_descriptor_is_inherited():
                import subprocess
                code = "import os; print(sorted(int(n) for n in os.listdir('/proc/self/fd')))"
                shown = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, close_fds=False, text=True)
                assert [n for n in eval(shown.stdout) if n > 4] == []
            def test_signals():
                import signal
                assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
                assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
                assert signal.pthread_sigmask(signal.SIG_BLOCK, []) == set()
            def test_garbage_collector():
                import gc
                assert gc.isenabled()
            """
        },
        ["test_a.py"],
    ),
    "multiprocessing": (
        {
            # Whether a fork is warned of depends on when a thread of the pool ends.
            "pytest.ini": "[pytest]\nfilterwarnings = ignore\n",
            "test_a.py": """
            import asyncio, concurrent.futures, multiprocessing, sys
            import pytest
            def double(number): return number * 2
            @pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
            def test_pool(method):
                with multiprocessing.get_context(method).Pool(1) as pool:
                    assert pool.map(double, [1, 2]) == [2, 4]
            def test_executor():
                with concurrent.futures.ProcessPoolExecutor(1) as executor:
                    assert executor.submit(double, 4).result() == 8
            def test_asyncio_subprocess():
                async def main():
                    child = await asyncio.create_subprocess_exec(sys.executable, "-c", "print(1)", stdout=-1)
                    return (await child.communicate())[0]
                assert asyncio.run(main()) == b"1\\n"
            """,
        },
        ["test_a.py"],
    ),
    "an alarm": (
        {
            "test_a.py": """
            import signal, time
            def test_alarm():
                seen = []
                signal.signal(signal.SIGALRM, lambda *a: seen.append(1))
                signal.setitimer(signal.ITIMER_REAL, 0.01)
                while not seen: signal.sigtimedwait([], 0.001)
            """
        },
        ["test_a.py"],
    ),
    "an interrupt of its own": (
        {
            "test_a.py": """
            import os, signal
            def test_before(): pass
            def test_interrupts(): os.kill(os.getpid(), signal.SIGINT); signal.pause()
            def test_after(): pass
            """
        },
        ["test_a.py"],
    ),
    "_exit in a test": (
        {"test_a.py": "import os\ndef test_a(): pass\ndef test_b(): os._exit(7)\ndef test_c(): pass\n"},
        ["test_a.py"],
    ),
    "sys.exit in a test": ({"test_a.py": "import sys\ndef test_a(): sys.exit(3)\ndef test_b(): pass\n"}, ["test_a.py"]),
    "sys.exit in a module": ({"test_a.py": "import sys\nsys.exit(3)\n"}, ["test_a.py"]),
    "pytest.exit in a test": (
        {"test_a.py": "import pytest\ndef test_a(): pytest.exit('enough', 9)\ndef test_b(): pass\n"},
        ["test_a.py"],
    ),
    "killed by itself": (
        {"test_a.py": "import os\ndef test_a(): pass\ndef test_b(): os.kill(os.getpid(), 9)\n"},
        ["test_a.py"],
    ),
    "segmentation fault": (
        {"test_a.py": "import os, signal\ndef test_a(): os.kill(os.getpid(), signal.SIGSEGV)\n"},
        ["test_a.py"],
    ),
    "abort": ({"test_a.py": "import os\ndef test_a(): os.abort()\n"}, ["test_a.py"]),
    "endless recursion and no memory": (
        {
            "test_a.py": """
            def f(): f()
            def test_recursion(): f()
            def test_memory(): raise MemoryError
            def test_after(): pass
            """
        },
        ["test_a.py"],
    ),
    "threads that outlive the session": (
        {
            "test_a.py": """
            import threading
            def test_a():
                main = threading.main_thread()
                threading.Thread(target=lambda: (main.join(), print("the thread is last"))).start()
            """
        },
        ["test_a.py"],
    ),
    "no variables left": (
        {"test_a.py": "import os\ndef test_a(): os.environ.clear()\ndef test_b(): pass\n"},
        ["test_a.py"],
    ),
    "a test that forks and falls through": (
        {
            "test_a.py": """
            import os
            def test_forks():
                child = os.fork()
                if child: os.waitpid(child, 0)
            def test_after(): pass
            """
        },
        ["test_a.py"],
    ),
}
