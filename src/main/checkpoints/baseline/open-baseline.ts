import { Worker } from "node:worker_threads";
import { AppError, messageOf } from "../../../shared/errors.ts";
import { noCoverage } from "./coverage.ts";
import type { Baseline, BaselineOptions, Coverage } from "./types.ts";
import { createPendingCalls, type PendingCalls } from "./worker-line.ts";
import type { WorkerAnswers, WorkerMethod, WorkerReply, WorkerRequest } from "./worker-messages.ts";

type Call = <K extends WorkerMethod>(
  method: K,
  ...values: Parameters<Baseline[K]>
) => Promise<WorkerAnswers[K]>;

/** Opens the baseline in a worker thread of its own. Throws AppError("unavailable") when its file cannot be opened. */
export async function openBaseline(options: BaselineOptions): Promise<Baseline> {
  const line = startWorker(options);
  await line.opened;
  const { call, send, isOver } = line;
  let closing: Promise<void> | null = null;
  return {
    start: () => send({ kind: "start" }),
    coverage: () => line.coverage(),
    onCoverage(listener) {
      line.listeners.add(listener);
      return () => void line.listeners.delete(listener);
    },
    settle: (limitMs, signal) => line.settle(limitMs, signal),
    look: (look) => call("look", look),
    confirm: () => call("confirm"),
    // A buffer arrives as the plain array that it is made of.
    object: async (blob) => {
      const { buffer, byteOffset, byteLength } = await call("object", blob);
      return Buffer.from(buffer, byteOffset, byteLength);
    },
    size: () => call("size"),
    close: () => {
      if (closing !== null) return closing;
      line.awaitExit();
      closing = isOver() ? line.exited : call("close").then(() => line.exited);
      return closing;
    },
  };
}

interface WorkerLine {
  readonly opened: Promise<void>;
  readonly exited: Promise<void>;
  readonly listeners: Set<(coverage: Coverage) => void>;
  readonly call: Call;
  readonly send: (request: WorkerRequest) => void;
  readonly isOver: () => boolean;
  /** The process must not end before the thread, whose last transaction may be under way. */
  awaitExit(): void;
  settle(limitMs: number, signal: AbortSignal | undefined): Promise<Coverage>;
  coverage(): Coverage;
}

/** The worker's file is the source under plain Node, and beside the bundle's chunk when built. */
function workerUrl(): URL {
  const name = import.meta.url.endsWith(".ts") ? "./baseline-worker.ts" : "./baseline-worker.js";
  return new URL(name, import.meta.url);
}

/** A look makes many short-lived objects: a small space for them keeps the thread small. In megabytes. */
const resourceLimits = { maxYoungGenerationSizeMb: 4 };

function startWorker({ tracked, ...place }: BaselineOptions): WorkerLine {
  const worker = new Worker(workerUrl(), { workerData: place, execArgv: [], resourceLimits });
  const opened = Promise.withResolvers<void>();
  const calls = createPendingCalls();
  const listeners = new Set<(coverage: Coverage) => void>();
  let coverage = noCoverage;
  let isExiting = false;

  const send = (message: WorkerRequest): void => {
    if (!calls.isOver()) worker.postMessage(message);
  };
  function end(error: AppError): void {
    calls.end(error);
    opened.reject(error);
  }
  async function sendTracked(): Promise<void> {
    // Not to know is to take the names alone.
    const paths = await tracked().catch(() => null);
    send({ kind: "tracked", paths: paths === null ? null : [...paths] });
  }
  worker.on("message", (reply: WorkerReply) => {
    if (reply.kind === "opened") opened.resolve();
    if (reply.kind === "ask-tracked") void sendTracked();
    if (reply.kind === "value") calls.resolve(reply.id, reply.value);
    if (reply.kind === "error") {
      const error = new AppError(reply.code, reply.message);
      if (reply.id === -1) end(error);
      else calls.reject(reply.id, error);
    }
    if (reply.kind === "coverage") {
      coverage = reply.coverage;
      for (const listener of listeners) listener(coverage);
    }
    // The thread keeps the process alive only while somebody waits for it.
    if (calls.isIdle() && !isExiting) worker.unref();
  });
  worker.on("error", (error) =>
    end(
      new AppError("internal", `The baseline's worker failed: ${messageOf(error)}. Restart Belay.`),
    ),
  );
  worker.on("exit", () => end(new AppError("unavailable", "The baseline is closed.")));
  const exited = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
  return {
    opened: opened.promise,
    exited,
    listeners,
    coverage: () => coverage,
    send,
    isOver: calls.isOver,
    awaitExit() {
      isExiting = true;
      worker.ref();
    },
    ...createCalls(worker, calls, send),
  };
}

function createCalls(
  worker: Worker,
  calls: PendingCalls,
  send: (request: WorkerRequest) => void,
): Pick<WorkerLine, "call" | "settle"> {
  function ask(method: WorkerMethod, values: readonly unknown[]): ReturnType<PendingCalls["add"]> {
    const call = calls.add();
    worker.ref();
    send({ kind: "call", id: call.id, method, values });
    return call;
  }
  return {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the worker answers by the method's own type
    call: ((method: WorkerMethod, ...values: unknown[]) => ask(method, values).answer) as Call,
    async settle(limitMs, signal) {
      const { id, answer } = ask("settle", [limitMs]);
      const abort = (): void => send({ kind: "abort", id });
      if (signal?.aborted === true) abort();
      signal?.addEventListener("abort", abort, { once: true });
      try {
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the worker answers by the method's own type
        return (await answer) as Coverage;
      } finally {
        signal?.removeEventListener("abort", abort);
      }
    },
  };
}
