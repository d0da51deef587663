import type { AppError } from "../../../shared/errors.ts";

interface Pending {
  resolve(value: unknown): void;
  reject(error: AppError): void;
}

/** Calls that wait for their answers, by number. */
export interface PendingCalls {
  /** A number for a call and its answer; rejected at once when all has ended. */
  add(): { readonly id: number; readonly answer: Promise<unknown> };
  resolve(id: number, value: unknown): void;
  reject(id: number, error: AppError): void;
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
    add() {
      last += 1;
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      if (over === null) pending.set(last, { resolve, reject });
      else reject(over);
      return { id: last, answer: promise };
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
