"""A test that ends its own process. The run names the test and the signal, the log keeps what came before."""

import os
import signal


def test_before_the_crash():
    print("all is well")


def test_kills_its_own_process():
    print("the next line kills this process")
    os.kill(os.getpid(), signal.SIGKILL)


def test_after_the_crash():
    print("never reached")
