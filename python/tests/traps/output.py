"""What tests print, and what they do to the streams."""

from __future__ import annotations

# name: (files, targets)
TRAPS: dict[str, tuple[dict[str, str], list[str]]] = {
    "capture fixtures": (
        {
            "test_a.py": """
            import logging, os, subprocess, sys
            def test_capsys(capsys):
                print("out"); print("err", file=sys.stderr)
                assert capsys.readouterr() == ("out\\n", "err\\n")
                with capsys.disabled(): print("shown")
                print("left over")
            def test_capfd(capfd):
                os.write(1, b"raw\\n"); subprocess.run(["echo", "child"])
                assert capfd.readouterr().out == "raw\\nchild\\n"
            def test_capfdbinary(capfdbinary):
                os.write(1, b"\\xff")
                assert capfdbinary.readouterr().out == b"\\xff"
            def test_caplog(caplog):
                logging.getLogger("a").warning("careful")
                assert caplog.messages == ["careful"]
            def test_stdin():
                input()
            def test_stdin_descriptor():
                assert os.read(0, 10) == b""
            def test_stdin_of_a_child():
                assert subprocess.run(["cat"], stdout=subprocess.PIPE).stdout == b""
            def test_stdout_is_a_text_stream():
                assert sys.stdout.encoding == "utf-8" and sys.stdout.errors == "replace"
                assert not sys.stdout.isatty() and "w" in sys.stdout.mode or "r" in sys.stdout.mode
                print("\\udc80 \\N{SNOWMAN}"); sys.stdout.buffer.write(b"\\xff\\n")
                sys.stdout.writelines(["a", "b\\n"])
            def test_breakpoint():
                breakpoint()
            """
        },
        ["test_a.py"],
    ),
    "no capture asked for": (
        {
            "pytest.ini": "[pytest]\naddopts = -s\n",
            "test_a.py": "import sys\ndef test_a(): print('x'); assert sys.stdin.read() == ''\ndef test_b(): input()\n",
        },
        ["test_a.py"],
    ),
    "no capture plugin": (
        {"pytest.ini": "[pytest]\naddopts = -p no:capture\n", "test_a.py": "def test_a(): print('x')\n"},
        ["test_a.py"],
    ),
    "capture of sys only": (
        {
            "pytest.ini": "[pytest]\naddopts = --capture=sys\n",
            "test_a.py": """
            import os
            def test_a(capsys): print('x'); os.write(1, b'y\\n')
            def test_b(): print(1); input()
            """,
        },
        ["test_a.py"],
    ),
    "tee": (
        {"pytest.ini": "[pytest]\naddopts = --capture=tee-sys\n", "test_a.py": "def test_a(): print('x'); assert 0\n"},
        ["test_a.py"],
    ),
    "damage to the process": (
        {
            "test_a.py": """
            import io, os, sys
            def test_closes_stdout(): os.close(1)
            def test_after_closing_stdout(): print("shown again")
            def test_redirects_stdout():
                null = os.open(os.devnull, os.O_WRONLY); os.dup2(null, 1); print("gone")
            def test_after_redirecting(): print("shown again")
            def test_replaces_stdout(): sys.stdout = io.StringIO(); print("gone")
            def test_after_replacing(): print("shown again")
            def test_no_stdout(): sys.stdout = None; sys.stderr = None
            def test_changes_directory(tmp_path): os.chdir(tmp_path)
            def test_after_changing_directory(): assert 0
            def test_no_time(monkeypatch):
                import time
                monkeypatch.setattr(time, "time", lambda: 1 / 0)
                monkeypatch.setattr(os, "getpid", lambda: 1)
                monkeypatch.setattr(os, "write", lambda *a: 1 / 0)
            """
        },
        ["test_a.py"],
    ),
}
