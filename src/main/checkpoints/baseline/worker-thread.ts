import { Worker } from "node:worker_threads";
import type { WorkerPlace, WorkerReply, WorkerRequest } from "./worker-messages.ts";

/** What happens in the thread. */
export interface ThreadEvents {
  reply(reply: WorkerReply): void;
  /** It ran out of its memory and was begun anew with more: it knows nothing of what it was asked. */
  anew(): void;
  failed(error: Error): void;
  ended(): void;
}

/** The thread that looks at the files. */
export interface BaselineThread {
  post(request: WorkerRequest): void;
  /** Whether the process must not end before the thread. */
  hold(isHeld: boolean): void;
  readonly exited: Promise<void>;
}

/**
 * In megabytes. A look makes many short-lived objects: a small space for them keeps the thread small. V8 collects late unless it is
 * told to; this is enough for a look at 200,000 files.
 */
const youngMb = 4;
const usualOldMb = 40;

/** The worker's file is the source under plain Node, and beside the bundle's chunk when built. */
function workerUrl(): URL {
  const name = import.meta.url.endsWith(".ts") ? "./baseline-worker.ts" : "./baseline-worker.js";
  return new URL(name, import.meta.url);
}

const isOutOfMemory = (error: Error): boolean =>
  "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";

/**
 * Starts the thread within `heapMb` megabytes. A folder that needs more ends it; what it does lies in transactions, so it is begun
 * anew then, without that limit. Running out a second time is a failure.
 */
export function startThread(
  place: WorkerPlace,
  events: ThreadEvents,
  heapMb = usualOldMb,
): BaselineThread {
  const exited = Promise.withResolvers<void>();
  let isHeld = true;
  let worker = begin({ maxOldGenerationSizeMb: heapMb });

  function begin(limit: { readonly maxOldGenerationSizeMb?: number }): Worker {
    const isLimited = limit.maxOldGenerationSizeMb !== undefined;
    const resourceLimits = { maxYoungGenerationSizeMb: youngMb, ...limit };
    const begun = new Worker(workerUrl(), { workerData: place, execArgv: [], resourceLimits });
    let isReplaced = false;
    begun.on("message", (reply: WorkerReply) => events.reply(reply));
    begun.on("error", (error: Error) => {
      isReplaced = isLimited && isOutOfMemory(error);
      if (!isReplaced) return events.failed(error);
      worker = begin({});
      if (!isHeld) worker.unref();
      events.anew();
    });
    begun.on("exit", () => {
      if (isReplaced) return;
      events.ended();
      exited.resolve();
    });
    return begun;
  }
  return {
    post: (request) => worker.postMessage(request),
    hold(held) {
      isHeld = held;
      if (held) worker.ref();
      else worker.unref();
    },
    exited: exited.promise,
  };
}
