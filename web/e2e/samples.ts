import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The tests that the specs run. Slow ones wait at a gate instead of sleeping, so nothing depends on speed. */
export function sampleFiles(root: string, gates: string): void {
  const gate = `
import pathlib, time

def wait_at(name):
    gate = pathlib.Path(${JSON.stringify(gates)}) / name
    while not gate.exists():
        time.sleep(0.01)
`;
  const files: Record<string, string> = {
    "api/test_quick.py": `
def test_one():
    print("quick output")

def test_two():
    assert True
`,
    "api/test_failing.py": `
def total():
    return "currency EUR\\namount 10\\nstate settled\\n"

def test_passes():
    pass

def test_differs():
    print("\\x1b[31mred text\\x1b[0m before the failure")
    assert total() == "currency EUR\\namount 11\\nstate settled\\n"
`,
    "api/test_choice.py": `
import os

def test_choice():
    print("interface", os.environ.get("INTERFACE", "none") + ", currency", os.environ.get("CURRENCY", "none"))
`,
    "api/orders/test_create.py": `
import pytest

@pytest.mark.parametrize("currency", ["EUR", "JPY"])
def test_total(currency):
    assert currency
`,
    "slow/test_gate.py": `${gate}
def test_waits():
    print("before the first gate", flush=True)
    wait_at("first")
    print("after the first gate", flush=True)
    wait_at("second")
    print("after the second gate", flush=True)
`,
    "slow/test_other_gate.py": `${gate}
def test_waits():
    wait_at("other")
`,
    "slow/test_queue.py": `${gate}
def test_waits():
    wait_at("queue")
`,
    "slow/test_uses.py": `${gate}
import os

def test_takes_memory():
    kept = bytearray(b"x") * (48 << 20)
    wait_at(os.environ["GATE"])
`,
    "slow/test_leaves.py": `
import base64, os, pathlib

def test_leaves_artifacts():
    folder = pathlib.Path(os.environ["PROCTOR_ARTIFACTS"])
    (folder / "screens").mkdir()
    (folder / "screens" / "check out.png").write_bytes(base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAGCAIAAABxZ0isAAAAHUlEQVR4nGP8//8/AzbAhFUUKIFDiAEkgVOCkh0AN6UF/T+5rPMAAAAASUVORK5CYII="))
    (folder / "report.txt").write_text("a line of the report\\n")
    (folder / "page.html").write_text("<script>document.title = 'taken over'</script>")
`,
    "slow/test_cancelled.py": `${gate}
def test_waits_for_ever():
    print("waiting", flush=True)
    wait_at("never")
`,
    "long/test_long_log.py": `
def test_prints_many_lines():
    for number in range(1, 200_001):
        print(f"number {number}" + (" needle" if number == 123_456 else ""))
`,
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}
