import { setTimeout as sleep } from "node:timers/promises";

/** How often and how long. `attempts` counts the first one. */
export interface BackOff {
  readonly attempts: number;
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
}

/** Limits recover within a minute there; five waits of 1.5, 3, 6, 12 and 24 s reach over it [Model Studio, rate limits]. */
export const defaultBackOff: BackOff = { attempts: 6, firstWaitMs: 1500, longestWaitMs: 30_000 };

/** A Retry-After above this is not waited for: the failure is told instead. */
const longestAsked = 120_000;

/** The wait after a failed attempt (from 1), with jitter from half to whole; "slower" waits twice as long; null = give up. */
export function waitAfter(
  backOff: BackOff,
  failed: { readonly attempt: number; readonly askedMs: number | null; readonly isSlower: boolean },
  random: () => number = Math.random,
): number | null {
  if (failed.attempt >= backOff.attempts) return null;
  if (failed.askedMs !== null && failed.askedMs > longestAsked) return null;
  const doublings = failed.attempt - (failed.isSlower ? 0 : 1);
  const whole = Math.min(backOff.longestWaitMs, backOff.firstWaitMs * 2 ** doublings);
  return Math.max(failed.askedMs ?? 0, Math.round(whole * (0.5 + random() / 2)));
}

/** Rejects with the signal's reason when it is stopped. */
export async function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal });
}

/** Milliseconds that a Retry-After asks for: seconds or a date; null when it is absent or neither. */
export function retryAfter(value: string | null, now: number = Date.now()): number | null {
  if (value === null) return null;
  if (/^\d+(?:\.\d+)?$/.test(value)) return Math.round(Number(value) * 1000);
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}
