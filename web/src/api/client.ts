import createClient from "openapi-fetch";
import { noteServerDate } from "~/platform/clock";
import { toProblem } from "./problem";
import type { paths } from "./schema";

/** The typed client. The address is absolute, because a worker and the tests have no page to be relative to. */
export const client = createClient<paths>({
  baseUrl: globalThis.location?.origin ?? "http://localhost",
  // Looked up at each call, so that tests can put their own in its place.
  fetch: (request) => globalThis.fetch(request),
});

/** Waits for an answer that has no body, or throws an `ApiProblem`. */
export async function done(call: Promise<Answer<unknown>>): Promise<void> {
  await answer(
    call.then(({ error, response }) => ({
      data: true,
      response,
      ...(error === undefined ? {} : { error }),
    })),
  );
}

type Answer<T> = { data?: T; error?: unknown; response: Response };

/** The data of an answer, or an `ApiProblem` thrown. */
export async function answer<T>(call: Promise<Answer<T>>): Promise<T> {
  const started = Date.now();
  let result: Answer<T>;
  try {
    result = await call;
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw toProblem(cause);
  }
  noteServerDate(result.response.headers.get("date"), started, Date.now());
  if (!result.response.ok || result.error !== undefined || result.data === undefined) {
    throw toProblem(result.error, result.response.status);
  }
  return result.data;
}
