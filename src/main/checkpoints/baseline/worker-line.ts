import type { AppError } from "../../../shared/errors.ts";

interface Pending {
  /** Sends the call, also a second time. */
  readonly send: (id: number) => void;
  resolve(value: unknown): void;
  reject(error: AppError): void;
}

/** Calls that wait for their answers, by number. */
export interface PendingCalls {
  /** Sends a call under a number and keeps it until it is answered; rejected at once when all has ended. */
  add(send: (id: number) => void): { readonly id: number; readonly answer: Promise<unknown> };
  resolve(id: number, value: unknown): void;
  reject(id: number, error: AppError): void;
  /** To a thread that was begun anew: what was not answered yet. */
  sendAgain(): void;
  /** Rejects what waits and what comes. */
  end(error: AppError): void;
  readonly isIdle: () => boolean;
  readonly isOver: () => boolean;
}

export function createPendingCalls(): PendingCalls {
  const pending = new Map<number, Pending>();
  let last = -1;
  let over: AppError | null = null;
  const take = (id: number): Pending | undefined => {
    const one = pending.get(id);
    pending.delete(id);
    return one;
  };
  return {
    isIdle: () => pending.size === 0,
    isOver: () => over !== null,
    add(send) {
      last += 1;
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      if (over === null) {
        pending.set(last, { send, resolve, reject });
        send(last);
      } else reject(over);
      return { id: last, answer: promise };
    },
    sendAgain() {
      for (const [id, one] of pending) one.send(id);
    },
    resolve: (id, value) => take(id)?.resolve(value),
    reject: (id, error) => take(id)?.reject(error),
    end(error) {
      over ??= error;
      for (const one of pending.values()) one.reject(over);
      pending.clear();
    },
  };
}
