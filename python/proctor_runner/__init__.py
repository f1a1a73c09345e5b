"""Runs one pytest session for Proctor.

In the order of a session: `cold` starts a fresh interpreter, `request` says what to run, `process` owns the
descriptors, the identity and the end of the process, `session` calls pytest, `plugin` tells what happens (`events`,
`marks`, `reports`), `live` lets output through at once and `line` keeps one line per test in it.

Only the standard library and pytest are imported here. The package never appears on `sys.path`: it is loaded by its
location under a private name, so that tests see what `python -m pytest` would show them.
"""
