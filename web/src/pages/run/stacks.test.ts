import { describe, expect, it } from "vitest";
import { parseStacks } from "./stacks";

const TEXT = `Timeout: the stacks of all threads
Thread 0x00007f10aa7fc6c0 (most recent call first):
  File "/usr/lib/python3.11/threading.py", line 327 in wait
  File "/tests/api/client.py", line 12 in read

Current thread 0x00007f10b2a3e740 (most recent call first):
  File "/tests/api/test_hang.py", line 4 in test_hangs
  File "/venv/lib/python3.11/site-packages/_pytest/python.py", line 194 in pytest_pyfunc_call
`;

describe("the stacks of a test that hung", () => {
  it("are taken apart by thread, innermost call first", () => {
    const stacks = parseStacks(TEXT);
    expect(stacks?.map(({ thread, calls }) => [thread, calls.length])).toEqual([
      ["Thread 0x00007f10aa7fc6c0", 2],
      ["Current thread 0x00007f10b2a3e740", 2],
    ]);
    expect(stacks?.[1]?.calls).toEqual([
      { at: 0, path: "/tests/api/test_hang.py", line: 4, what: "test_hangs", library: false },
      {
        at: 1,
        path: "/venv/lib/python3.11/site-packages/_pytest/python.py",
        line: 194,
        what: "pytest_pyfunc_call",
        library: true,
      },
    ]);
  });

  it("are something else than a traceback", () => {
    expect(parseStacks("api/test_a.py:3: AssertionError")).toBeNull();
    expect(parseStacks("Thread 0x1 (most recent call first):\n")).toBeNull();
  });
});
