import { HttpResponse, http } from "msw";
import type { EnvironmentChanges, NewEnvironment, NewReservation } from "~/api/types";
import { anEnvironment } from "./samples";
import type { Service } from "./service";
import { json, problem } from "./service";

const API = "*/api/v1/environments";

/** Changes of environments in the stand-in. */
export function environmentHandlers(service: Service) {
  const note = (request: Request, body: unknown) =>
    service.posted.push({ path: new URL(request.url).pathname, body, key: null });
  const change = (id: unknown, facts: object) => {
    service.environments = service.environments.map((each) =>
      each.id === Number(id) ? { ...each, ...facts } : each,
    );
    return service.environments.find((each) => each.id === Number(id));
  };
  const shown = (variables: EnvironmentChanges["variables"]) =>
    Object.fromEntries(
      Object.entries(variables ?? {}).map(([name, value]) => [
        name,
        typeof value === "string" ? value : null,
      ]),
    );
  return [
    http.post(API, async ({ request }) => {
      const body = (await request.json()) as NewEnvironment;
      note(request, body);
      const { id = service.environments.length + 1, name = "", labels = [], variables } = body;
      if (service.environments.some((each) => each.id === id)) {
        return problem(409, `environment ${id} is there already`);
      }
      const facts = { id: id ?? 0, name: name ?? "", labels: labels ?? [] };
      const made = anEnvironment({ ...facts, variables: shown(variables) });
      service.environments.push(made);
      return json(made, 201);
    }),
    http.patch(`${API}/:id`, async ({ params, request }) => {
      const { state, reason, variables, ...rest } = (await request.json()) as EnvironmentChanges;
      note(request, { state, reason, variables, ...rest });
      const closed = { state: "maintenance", maintenance: reason };
      const opened = { state: "free", maintenance: null };
      return json(
        change(params.id, {
          ...rest,
          ...(variables ? { variables: shown(variables) } : {}),
          ...(state === "maintenance" ? closed : state === "enabled" ? opened : {}),
        }),
      );
    }),
    http.delete(`${API}/:id`, ({ params }) => {
      const busy = service.environments.find(
        ({ id, state }) => id === Number(params.id) && state === "busy",
      );
      if (busy) return problem(409, `run ${busy.holder?.run_id} is running in it`);
      service.environments = service.environments.filter(({ id }) => id !== Number(params.id));
      return new HttpResponse(null, { status: 204 });
    }),
    http.put(`${API}/:id/reservation`, async ({ params, request }) => {
      const body = (await request.json()) as NewReservation;
      note(request, body);
      const { person, until, reason, after_present_run: after } = body;
      const since = after ? null : "2026-03-09T12:00:00.000Z";
      const reservation = { person, until, reason, since };
      const holder = { run_id: null, person, since, until, reason };
      return json(
        change(params.id, after ? { reservation } : { reservation, holder, state: "reserved" }),
      );
    }),
    http.delete(`${API}/:id/reservation`, ({ params }) => {
      change(params.id, { reservation: null, holder: null, state: "free" });
      return new HttpResponse(null, { status: 204 });
    }),
  ];
}
