import { createMemoryHistory } from "@tanstack/react-router";
import { render } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { App, makeCache } from "~/app";
import { makeRouter } from "~/router";

/** Draws the whole page at an address, as a browser does. */
export function open(address: string) {
  const history = createMemoryHistory({ initialEntries: [address] });
  const router = makeRouter(history);
  const cache = makeCache();
  cache.setDefaultOptions({ queries: { ...cache.getDefaultOptions().queries, retry: false } });
  render(<App router={router} cache={cache} />);
  return { user: userEvent.setup(), router, address: () => router.state.location.href };
}
