"""Loaded into plain pytest: writes down each report, and how it was counted."""

import json
import os

import pytest

try:
    from _pytest.nodeid import NodeId

    NodeId = NodeId.parse
except ImportError:
    NodeId = str

FILE = os.environ.get("SPY_FILE")


@pytest.hookimpl(trylast=True)
def pytest_configure(config):
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and config.pluginmanager.get_plugin("spy") is None and not _is_nested():
        config.pluginmanager.register(Spy(config, reporter), "spy")


def _is_nested(began=[]):  # noqa: B006 - once for the process: tests may run a pytest of their own in it
    began.append(os.getpid())
    return len(began) > 1


class Spy:
    def __init__(self, config, reporter):
        self.config = config
        self.reporter = reporter
        self.file = open(FILE, "a", buffering=1)  # noqa: SIM115 - open as long as the process
        self.pid = os.getpid()
        self.getpid = os.getpid
        self.dumps = json.dumps

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report):
        if self.getpid() != self.pid:
            return
        stats = self.reporter.stats.items()
        seen = {
            "nodeid": str(self.config.cwd_relative_nodeid(NodeId(report.nodeid))),
            "categories": [category for category, reports in stats if reports and reports[-1] is report],
            "phase": report.when,
            "outcome": report.outcome,
            "subtest": type(report).__name__.lower() == "subtestreport",
            "text": None if report.longrepr is None or isinstance(report.longrepr, tuple) else report.longreprtext,
        }
        self.file.write(f"{self.dumps(seen)}\n")
