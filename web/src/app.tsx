import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { getNonce } from "get-nonce";
import { ApiProblem } from "./api/problem";
import { LiveFeed } from "./live/LiveFeed";
import type { makeRouter } from "./router";
import { schemeManager, theme } from "./theme/theme";

/** The cache: what the stream keeps fresh is not asked for again before it is looked at again. */
export function makeCache(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 1000,
        gcTime: 30 * 60_000,
        refetchOnWindowFocus: false,
        retry: (failures, error) =>
          failures < 2 &&
          !(error instanceof ApiProblem && error.status >= 400 && error.status < 500),
        networkMode: "always",
      },
      mutations: { networkMode: "always" },
    },
  });
}

type Props = { router: ReturnType<typeof makeRouter>; cache: QueryClient };

export function App({ router, cache }: Props) {
  return (
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      colorSchemeManager={schemeManager}
      getStyleNonce={() => getNonce() ?? ""}
    >
      <QueryClientProvider client={cache}>
        <LiveFeed />
        <Notifications position="bottom-right" limit={4} transitionDuration={0} />
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  );
}
