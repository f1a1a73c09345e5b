import { HttpResponse, http } from "msw";
import type { NewPlan, NewTemplate, Template } from "~/api/types";
import type { Service } from "./service";
import { json, problem } from "./service";

const API = "*/api/v1";

/** Test plans and templates of the stand-in. */
export function planHandlers(service: Service) {
  const note = (path: string, body: unknown) => service.posted.push({ path, body, key: null });
  const named = (name: unknown) => service.templates.find((each) => each.name === name);
  const whole = ({ name, ...rest }: NewTemplate, before: string): Template => ({
    name: name ?? before,
    description: rest.description ?? "",
    targets: rest.targets ?? [],
    plans: rest.plans ?? [],
    parameters: rest.parameters ?? [],
    variables: rest.variables ?? {},
    options: rest.options ?? {},
  });
  return [
    http.get(`${API}/plans`, () => json({ items: service.plans, next_cursor: null })),
    http.post(`${API}/plans`, async ({ request }) => {
      const body = (await request.json()) as NewPlan;
      note("/api/v1/plans", body);
      if (service.plans.some(({ name }) => name === body.name)) {
        return problem(409, `there is a test plan named ${body.name} already`);
      }
      const plan = { id: service.plans.length + 1, name: body.name, targets: body.targets };
      service.plans.push(plan);
      return json(plan, 201);
    }),
    http.put(`${API}/plans/:id`, async ({ params, request }) => {
      const body = (await request.json()) as NewPlan;
      note(`/api/v1/plans/${params.id}`, body);
      const plan = { id: Number(params.id), name: body.name, targets: body.targets };
      service.plans = service.plans.map((each) => (each.id === plan.id ? plan : each));
      return json(plan);
    }),
    http.delete(`${API}/plans/:id`, ({ params }) => {
      const id = Number(params.id);
      const user = service.templates.find(({ plans }) => plans.includes(id));
      if (user) return problem(409, `template ${user.name} uses test plan ${id}`);
      service.plans = service.plans.filter((each) => each.id !== id);
      return new HttpResponse(null, { status: 204 });
    }),
    http.get(`${API}/templates`, () => json({ items: service.templates, next_cursor: null })),
    http.post(`${API}/templates`, async ({ request }) => {
      const body = (await request.json()) as NewTemplate;
      note("/api/v1/templates", body);
      if (named(body.name)) return problem(409, `there is a template ${body.name} already`);
      const template = whole(body, "");
      service.templates.push(template);
      return json(template, 201);
    }),
    http.put(`${API}/templates/:name`, async ({ params, request }) => {
      const body = (await request.json()) as NewTemplate;
      note(`/api/v1/templates/${params.name}`, body);
      const template = whole(body, String(params.name));
      service.templates = service.templates.map((each) =>
        each.name === params.name ? template : each,
      );
      return json(template);
    }),
    http.delete(`${API}/templates/:name`, ({ params }) => {
      service.templates = service.templates.filter((each) => each.name !== params.name);
      return new HttpResponse(null, { status: 204 });
    }),
  ];
}
