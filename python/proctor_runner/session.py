"""One session of pytest, from the request to the end of the process."""

from __future__ import annotations

import os
import signal
import sys

from .events import EventWriter
from .marks import MarkWriter
from .process import Channels, dump_stacks_on_signal, finish, pose_as_pytest, refuse, spec_of_pytest
from .request import Request, RequestError, read_request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

    from .unseen import Ending

REQUEST_FD = 3
EVENTS_FD = 4
SUPPORTED_PYTEST = (7, 8, 9)


def run_cold() -> NoReturn:
    """Run the session that descriptor 3 asks for in this fresh interpreter, and end."""
    finish(run_prepared())


def run_prepared(ending: Ending | None = None) -> int:
    """Run the session that descriptor 3 asks for, in a process that is fresh or as good as fresh."""
    channels = Channels(events_fd=EVENTS_FD, output_fd=1)
    dump_stacks_on_signal(channels.output)
    try:
        request = read_request(REQUEST_FD)
    except RequestError as mistake:
        refuse(str(mistake))
    # The stream of pytest's own report: lines appear when they are complete.
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    _check_pytest()
    return run_session(request, channels, ending)


def run_session(request: Request, channels: Channels, ending: Ending | None) -> int:
    """Run pytest with the plugin of the session; the exit status is that of `python -m pytest`."""
    from .plugin import SessionPlugin

    events = EventWriter(channels.events)
    marks = MarkWriter(request.nonce)
    arguments = request.pytest_arguments()
    pose_as_pytest(arguments)
    plugin = SessionPlugin(events, marks, channels.output, collect_only=request.mode == "collect", ending=ending)
    plugins: list[object] = [plugin]
    if request.leak_iterations is not None:
        from .leak.hunt import LeakHunt

        plugins.append(LeakHunt(events, request.leak_iterations, say=plugin.say, shown=plugin.shown))
    status = _call_pytest([*display_arguments(), *arguments], plugins)
    events.send("session_finished", f'"exit_status":{status}')
    return status


def _call_pytest(arguments: list[str], plugins: list[object]) -> int:
    """What `python -m pytest` makes of the ways in which pytest can end."""
    import pytest

    try:
        status = int(pytest.main(arguments, plugins))
        sys.stdout.flush()
    except BrokenPipeError:
        return 1
    except SystemExit as end:
        return _status_of(end)
    except KeyboardInterrupt:
        sys.excepthook(*sys.exc_info())
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)
        return 130
    except BaseException:  # noqa: BLE001 - the interpreter would show it and end with 1
        sys.excepthook(*sys.exc_info())
        return 1
    return status


def _status_of(end: SystemExit) -> int:
    if end.code is None:
        return 0
    if isinstance(end.code, int):
        return end.code
    print(end.code, file=sys.stderr)
    return 1


def display_arguments() -> list[str]:
    """Colours, and a line for each test where pytest can do so without longer assertions."""
    import pytest

    arguments = ["--color=yes"]
    if hasattr(pytest.Config, "VERBOSITY_TEST_CASES"):
        arguments.append("--override-ini=verbosity_test_cases=1")
    return arguments


def _check_pytest() -> None:
    try:
        import pytest
    except ModuleNotFoundError as missing:
        if missing.name != "pytest":
            raise
        refuse(f"{sys.executable} has no pytest. Install it with: {sys.executable} -m pip install pytest")
    version = getattr(pytest, "__version__", "of unknown version")
    if version.split(".")[0] not in map(str, SUPPORTED_PYTEST):
        refuse(f"pytest {version} is not supported. Install pytest 7, 8 or 9 in {sys.prefix}")


def rehearse() -> None:
    """Run a session without tests in the present folder."""
    import pytest

    from . import plugin  # noqa: F401 - imported for the children

    pytest.main([*display_arguments()])


def import_plugins() -> str:
    """Import pytest and its plugins as a session does, and begin nothing; answers the version of pytest."""
    import pytest
    from _pytest.config import _prepareconfig

    from . import plugin  # noqa: F401 - imported for the children
    from .memory import resource_of_python

    _prepareconfig([*display_arguments()])._ensure_unconfigure()
    # For the children, too.
    spec_of_pytest()
    resource_of_python()
    return str(pytest.__version__)
