import type { ErrorCode } from "../../../shared/errors.ts";
import type { Baseline, BaselineOptions, Coverage } from "./types.ts";

/** What the worker is started with; what is tracked it asks for by message. */
export type WorkerPlace = Omit<BaselineOptions, "tracked">;

/** Everything of the port that the worker answers by one message. */
export type WorkerMethod = "look" | "confirm" | "object" | "size" | "settle" | "close";

export type WorkerRequest =
  | {
      readonly kind: "call";
      readonly id: number;
      readonly method: WorkerMethod;
      readonly values: readonly unknown[];
    }
  | { readonly kind: "start" }
  | { readonly kind: "abort"; readonly id: number }
  | { readonly kind: "tracked"; readonly paths: readonly string[] | null };

export type WorkerReply =
  | { readonly kind: "opened" }
  | { readonly kind: "coverage"; readonly coverage: Coverage }
  | { readonly kind: "ask-tracked" }
  | { readonly kind: "value"; readonly id: number; readonly value: unknown }
  | {
      readonly kind: "error";
      /** -1: the baseline could not be opened. */
      readonly id: number;
      readonly code: ErrorCode;
      readonly message: string;
    };

/** The answers by method, as the port has them. */
export type WorkerAnswers = { readonly [K in WorkerMethod]: Awaited<ReturnType<Baseline[K]>> };
