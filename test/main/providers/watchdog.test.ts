import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createWatchdog, type Watchdog } from "../../../src/main/providers/watchdog.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const watch = (): Watchdog =>
  createWatchdog({
    caller: new AbortController().signal,
    host: "host",
    idleTimeoutMs: 180_000,
    totalTimeoutMs: null,
  });

/** The date goes on while timers stand still. */
const sleepFor = (milliseconds: number): void => {
  vi.setSystemTime(Date.now() + milliseconds);
};

test("a request that was slept over ends soon after waking", () => {
  using watchdog = watch();
  vi.advanceTimersByTime(30_000);
  sleepFor(3_600_000);
  vi.advanceTimersByTime(12_100);
  expect(watchdog.signal.reason).toMatchObject({ code: "unavailable" });
  expect(String(watchdog.signal.reason)).toMatch(/slept.*Continue/);
});

test("one that goes on after waking lives", () => {
  using watchdog = watch();
  sleepFor(3_600_000);
  vi.advanceTimersByTime(5000);
  watchdog.alive();
  vi.advanceTimersByTime(170_000);
  expect(watchdog.signal.aborted).toBe(false);
});

test("without sleep only silence ends it", () => {
  using watchdog = watch();
  vi.advanceTimersByTime(179_000);
  expect(watchdog.signal.aborted).toBe(false);
  vi.advanceTimersByTime(2000);
  expect(String(watchdog.signal.reason)).toMatch(/sent nothing for 180 s/);
});
