"""The packages whose own tests are run three ways."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Package:
    """A source archive on PyPI that has its tests with it."""

    name: str
    version: str
    # What its tests need besides pytest.
    needs: tuple[str, ...] = ()
    targets: tuple[str, ...] = ("tests",)
    # A choice among its tests.
    markers: str | None = None

    @property
    def requirement(self) -> str:
        return f"{self.name}=={self.version}"


PACKAGES = (
    Package("attrs", "26.1.0", ("cloudpickle", "hypothesis", "pympler")),
    Package("boltons", "26.2.0"),
    Package("cachetools", "8.0.1"),
    # The others repeat one thing thousands of times.
    Package("click", "8.5.1", markers="not stress"),
    Package("iniconfig", "2.3.1", targets=("testing",)),
    Package("itsdangerous", "2.2.0", ("freezegun",)),
    Package("jinja2", "3.1.6", ("trio",)),
    Package("more-itertools", "11.2.1"),
    Package("packaging", "26.3", ("hypothesis", "pretend", "tomli-w")),
    Package("pluggy", "1.7.0", targets=("testing",)),
    # The others start servers, and wait for what happens to their files.
    Package(
        "werkzeug",
        "3.1.9",
        ("cffi", "cryptography", "ephemeral-port-reserve", "pytest-timeout", "watchdog"),
        markers="not dev_server",
    ),
)
