"""What a session builds before it comes to the tests, where that is the same for every session: built once.

This rests on names that pytest keeps to itself. So a warm interpreter first compares a session that uses it with one
that does not, and does without where they differ in anything.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import os
import pathlib
import sys
import types
import warnings
from collections.abc import MutableMapping
from importlib.machinery import PathFinder

from .remembered import Remembered

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    import pytest

GROUP = "pytest11"
# By module: the names of its fixtures. By class of pytest, as `module:class`: no names, because it has no fixtures.
Fixtures = dict[str, list[str]]


class Prebuilt:
    """A configuration in which pytest's own plugins are registered, and what is known of those that are installed."""

    def __init__(self, arguments: list[str]) -> None:
        self._config, self._variables = build_config(arguments)
        self._environment = {name: os.environ.get(name) for name in self._variables}
        self._search_path = sys.path[1:]
        installed = importlib.metadata.distributions(path=sys.path[1:])
        self._installed = [known(dist) for dist in installed if is_plugin(dist)]
        self._stand_ins: dict[types.ModuleType, StandIn] = {}
        self._without: set[type] = set()
        self._remembered: Remembered | None = None

    def know_fixtures(self, fixtures: Fixtures) -> None:
        """Take in what `find_fixtures` found in a session of a copy of this process."""
        modules = ((sys.modules.get(name), names) for name, names in fixtures.items())
        self._stand_ins = {module: StandIn(module, names) for module, names in modules if module is not None}
        classes = (name.split(":") for name in fixtures if ":" in name)
        self._without = {getattr(sys.modules[module], name) for module, name in classes}
        found = (fixture for stand_in in self._stand_ins.values() for fixture in vars(stand_in.module).values())
        self._remembered = Remembered(found)

    def use(self) -> None:
        """Have the session of this process, which is the only one that can, use it."""
        if self._fits():
            self._give_config()
        self._give_installed()
        if self._remembered is not None:
            self._remembered.use()
        if self._stand_ins:
            self._give_fixtures()

    def _fits(self) -> bool:
        """Whether pytest would build the same configuration with the variables of this process."""
        return all(os.environ.get(name) == value for name, value in self._environment.items())

    def _give_config(self) -> None:
        import _pytest.config as module

        build = module.get_config
        ready = self._config

        def get_config(args: Any = None, plugins: Any = None, **_: Any) -> pytest.Config:
            module.get_config = build
            parameters = ready.InvocationParams(args=args or (), plugins=plugins, dir=pathlib.Path.cwd())
            ready.invocation_params = parameters
            return ready

        module.get_config = get_config

    def _give_installed(self) -> None:
        """pytest looks for plugins in all that is installed, twice. What is known to hold none is left out for it."""
        usual = importlib.metadata.distributions

        def distributions(**context: Any) -> Iterable[importlib.metadata.Distribution]:
            asks = sys._getframe(1).f_globals.get("__name__")
            if asks == "pluggy._manager":  # Which is the second time.
                importlib.metadata.distributions = usual
            if asks not in ("pluggy._manager", "_pytest.config") or context or sys.path[1:] != self._search_path:
                return usual(**context)
            # The tests root may hold some too.
            present = usual(path=sys.path[:1]) if may_hold_packages(sys.path[0]) else ()
            return [*present, *self._installed]

        importlib.metadata.distributions = distributions

    def _give_fixtures(self) -> None:
        """Plugins are looked through for fixtures, name by name. Those that are known are not looked through again."""
        from _pytest import fixtures

        manager_type: Any = fixtures.FixtureManager
        parse = manager_type.parsefactories
        stand_ins, without = self._stand_ins, self._without

        def parsefactories(manager: Any, *args: Any, **named: Any) -> None:
            holder: Any = named.get("holder") or (args[0] if args else None)
            if type(holder) in without:
                return
            stand_in = stand_ins.get(holder) if type(holder) is types.ModuleType else None
            if stand_in is None or not stand_in.is_like(holder):
                parse(manager, *args, **named)
            elif not stand_in.is_empty and "holder" in named:
                parse(manager, *args, **(named | {"holder": stand_in.module}))
            elif not stand_in.is_empty:
                parse(manager, stand_in.module, *args[1:], **named)

        manager_type.parsefactories = parsefactories


class StandIn:
    """A module with the fixtures of another one, and nothing else."""

    def __init__(self, module: types.ModuleType, names: list[str]) -> None:
        self.module = types.ModuleType(module.__name__)
        # pytest looks at each name, and these are never fixtures.
        for name in [name for name in vars(self.module) if name != "__name__"]:
            delattr(self.module, name)
        self._size = len(vars(module))
        self.is_empty = not names
        for name in names:
            setattr(self.module, name, getattr(module, name))

    def is_like(self, module: types.ModuleType) -> bool:
        """Whether the other one has not got more since."""
        return len(vars(module)) == self._size


def build_config(arguments: list[str]) -> tuple[pytest.Config, set[str]]:
    """The configuration as it is before arguments and files are read, and the variables that were looked at."""
    import _pytest.config as module
    import pytest

    built: list[Any] = []
    build: Callable[..., Any] = module.get_config

    def get_config(*args: Any, **named: Any) -> Any:
        built.append(build(*args, **named))
        raise EnoughError

    usual = os.environ
    os.environ = seen = Seen(usual)  # type: ignore[assignment]
    module.get_config = get_config
    try:
        pytest.main(list(arguments), [])
    except EnoughError:
        pass
    finally:
        os.environ = usual  # noqa: B003 - the very one that it was
        module.get_config = build
    return built[0], seen.names


class EnoughError(BaseException):
    """Ends a session that has built its configuration."""


class Seen(MutableMapping[str, str]):
    """Environment variables that remember which of them were looked at."""

    def __init__(self, variables: MutableMapping[str, str]) -> None:
        self._variables = variables
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.names.add(name)
        return self._variables[name]

    def __setitem__(self, name: str, value: str) -> None:
        self._variables[name] = value

    def __delitem__(self, name: str) -> None:
        del self._variables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._variables)

    def __len__(self) -> int:
        return len(self._variables)


def is_plugin(distribution: importlib.metadata.Distribution) -> bool:
    return any(point.group == GROUP for point in distribution.entry_points)


def may_hold_packages(directory: str) -> bool:
    """Whether a search of this directory may find installed packages; Python's own finder goes by their names."""
    finders = [finder for finder in sys.meta_path if hasattr(finder, "find_distributions")]
    return finders != [PathFinder] or any(name.lower().endswith("-info") for name in os.listdir(directory))


def known(distribution: importlib.metadata.Distribution) -> importlib.metadata.Distribution:
    """The same, which does not read its files again for each thing that is asked of it."""
    cls = type(distribution)
    files = distribution.files
    answers = {
        "metadata": distribution.metadata,
        "entry_points": distribution.entry_points,
        "files": property(lambda _: None if files is None else list(files)),
    }
    remembering: Any = type(cls.__name__, (cls,), {"__module__": cls.__module__, **answers})
    copy: importlib.metadata.Distribution = remembering.__new__(remembering)
    vars(copy).update(vars(distribution))
    return copy


def find_fixtures(session: pytest.Session) -> Fixtures:
    """The names of the fixtures of each plugin that is a module or an object of pytest's own classes, found by asking
    pytest for one name after the other.

    This spoils the session.
    """
    manager: Any = session._fixturemanager
    found: Fixtures = {}
    for plugin in session.config.pluginmanager.get_plugins():
        cls = type(plugin)
        if isinstance(plugin, types.ModuleType):
            names = [name for name in vars(plugin) if is_fixture(manager, plugin, name)]
            if None not in names and sys.modules.get(plugin.__name__) is plugin:
                found[plugin.__name__] = names
        elif is_of_pytest(cls):
            names = [name for name in dir(plugin) if not name.startswith("__")]
            if all(is_fixture(manager, cls, name) is False for name in names):
                found[f"{cls.__module__}:{cls.__name__}"] = []
    return found


def is_of_pytest(cls: type) -> bool:
    """Whether a class is one of pytest's, which nobody adds anything to."""
    return cls.__module__.startswith("_pytest.") and getattr(sys.modules.get(cls.__module__), cls.__name__, None) is cls


def is_fixture(manager: Any, holder: types.ModuleType | type, name: str) -> bool | None:
    """Whether pytest makes a fixture of this name; `None` when it also complains."""
    from _pytest import fixtures

    module: Any = fixtures
    stand_in = types.ModuleType(holder.__name__)
    setattr(stand_in, name, getattr(holder, name, None))
    made: list[object] = []
    usual = module.FixtureDef

    def remember(*args: Any, **named: Any) -> Any:
        made.append(usual(*args, **named))
        return made[-1]

    module.FixtureDef = remember
    try:
        with warnings.catch_warnings(record=True) as complaints:
            warnings.simplefilter("always")
            if "holder" in type(manager).parsefactories.__code__.co_varnames:
                manager.parsefactories(holder=stand_in, node=manager.session)
            else:
                manager.parsefactories(stand_in, None)
    finally:
        module.FixtureDef = usual
    return None if complaints else bool(made)
