import { dirname, join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import type Database from "better-sqlite3";
import { createEventStore } from "./event-store.ts";
import { createHoursStore } from "./ledger-hours.ts";
import { createLedgerStore } from "./ledger-store.ts";
import { createTailStore } from "./ledger-tail-store.ts";
import { openDatabase, type DatabasePlace } from "./open-database.ts";
import { createPrefixStore } from "./prefix-store.ts";
import { createUsageStore } from "./usage-store.ts";
import { createProcessOwner } from "./process-owner.ts";
import { toAppError } from "./sqlite-errors.ts";
import type {
  WorkerFailure,
  WorkerMethods,
  WorkerReply,
  WorkerRequest,
} from "./worker-messages.ts";

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- given by openHistory
const place = workerData as DatabasePlace;
const port = parentPort;

function failure(error: unknown): WorkerFailure {
  const { code, message } = toAppError(error, place.file);
  return { code, message };
}

function createMethods(database: Database.Database): WorkerMethods {
  const owner = createProcessOwner(join(dirname(place.file), "processes"));
  const ledger = createLedgerStore(database, owner);
  const settleLost = (): void => {
    ledger.settleLost();
  };
  return {
    ...createEventStore(database, owner),
    ...ledger,
    ...createUsageStore(database, settleLost),
    ...createHoursStore(database, settleLost),
    ...createTailStore(database, settleLost),
    ...createPrefixStore(database),
    check: () => {
      const found = String(database.pragma("quick_check(1)", { simple: true }));
      return found === "ok" ? null : found;
    },
    close: () => {
      database.close();
      owner.close();
    },
  };
}

function answer(methods: WorkerMethods, request: WorkerRequest): WorkerReply {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- TypeScript cannot tie the values to the name; call() in open-history.ts does
    const method = methods[request.method] as (...values: readonly unknown[]) => unknown;
    return { id: request.id, ok: true, value: method(...request.values) };
  } catch (error) {
    return { id: request.id, ok: false, error: failure(error) };
  }
}

function start(): void {
  if (port === null) throw new Error("history-worker.ts runs as a worker thread only");
  const reply = (message: WorkerReply): void => port.postMessage(message);
  try {
    const { database, warnings } = openDatabase(place);
    const methods = createMethods(database);
    port.on("message", (request: WorkerRequest) => {
      reply(answer(methods, request));
      if (request.method === "close") port.close();
    });
    reply({ id: 0, ok: true, value: warnings });
  } catch (error) {
    reply({ id: 0, ok: false, error: failure(error) });
  }
}

start();
