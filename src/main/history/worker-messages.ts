import type { ErrorCode } from "../../shared/errors.ts";
import type { EventStore } from "./event-store.ts";
import type { HoursStore } from "./ledger-hours.ts";
import type { LedgerStore } from "./ledger-store.ts";
import type { TailStore } from "./ledger-tail-store.ts";
import type { PrefixSql } from "./prefix-store.ts";
import type { UsageStore } from "./usage-store.ts";

/** What the worker does on request, by name. The stores are the SQL; the rest is the file as a whole. */
export interface WorkerMethods
  extends EventStore, LedgerStore, UsageStore, HoursStore, TailStore, PrefixSql {
  check(): string | null;
  close(): void;
}

export type WorkerMethod = keyof WorkerMethods;

export interface WorkerRequest {
  readonly id: number;
  readonly method: WorkerMethod;
  readonly values: readonly unknown[];
}

export interface WorkerFailure {
  readonly code: ErrorCode;
  readonly message: string;
}

/** The first message, with id 0, says how opening went. */
export type WorkerReply =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly error: WorkerFailure };
