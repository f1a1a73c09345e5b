/** A variable in a form. `kept`: a secret whose value nobody can read, and which stays as it is. */
export type Variable = { name: string; value: string; secret?: boolean; kept?: boolean };

export const NEW_VARIABLE: Variable = { name: "", value: "" };

/** The variables of a `.env` text; nothing when it is none. */
export function parseDotEnv(text: string): Variable[] {
  if (!text.includes("=")) return [];
  return text.split("\n").flatMap((line) => {
    const found = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/.exec(line);
    if (!found) return [];
    const [, name = "", raw = ""] = found;
    const quoted = /^(["'])(.*)\1$/.exec(raw);
    return [{ name, value: quoted?.[2] ?? raw }];
  });
}

/** Rows as the service takes them; rows without a name are left out. */
export function toRecord(variables: readonly Variable[]): Record<string, string> {
  return Object.fromEntries(
    variables
      .filter(({ name }) => name.trim() !== "")
      .map(({ name, value }) => [name.trim(), value]),
  );
}

export function toRows(variables: Readonly<Record<string, string>>): Variable[] {
  return Object.entries(variables).map(([name, value]) => ({ name, value }));
}
