import type { Problem } from "./types";

/** A refusal or a failure of the service, in words a person can act on. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly requestId: string | null;
  readonly fields: NonNullable<Problem["errors"]>;

  constructor(problem: Partial<Problem> & { title: string; status: number }) {
    super(problem.detail || problem.title);
    this.name = "ApiProblem";
    this.status = problem.status;
    this.code = problem.code ?? "unknown";
    this.requestId = problem.request_id ?? null;
    this.fields = problem.errors ?? [];
  }

  /** True when the service could not be reached at all. */
  get unreachable(): boolean {
    return this.status === 0;
  }
}

/** Turns whatever was thrown or answered into an `ApiProblem`. */
export function toProblem(cause: unknown, status = 0): ApiProblem {
  if (cause instanceof ApiProblem) return cause;
  if (isProblem(cause)) return new ApiProblem(cause);
  if (status > 0) {
    return new ApiProblem({
      title: `The server answered ${status} without saying why`,
      status,
      code: "unexpected",
    });
  }
  return new ApiProblem({ title: "The server cannot be reached", status: 0, code: "unreachable" });
}

/** What is wrong with one field of a form (`options/timeout_s`), with all that is inside it; null when nothing is. */
export function fieldError(problem: ApiProblem | null, field: string): string | null {
  const told = (problem?.fields ?? []).flatMap(({ pointer, detail }) => {
    const path = (pointer ?? "").replace(/^#?\//, "");
    if (path === field) return [detail];
    if (!path.startsWith(`${field}/`)) return [];
    // What is inside by a name of its own is named; what is one of a list says itself what it is.
    const inside = path.slice(field.length + 1);
    return [/^\d/.test(inside) ? detail : `${inside}: ${detail}`];
  });
  return told.length > 0 ? told.join("; ") : null;
}

function isProblem(value: unknown): value is Problem {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as Problem).title === "string" &&
    typeof (value as Problem).status === "number"
  );
}
