/** Which file, directory or test case is looked at, as it stands in the address. */
export type TestsSearch = { path?: string; q?: string; sha256?: string };

/** Reads the address; what it does not know is left out. */
export function readTestsSearch(raw: Record<string, unknown>): TestsSearch {
  const search: TestsSearch = {};
  for (const key of ["path", "q", "sha256"] as const) {
    const value = raw[key];
    if (typeof value === "string" && value) search[key] = value;
  }
  return search;
}
