import { AppError } from "../../shared/errors.ts";

/** A signal that ends a request which has gone silent or takes too long, or whose caller stops it. */
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

export function createWatchdog(options: WatchdogOptions): Watchdog {
  const { caller, host, idleTimeoutMs, totalTimeoutMs } = options;
  const controller = new AbortController();
  const end = (message: string): void => controller.abort(new AppError("unavailable", message));
  const silent = (): void =>
    end(`${host} has sent nothing for ${seconds(idleTimeoutMs)}. Retry, or choose another model.`);
  const idle = setTimeout(silent, idleTimeoutMs);
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
    alive: () => void idle.refresh(),
    [Symbol.dispose]() {
      clearTimeout(idle);
      clearTimeout(total);
    },
  };
}

const seconds = (milliseconds: number): string => `${Math.round(milliseconds / 100) / 10} s`;
