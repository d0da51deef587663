import type { Announcement, Bridge, Input, Operation, Output } from "../../src/shared/contract.ts";
import { isOperation } from "../../src/shared/contract.ts";
import { AppError } from "../../src/shared/errors.ts";

/** What the main process of a test answers; an operation left out fails as "internal". */
export type FakeHandlers = {
  readonly [K in Operation]?: (input: Input<K>) => Output<K> | Promise<Output<K>>;
};

export interface FakeBridge extends Bridge {
  /** Operations called so far, in order, with their input. */
  readonly calls: readonly { readonly operation: string; readonly input: unknown }[];
  readonly announce: (announcement: Announcement) => void;
}

/** A bridge without a process behind it. Every message is cloned as Electron's pipe does, so that what cannot cross fails here too. */
export function createFakeBridge(handlers: FakeHandlers): FakeBridge {
  const calls: { operation: string; input: unknown }[] = [];
  const listeners = new Set<(announcement: unknown) => void>();
  return {
    calls,
    call: async (operation, input) => {
      const received: unknown = structuredClone(input);
      calls.push({ operation, input: received });
      try {
        return { ok: true, value: structuredClone(await answer(handlers, operation, received)) };
      } catch (error) {
        if (error instanceof AppError)
          return { ok: false, error: { code: error.code, message: error.message } };
        throw error;
      }
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    // What a test drops is named after where it lies.
    pathOf: (file) => (file instanceof File ? file.name : ""),
    announce: (announcement) => {
      for (const listener of listeners) listener(structuredClone(announcement));
    },
  };
}

async function answer(handlers: FakeHandlers, operation: string, input: unknown): Promise<unknown> {
  const handler: unknown = isOperation(operation) ? handlers[operation] : undefined;
  if (typeof handler !== "function")
    throw new AppError("internal", `The test answers nothing to ${operation}`);
  return await handler(input);
}
