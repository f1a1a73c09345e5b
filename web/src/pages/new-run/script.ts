import type { NewRun } from "~/api/types";

/** The same run from a shell. What `proctor run` has no flag for is asked of the REST service. */
export function scriptLine(body: NewRun): string {
  return partsOf(body).join(" ");
}

/** The same in lines for reading, of which only the first are shown. */
export function scriptLines(body: NewRun, most: number): string[] {
  const [first = "", ...rest] = partsOf(body);
  const lines = [first, ...rest.map((part) => `  ${part}`)];
  if (lines.length <= most) return lines;
  return [...lines.slice(0, most - 1), `  ${lines.length - most + 1} more`];
}

function partsOf(body: NewRun): string[] {
  return body.options || body.note ? curl(body) : proctorRun(body);
}

function proctorRun(body: NewRun): string[] {
  const { environment, requester, template, parameters, plans, variables, targets } = body;
  const where =
    typeof environment === "number"
      ? `${environment || "N"}`
      : ["any", ...(environment.any.labels ?? [])].join(":");
  return [
    `proctor run --environment ${quote(where)}`,
    ...(requester ? [`--as ${quote(requester)}`] : []),
    ...(template ? [`--template ${quote(template)}`] : []),
    ...Object.entries(parameters ?? {}).map(
      ([name, value]) => `--param ${quote(`${name}=${value}`)}`,
    ),
    ...(plans ?? []).map((id) => `--plan ${id}`),
    ...Object.entries(variables ?? {}).map(([name, value]) => `--var ${quote(`${name}=${value}`)}`),
    ...(targets ?? []).map(quote),
  ];
}

function curl(body: NewRun): string[] {
  return [
    `curl ${quote(`${window.location.origin}/api/v1/runs`)}`,
    `--json ${quote(JSON.stringify(body))}`,
  ];
}

export function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
