import { AppError, messageOf } from "../../../shared/errors.ts";
import { noCoverage } from "./coverage.ts";
import type { Baseline, BaselineOptions, Coverage } from "./types.ts";
import { createPendingCalls, type PendingCalls } from "./worker-line.ts";
import { startThread, type BaselineThread, type ThreadEvents } from "./worker-thread.ts";
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

const failedText = "The baseline's worker failed:";

async function askTracked(tracked: BaselineOptions["tracked"]): Promise<WorkerRequest> {
  // Not to know is to take the names alone.
  const paths = await tracked().catch(() => null);
  return { kind: "tracked", paths: paths === null ? null : [...paths] };
}

function startWorker({ tracked, heapMb, ...place }: BaselineOptions): WorkerLine {
  const opened = Promise.withResolvers<void>();
  const calls = createPendingCalls();
  const listeners = new Set<(coverage: Coverage) => void>();
  let coverage = noCoverage;
  let isStarted = false;
  let isExiting = false;

  const send = (message: WorkerRequest): void => {
    if (message.kind === "start") isStarted = true;
    if (!calls.isOver()) thread.post(message);
  };
  function tell(news: Coverage): void {
    coverage = news;
    for (const listener of listeners) listener(coverage);
  }
  function end(error: AppError): void {
    calls.end(error);
    opened.reject(error);
  }
  function take(reply: WorkerReply): void {
    if (reply.kind === "opened") opened.resolve();
    if (reply.kind === "ask-tracked") void askTracked(tracked).then(send);
    if (reply.kind === "value") calls.resolve(reply.id, reply.value);
    if (reply.kind === "error") {
      const error = new AppError(reply.code, reply.message);
      if (reply.id === -1) end(error);
      else calls.reject(reply.id, error);
    }
    if (reply.kind === "coverage") tell(reply.coverage);
    // The thread keeps the process alive only while somebody waits for it.
    if (calls.isIdle() && !isExiting) thread.hold(false);
  }
  const events: ThreadEvents = {
    reply: take,
    anew() {
      // A call that had its effect and lost its answer is as one before a crash: the next look tells all that was not confirmed.
      tell(noCoverage);
      if (isStarted) thread.post({ kind: "start" });
      calls.sendAgain();
    },
    failed: (error) =>
      end(new AppError("internal", `${failedText} ${messageOf(error)}. Restart Belay.`)),
    ended: () => end(new AppError("unavailable", "The baseline is closed.")),
  };
  const thread = startThread(place, events, heapMb);
  return {
    opened: opened.promise,
    exited: thread.exited,
    listeners,
    coverage: () => coverage,
    send,
    isOver: calls.isOver,
    awaitExit() {
      isExiting = true;
      thread.hold(true);
    },
    ...createCalls(thread, calls, send),
  };
}

function createCalls(
  thread: BaselineThread,
  calls: PendingCalls,
  send: (request: WorkerRequest) => void,
): Pick<WorkerLine, "call" | "settle"> {
  return {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the worker answers by the method's own type
    call: ((method: WorkerMethod, ...values: unknown[]) => {
      const { answer } = calls.add((id) => send({ kind: "call", id, method, values }));
      thread.hold(true);
      return answer;
    }) as Call,
    async settle(limitMs, signal) {
      const { id, answer } = calls.add((call) => {
        send({ kind: "call", id: call, method: "settle", values: [limitMs] });
        if (signal?.aborted === true) send({ kind: "abort", id: call });
      });
      thread.hold(true);
      const abort = (): void => send({ kind: "abort", id });
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
