import { HttpResponse, http } from "msw";
import type {
  Artifact,
  Comparison,
  History,
  HistoryItem,
  Leaderboards,
  RerunChain,
} from "~/api/types";

const API = "*/api/v1";

/** What the stand-in knows of results over many runs. */
export class Results {
  /** By nodeid, newest first; what else an answer says of a test is in `said`. */
  history = new Map<string, HistoryItem[]>();
  said: Partial<History> = {};
  /** What the comparison of any runs is. */
  comparison: Omit<Comparison, "runs"> = { items: [], configuration: [], sources: [] };
  /** The leaderboards of any span. */
  boards: Leaderboards = noBoards();
  /** The chain of every run. */
  chain: RerunChain = { runs: [], items: [] };
  /** What is in the files that runs left. */
  texts = new Map<string, string>();
  /** The queries that were asked, in order. */
  asked: string[] = [];

  reset(): void {
    this.history.clear();
    this.said = {};
    this.comparison = { items: [], configuration: [], sources: [] };
    this.boards = noBoards();
    this.chain = { runs: [], items: [] };
    this.texts.clear();
    this.asked = [];
  }

  handlers() {
    return [
      http.get(`${API}/history`, ({ request }) => {
        const { search, searchParams } = new URL(request.url);
        this.asked.push(search);
        return HttpResponse.json(this.#page(searchParams));
      }),
      http.get(`${API}/history/leaderboards`, ({ request }) => {
        this.asked.push(new URL(request.url).search);
        return HttpResponse.json(this.boards);
      }),
      http.get(`${API}/runs/:id/reruns`, () => HttpResponse.json(this.chain)),
      http.get(`${API}/compare`, ({ request }) => {
        const { search, searchParams } = new URL(request.url);
        this.asked.push(search);
        const runs = (searchParams.get("runs") ?? "").split(",").map(Number);
        return HttpResponse.json({ runs, ...this.comparison });
      }),
      http.get(`${API}/runs/:id/artifacts/*`, ({ request }) => {
        const name = new URL(request.url).pathname.split("/artifacts/")[1] ?? "";
        return HttpResponse.text(this.texts.get(decodeURIComponent(name)) ?? "");
      }),
    ];
  }

  #page(query: URLSearchParams): History {
    const nodeid = query.get("nodeid") ?? "";
    const environment = query.get("environment");
    const all = (this.history.get(nodeid) ?? []).filter(
      (item) => !environment || String(item.environment) === environment,
    );
    const from = Number(query.get("cursor") ?? 0);
    const end = from + 50;
    return {
      nodeid,
      items: all.slice(from, end),
      next_cursor: end < all.length ? String(end) : null,
      flake_rate: 0,
      label: all.length > 0 ? "passing" : null,
      why: all.length > 0 ? "the last result is good" : "it has no result yet",
      first_failing_run: null,
      duration_p50_ms: 300,
      duration_p95_ms: 400,
      ...this.said,
    };
  }
}

function noBoards(): Leaderboards {
  return { since: "2026-03-01T00:00:00.000Z", flakiest: [], slowest: [], failing: [] };
}

/** A result with some facts of its own. */
export function aResult(facts: Partial<HistoryItem> = {}): HistoryItem {
  return {
    run_id: 1,
    environment: 12,
    outcome: "passed",
    at: "2026-03-09T12:00:00.000Z",
    duration_ms: 310,
    sha256: "a".repeat(64),
    ...facts,
  };
}

/** A file that a test left. */
export function anArtifact(facts: Partial<Artifact> = {}): Artifact {
  return {
    name: "report.txt",
    size: 1200,
    media_type: "text/plain; charset=utf-8",
    modified_at: "2026-03-09T12:00:00.000Z",
    ...facts,
  };
}
