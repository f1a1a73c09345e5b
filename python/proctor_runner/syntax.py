"""Compiles Python files without executing them and tells what is wrong with each.

Reads paths, one per line; writes a line of JSON for each: null, or what a person needs to find the mistake.
"""

from __future__ import annotations

import json
import resource
import sys

MEMORY_BYTES = 1 << 30
CPU_SECONDS = 30
LONGEST_TEXT = 400


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for path in sys.stdin.read().splitlines():
        print(json.dumps(mistake(path)), flush=True)


def mistake(path: str) -> dict[str, object] | None:
    with open(path, "rb") as file:
        source = file.read()
    try:
        compile(source, "<uploaded>", "exec", dont_inherit=True)
    except SyntaxError as error:
        return told(error.msg, error.lineno, error.offset, error.text)
    except (ValueError, MemoryError, RecursionError) as error:
        return told(f"{type(error).__name__}: {error}".removesuffix(": "))
    return None


def told(
    message: str, line: int | None = None, column: int | None = None, text: str | None = None
) -> dict[str, object]:
    return {
        "message": message[:LONGEST_TEXT],
        "line": line or None,
        "column": column if column and column > 0 else None,
        "text": text and text.rstrip("\n")[:LONGEST_TEXT],
    }


if __name__ == "__main__":
    main()
