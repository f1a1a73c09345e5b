import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { applyEvents } from "./apply";
import { currentFreshness, listen, notePoll, onFreshness } from "./live";

const POLL_MS = 15_000;

/** Keeps the cache fresh: from the stream while it is open, by asking every 15 s while it is not. */
export function LiveFeed() {
  const cache = useQueryClient();
  useEffect(() => listen((events) => applyEvents(cache, events)), [cache]);
  useEffect(() => {
    let timer: ReturnType<typeof setInterval> | undefined;
    const poll = async () => {
      const started = Date.now();
      await cache.invalidateQueries();
      const fetched = cache.getQueryCache().getAll();
      notePoll(fetched.some((query) => query.state.dataUpdatedAt >= started));
    };
    const follow = () => {
      const { mode } = currentFreshness();
      const down = mode === "reconnecting" || mode === "polling";
      if (down && !timer) timer = setInterval(() => void poll(), POLL_MS);
      if (!down) {
        clearInterval(timer);
        timer = undefined;
      }
    };
    follow();
    const stop = onFreshness(follow);
    return () => {
      stop();
      clearInterval(timer);
    };
  }, [cache]);
  return null;
}
