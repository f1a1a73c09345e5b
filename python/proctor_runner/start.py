"""What the worker executes: a cold start, with the argument `zygote` a warm interpreter that forks, with `compile` one
that compiles tests ahead.

Kept small, because a script is compiled at every start and the package is not. Nothing is imported from the
standard library before the tests root has taken its place on `sys.path`, as with `python -m pytest`.
"""

import gc
import os
import sys


def refuse_other_interpreters():
    name = getattr(getattr(sys, "implementation", None), "name", "python")
    if sys.version_info < (3, 9) or name != "cpython":
        sys.stderr.write(
            "proctor: %s %d.%d is not supported. Choose an interpreter with CPython 3.9 or later.\n"
            % (name, sys.version_info[0], sys.version_info[1])
        )
        sys.exit(4)


def load_package(directory):
    """Import the package by its location, so that its folder never is on `sys.path`."""
    from _frozen_importlib import module_from_spec
    from _frozen_importlib_external import spec_from_file_location

    spec = spec_from_file_location(
        "_proctor_runner",
        os.path.join(directory, "__init__.py"),
        submodule_search_locations=[directory],
    )
    package = module_from_spec(spec)
    sys.modules[spec.name] = package
    spec.loader.exec_module(package)


if __name__ == "__main__":
    refuse_other_interpreters()
    # Collections during imports find nothing and cost a tenth of the start.
    gc.disable()
    # What an interpreter imports before it looks into the tests root.
    first_modules = frozenset(sys.modules)
    here = os.path.dirname(os.path.abspath(__file__))
    if sys.path and sys.path[0] == here:
        sys.path[0] = os.getcwd()
    load_package(here)
    if sys.argv[1:] == ["zygote"]:
        from _proctor_runner.zygote import serve

        serve(first_modules)
    elif sys.argv[1:] == ["compile"]:
        from _proctor_runner.ahead import compile_files

        compile_files()
    else:
        from _proctor_runner.session import run_cold

        run_cold()
