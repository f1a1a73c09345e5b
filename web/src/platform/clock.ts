import { useSyncExternalStore } from "react";

/** Skew below this is noise: the Date header has a resolution of a second. */
const NOTICEABLE_SKEW_MS = 2500;

let skew = 0;

/** Learns from an answer's Date header how far this computer's clock is from the server's. */
export function noteServerDate(header: string | null, sentAt: number, receivedAt: number): void {
  if (!header) return;
  const server = Date.parse(header);
  if (Number.isNaN(server) || receivedAt - sentAt > 1500) return;
  const difference = server + 500 - (sentAt + receivedAt) / 2;
  skew = Math.abs(difference) > NOTICEABLE_SKEW_MS ? difference : 0;
}

/** The server's time, as well as this computer can know it, in milliseconds. */
export function serverNow(): number {
  return Date.now() + skew;
}

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let tick = serverNow();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (!timer) {
    tick = serverNow();
    timer = setInterval(() => {
      tick = serverNow();
      for (const each of listeners) each();
    }, 1000);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** The server's time, drawn again every second by one timer for the whole page. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => tick);
}
