import { recallUser } from "~/platform/remembered";
import { answer, client } from "./client";
import { type ApiProblem, toProblem } from "./problem";
import type { Upload, UploadPreview } from "./types";

/** A file that somebody picked, and where it goes below the directory. */
export type Picked = { id: number; file: File; path: string };

export type Conflict = "refuse" | "replace";

export type Shipment = { directory: string; files: readonly Picked[]; onConflict: Conflict };

/** What would become of these files. Too many bytes for one request are sent in halves; nothing is stored. */
export async function previewUpload(
  shipment: Shipment,
  signal: AbortSignal,
): Promise<UploadPreview> {
  try {
    return await send<UploadPreview>("/api/v1/tests/uploads/preview", shipment, { signal });
  } catch (cause) {
    const problem = toProblem(cause);
    if (problem.status !== 413) throw problem;
    return shipment.files.length > 1
      ? previewHalves(shipment, signal)
      : tooLarge(shipment.files, problem);
  }
}

async function previewHalves(shipment: Shipment, signal: AbortSignal): Promise<UploadPreview> {
  const middle = Math.ceil(shipment.files.length / 2);
  const halves = [shipment.files.slice(0, middle), shipment.files.slice(middle)] as const;
  const first = await previewUpload({ ...shipment, files: halves[0] }, signal);
  const second = await previewUpload({ ...shipment, files: halves[1] }, signal);
  const shifted = second.items.map((item) => ({ ...item, part: item.part + middle }));
  return {
    items: [...first.items, ...shifted],
    left_out: [...first.left_out, ...second.left_out],
    unchecked: first.unchecked ?? second.unchecked,
  };
}

function tooLarge([picked]: readonly Picked[], problem: ApiProblem): UploadPreview {
  const facts = { sha256: null, verdict: "refused" as const, syntax_error: null };
  const path = picked?.path ?? "";
  const size = picked?.file.size ?? null;
  const items = [{ part: 0, path, size, reason: problem.message, ...facts }];
  return { items, left_out: [], unchecked: null };
}

/** Stores all of these files, or none. `onProgress` hears how many bytes have left this computer. */
export function uploadFiles(
  shipment: Shipment,
  onProgress: (bytes: number) => void,
  signal: AbortSignal,
): Promise<Upload> {
  return send<Upload>("/api/v1/tests/uploads", shipment, { onProgress, signal });
}

type Sending = { onProgress?: (bytes: number) => void; signal: AbortSignal };

/** A form by XMLHttpRequest: `fetch` tells nobody how far it is. */
function send<T>(path: string, shipment: Shipment, { onProgress, signal }: Sending): Promise<T> {
  return new Promise((done, fail) => {
    const request = new XMLHttpRequest();
    request.open("POST", new URL(path, globalThis.location.origin).href);
    request.responseType = "json";
    request.upload.onprogress = ({ loaded }) => onProgress?.(loaded);
    request.onload = () => {
      if (request.status < 300) done(request.response as T);
      else fail(toProblem(request.response, request.status));
    };
    request.onerror = () => fail(toProblem(null));
    request.onabort = () => fail(new DOMException("given up", "AbortError"));
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(toForm(shipment));
  });
}

function toForm({ directory, files, onConflict }: Shipment): FormData {
  const form = new FormData();
  form.append("directory", directory);
  form.append("on_conflict", onConflict);
  const user = recallUser();
  if (user) form.append("uploaded_by", user);
  for (const { file, path } of files) form.append("files[]", file, path);
  return form;
}

/** Moves a file or directory; nothing is replaced. */
export function moveTests(path: string, to: string) {
  const requester = recallUser();
  const body = { path: to, ...(requester ? { requester } : {}) };
  return answer(client.PATCH("/api/v1/tests", { params: { query: { path } }, body }));
}

/** Deletes a file, or a directory with everything in it. Contents of files are kept for the runs that used them. */
export function deleteTests(path: string) {
  const requester = recallUser();
  const query = { path, recursive: true, ...(requester ? { requester } : {}) };
  return answer(client.DELETE("/api/v1/tests", { params: { query } }));
}
