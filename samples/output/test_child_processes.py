"""Whatever writes to the standard output is in the log, in the order of a terminal."""

import os
import subprocess
import sys


def test_what_a_child_process_prints():
    print("before the child")
    subprocess.run([sys.executable, "-c", "print('from the child')"], check=True)
    print("after the child")


def test_both_streams_of_a_shell():
    subprocess.run("echo to stdout; echo to stderr >&2; echo to stdout again", shell=True, check=True)


def test_bytes_written_to_the_descriptor():
    os.write(1, b"straight to descriptor 1\n")
    os.write(2, b"straight to descriptor 2\n")


def test_what_a_test_captures_itself(capfd):
    subprocess.run(["echo", "kept by the test"], check=True)
    assert capfd.readouterr().out == "kept by the test\n"
