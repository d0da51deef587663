import { setTimeout as sleep } from "node:timers/promises";
import type { BaselineOptions } from "./types.ts";

/** A git process for each look would be as dear as the look: what is tracked is asked again after half a minute at the earliest. */
const trackedMs = 30_000;
/** Without a repository's answer in this part of a look's time, names alone decide until it is there. */
const trackedShare = 0.5;

/** Asks what is tracked, and waits for the first answer only: see Memory.refreshTracked. */
export function createTracking(
  tracked: BaselineOptions["tracked"],
  take: (paths: Iterable<string>) => void,
): (limitMs: number | null) => Promise<void> {
  let askedAt = Number.NEGATIVE_INFINITY;
  let first: Promise<void> | null = null;
  async function ask(): Promise<void> {
    take((await tracked().catch(() => null)) ?? []);
  }
  return async (limitMs) => {
    if (performance.now() - askedAt > trackedMs) {
      askedAt = performance.now();
      const asked = ask();
      first ??= asked;
    }
    await (limitMs === null
      ? first
      : Promise.race([first, sleep(limitMs * trackedShare, undefined, { ref: false })]));
  };
}
