import { KEYS, useRemembered } from "~/platform/remembered";

/** The person at this browser, by the name they gave; empty until they gave one. */
export function useUser(): [string, (name: string) => void] {
  return useRemembered(KEYS.user);
}
