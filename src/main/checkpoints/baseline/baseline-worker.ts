import { parentPort, workerData, type MessagePort } from "node:worker_threads";
import { createBaselineEngine, type BaselineEngine } from "./engine.ts";
import { explainBaseline } from "./explain-baseline.ts";
import type { WorkerPlace, WorkerReply, WorkerRequest } from "./worker-messages.ts";

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- given by openBaseline
const place = workerData as WorkerPlace;

function start(port: MessagePort): void {
  const reply = (message: WorkerReply): void => port.postMessage(message);
  const fail = (id: number, error: unknown): void => {
    const { code, message } = explainBaseline(error, place.storeFolder);
    reply({ kind: "error", id, code, message });
  };
  const aborts = new Map<number, AbortController>();
  let asked: ((paths: ReadonlySet<string> | null) => void)[] = [];
  const tracked = (): Promise<ReadonlySet<string> | null> => {
    const { promise, resolve } = Promise.withResolvers<ReadonlySet<string> | null>();
    asked.push(resolve);
    reply({ kind: "ask-tracked" });
    return promise;
  };

  let engine: BaselineEngine;
  try {
    engine = createBaselineEngine({ ...place, tracked });
  } catch (error) {
    fail(-1, error);
    return;
  }
  engine.onCoverage((coverage) => reply({ kind: "coverage", coverage }));

  async function answer(request: Extract<WorkerRequest, { kind: "call" }>): Promise<void> {
    const { id, method, values } = request;
    try {
      if (method === "settle") {
        const abort = new AbortController();
        aborts.set(id, abort);
        const value = await engine.settle(Number(values[0]), abort.signal);
        return reply({ kind: "value", id, value });
      }
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- call() in open-baseline.ts ties the values to the method
      const act = engine[method] as (...given: readonly unknown[]) => Promise<unknown>;
      reply({ kind: "value", id, value: await act(...values) });
      if (method === "close") port.close();
    } catch (error) {
      fail(id, error);
    } finally {
      aborts.delete(id);
    }
  }

  port.on("message", (request: WorkerRequest) => {
    switch (request.kind) {
      case "start":
        engine.start();
        break;
      case "abort":
        aborts.get(request.id)?.abort();
        break;
      case "tracked":
        for (const resolve of asked)
          resolve(request.paths === null ? null : new Set(request.paths));
        asked = [];
        break;
      case "call":
        void answer(request);
        break;
    }
  });
  reply({ kind: "opened" });
}

if (parentPort === null) throw new Error("baseline-worker.ts runs as a worker thread only");
start(parentPort);
