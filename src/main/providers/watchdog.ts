import { AppError } from "../../shared/errors.ts";

/** A signal that ends a request which has gone silent, takes too long or was slept over, or whose caller stops it. */
export interface Watchdog extends Disposable {
  readonly signal: AbortSignal;
  /** Something arrived. */
  alive(): void;
}

export interface WatchdogOptions {
  readonly caller: AbortSignal;
  readonly host: string;
  /** Longest silence, before the first byte too. */
  readonly idleTimeoutMs: number;
  readonly totalTimeoutMs: number | null;
}

const tickMs = 2000;

/** A connection that lives on after sleep says so soon; one that died never tells. */
const wakeMs = 10_000;

export function createWatchdog(options: WatchdogOptions): Watchdog {
  const { caller, host, idleTimeoutMs, totalTimeoutMs } = options;
  const controller = new AbortController();
  const end = (message: string): void => controller.abort(new AppError("unavailable", message));
  const silent = (): void =>
    end(`${host} has sent nothing for ${seconds(idleTimeoutMs)}. Retry, or choose another model.`);
  const idle = setTimeout(silent, idleTimeoutMs);
  let woken: ReturnType<typeof setTimeout> | undefined;
  const ticker = watchForSleep(() => {
    woken ??= setTimeout(
      () => end(`The computer slept, and the connection to ${host} did not come back. Continue.`),
      wakeMs,
    );
  });
  const total =
    totalTimeoutMs === null
      ? undefined
      : setTimeout(
          () =>
            end(
              `${host} did not finish within ${seconds(totalTimeoutMs)}. Retry, or ask for less.`,
            ),
          totalTimeoutMs,
        );
  return {
    signal: AbortSignal.any([caller, controller.signal]),
    alive() {
      idle.refresh();
      clearTimeout(woken);
      woken = undefined;
    },
    [Symbol.dispose]() {
      clearInterval(ticker);
      clearTimeout(woken);
      clearTimeout(idle);
      clearTimeout(total);
    },
  };
}

/** Timers stand still while a machine sleeps, the date does not. */
function watchForSleep(onWake: () => void): ReturnType<typeof setInterval> {
  let last = Date.now();
  const ticker = setInterval(() => {
    const now = Date.now();
    if (now - last > tickMs + wakeMs) onWake();
    last = now;
  }, tickMs);
  return ticker.unref();
}

const seconds = (milliseconds: number): string => `${Math.round(milliseconds / 100) / 10} s`;
