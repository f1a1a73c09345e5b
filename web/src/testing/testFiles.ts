import { http } from "msw";
import type { Service } from "./service";
import { json, problem } from "./service";

const API = "*/api/v1/tests";

/** Source, upload, move and delete of the files that the stand-in has. */
export function testFileHandlers(service: Service) {
  const judge = (form: FormData) => {
    const directory = String(form.get("directory")).replace(/^\.$/, "");
    const names = form.getAll("files[] name").map(String);
    return Promise.all(
      form.getAll("files[]").map(async (value, part) => {
        const file = value as File;
        const name = names[part] ?? file.name;
        const text = await file.text();
        const path = directory ? `${directory}/${name}` : name;
        const there = service.files.includes(path);
        const same = there && service.texts.get(path) === text;
        const verdict = /^\./.test(name)
          ? "refused"
          : same
            ? "unchanged"
            : there
              ? "exists"
              : "new";
        const line = text.split("\n").findIndex((each) => /\($/.test(each)) + 1;
        const syntax_error = line
          ? { message: "'(' was never closed", line, column: 1, text: text.split("\n")[line - 1] }
          : null;
        const reason = verdict === "refused" ? `${name} begins with a dot` : null;
        const facts = { part, path, size: text.length, sha256: "0".repeat(64), syntax_error };
        return { ...facts, verdict, reason, text };
      }),
    );
  };
  return [
    http.get(`${API}/source`, ({ request }) => {
      const query = new URL(request.url).searchParams;
      const text = service.texts.get(query.get("sha256") ?? query.get("path") ?? "");
      if (text === undefined) return problem(404, "no such file");
      return new Response(text, { headers: { "content-type": "text/plain" } });
    }),
    http.get(`${API}/changes`, ({ request }) => {
      const query = new URL(request.url).searchParams;
      const of = query.get("path");
      const all = service.changes.filter(({ path }) => of === null || path === of);
      const first = Number(query.get("cursor") ?? 0);
      const next = first + Number(query.get("limit") ?? 50);
      const next_cursor = next < all.length ? String(next) : null;
      return json({ items: all.slice(first, next), next_cursor });
    }),
    http.post(`${API}/uploads/preview`, async ({ request }) => {
      const items = await judge(await request.formData());
      return json({
        items: items.map(({ text: _, ...item }) => item),
        left_out: [],
        unchecked: null,
      });
    }),
    http.post(`${API}/uploads`, async ({ request }) => {
      const form = await request.formData();
      const conflict = form.get("on_conflict");
      const items = await judge(form);
      const names = items.map(({ path }) => path);
      const fields = {
        directory: form.get("directory"),
        on_conflict: conflict,
        by: form.get("uploaded_by"),
      };
      service.posted.push({ path: "/api/v1/tests/uploads", body: { ...fields, names }, key: null });
      if (items.some(({ verdict }) => verdict === "refused")) return problem(422, "refused");
      if (conflict !== "replace" && items.some(({ verdict }) => verdict !== "new")) {
        return problem(409, "1 file exists already; nothing was stored");
      }
      for (const { path, text } of items) {
        if (!service.files.includes(path)) service.files.push(path);
        service.texts.set(path, text);
      }
      const stored = items.map(({ path, sha256, size, verdict, syntax_error }) => ({
        path,
        sha256,
        size,
        replaced: verdict === "exists",
        syntax_error,
      }));
      return json({ items: stored, left_out: [], unchecked: null }, 201);
    }),
    http.patch(API, async ({ request }) => {
      const from = new URL(request.url).searchParams.get("path") ?? "";
      const { path } = (await request.json()) as { path: string };
      if (service.files.includes(path)) return problem(409, `${path} exists already`);
      service.files = service.files.map((each) =>
        each === from || each.startsWith(`${from}/`) ? path + each.slice(from.length) : each,
      );
      return json({ path, moved_from: from });
    }),
    http.delete(API, ({ request }) => {
      const path = new URL(request.url).searchParams.get("path") ?? "";
      const gone = service.files.filter((each) => each === path || each.startsWith(`${path}/`));
      service.files = service.files.filter((each) => !gone.includes(each));
      return json({ items: gone.map((each) => ({ path: each, size: 10, sha256: null })) });
    }),
  ];
}
