import { isLibrary } from "./traceback";

/** Where a thread was, innermost call first. */
export type Stack = { thread: string; calls: Call[] };

/** `at`: how far outside the innermost call. */
export type Call = { at: number; path: string; line: number; what: string; library: boolean };

const THREAD = /^((?:Current )?[Tt]hread 0x[0-9a-f]+.*) \(most recent call first\):$/;
const CALL = /^ {2}File "(.+)", line (\d+) in (.+)$/;

/** Reads what Python's faulthandler writes of a process that hangs; null when it is something else. */
export function parseStacks(text: string): Stack[] | null {
  const stacks: Stack[] = [];
  for (const line of text.split("\n")) {
    const thread = THREAD.exec(line)?.[1];
    if (thread) stacks.push({ thread, calls: [] });
    const [, path = "", number, what = ""] = CALL.exec(line) ?? [];
    if (number === undefined) continue;
    const calls = stacks.at(-1)?.calls;
    const library = isLibrary(path);
    calls?.push({ at: calls.length, path, line: Number(number), what, library });
  }
  const told = stacks.filter(({ calls }) => calls.length > 0);
  return told.length > 0 ? told : null;
}
