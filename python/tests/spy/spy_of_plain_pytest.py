"""Loaded into plain pytest: writes down how each report was counted."""

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
    if reporter is not None:
        config.pluginmanager.register(Spy(config, reporter))


class Spy:
    def __init__(self, config, reporter):
        self.config = config
        self.reporter = reporter
        self.file = open(FILE, "a", buffering=1)  # noqa: SIM115 - open as long as the process
        self.pid = os.getpid()
        self.getpid = os.getpid

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report):
        if self.getpid() != self.pid:
            return
        for category, reports in self.reporter.stats.items():
            if reports and reports[-1] is report:
                nodeid = str(self.config.cwd_relative_nodeid(NodeId(report.nodeid)))
                self.file.write(f"{category}\t{json.dumps(nodeid)}\n")
