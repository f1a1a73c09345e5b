"""What pluggy and pytest find out about functions anew in each session, although it is always the same: found out once.

A session looks at every hook of every object that it registers, and at the arguments of every fixture. The answers here
are those of pluggy and pytest themselves, or are found by a shorter way that holds for plain objects only.
"""

from __future__ import annotations

import sys
from types import FunctionType, MethodType, ModuleType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

# Of modules in which nobody else defines a class.
OWN = ("_pytest.", f"{__package__}.")
# Where pluggy, by its version, makes the record of a hook.
IMPLS = ("pluggy._impl", "pluggy._hooks")
USUAL_DIR: object = object.__dir__


class Remembered:
    """Known to a warm interpreter, and used by a session of a copy of it."""

    def __init__(self, fixtures: Iterable[object]) -> None:
        import pluggy
        from _pytest import fixtures as pytest_fixtures
        from _pytest import nodes

        self._manager: Any = sys.modules[pluggy.PluginManager.__module__]
        self._impl: Any = next((module for module in map(sys.modules.get, IMPLS) if hasattr(module, "varnames")), None)
        self._fixtures: Any = pytest_fixtures
        if self._impl is not None:
            varnames = self._impl.varnames
            self._varnames = {hook: varnames(MethodType(hook, object())) for hook in own_hooks()}
        arguments = self._fixtures.getfuncargnames
        self._arguments = {function: arguments(function) for function in functions_of(fixtures)}
        relate(all_below(nodes.Node))
        # A module that reads its own description, on the first question and on each.
        vars(pluggy)["__version__"] = pluggy.__version__

    def use(self) -> None:
        """Answer in the place of pluggy and pytest."""
        if self._impl is not None:
            self._give_varnames()
        self._give_arguments()
        if hasattr(self._manager, "_static_hook_attr"):
            self._give_hooks()
        self._manager.dir = hook_names

    def _give_varnames(self) -> None:
        usual, known = self._impl.varnames, self._varnames

        def varnames(func: Any, *args: Any, **named: Any) -> Any:
            hook: Any = func.__func__ if type(func) is MethodType else None
            found = known.get(hook)
            return found or usual(func, *args, **named)

        self._impl.varnames = varnames

    def _give_arguments(self) -> None:
        usual, known = self._fixtures.getfuncargnames, self._arguments

        def getfuncargnames(function: Any, *args: Any, **named: Any) -> Any:
            found = known.get(function) if type(function) is FunctionType and not named.get("cls") else None
            return usual(function, *args, **named) if found is None else found

        self._fixtures.getfuncargnames = getfuncargnames

    def _give_hooks(self) -> None:
        """pluggy looks for hooks without waking up properties, by way of `inspect`. A plain object has none to wake."""
        usual = self._manager._static_hook_attr

        def _static_hook_attr(obj: Any, name: str) -> Any:
            found = plain_attribute(obj, name)
            if type(found) is not FunctionType:
                return usual(obj, name)
            return (found, found) if type(obj) is ModuleType else (found, MethodType(found, obj))

        self._manager._static_hook_attr = _static_hook_attr


def all_below(cls: type) -> set[type]:
    return {cls}.union(*map(all_below, cls.__subclasses__()))


def relate(classes: set[type]) -> None:
    """Have abstract classes find out, and keep, which of the others are below them."""
    for one in classes:
        for other in classes:
            issubclass(one, other)


def hook_names(obj: Any) -> list[str]:
    """In the place of `dir` in pluggy: of a plain object of pytest's own only what can be a hook. That is what pytest
    picks from all names itself, one after the other.
    """
    cls: Any = type(obj)
    if type(cls) is not type or cls.__dir__ is not USUAL_DIR or not cls.__module__.startswith(OWN):
        return dir(obj)
    spaces = [getattr(obj, "__dict__", {}), *map(vars, cls.__mro__)]
    return sorted({name for space in spaces for name in space if name.startswith("pytest_")})


def plain_attribute(obj: Any, name: str) -> object:
    """What a module holds, or what the class of an object of pytest's own holds and not the object itself."""
    cls = type(obj)
    if cls is ModuleType:
        return vars(obj).get(name)
    if type(cls) is type and cls.__module__.startswith(OWN) and name not in getattr(obj, "__dict__", ()):
        for base in cls.__mro__:
            if name in vars(base):
                return vars(base)[name]
    return None


def own_hooks() -> Iterator[FunctionType]:
    """Hooks that are methods of pytest's own classes and of ours."""
    for module in [module for name, module in sys.modules.items() if name.startswith(OWN)]:
        for cls in list(vars(module).values()):
            if isinstance(cls, type) and cls.__module__ == module.__name__:
                yield from (value for name, value in vars(cls).items() if is_hook(name, value))


def is_hook(name: str, value: object) -> bool:
    return name.startswith("pytest_") and type(value) is FunctionType


def functions_of(fixtures: Iterable[object]) -> Iterator[FunctionType]:
    """The functions that were made fixtures, where this version of pytest tells them."""
    for fixture in fixtures:
        unwrap = getattr(type(fixture), "_get_wrapped_function", None)
        function = unwrap(fixture) if unwrap else None
        if type(function) is FunctionType:
            yield function
