import { createHash } from "node:crypto";
import { z } from "zod";
import { exportResultSchema, tellingSchema, type Telling } from "../../shared/telemetry.ts";
import { readJson, removeFolder, writeAtomically } from "../json-file.ts";
import type { Attributes } from "./metrics.ts";
import { savedTotalsSchema } from "./totals.ts";

const ms = z.int().nonnegative();
const markSchema = z.object({ id: z.int(), requestId: z.string() });

/** Switched on once: what the ledger had before is never exported. */
const sinceSchema = z.object({
  /** New each time it is switched on. */
  id: z.string(),
  at: ms,
  /** The newest row then; null = the ledger was empty. */
  mark: markSchema.nullable(),
});

const settingsSchema = z.object({
  endpoint: z.string(),
  /** Whether a header goes along: without it in the keychain nothing is sent. */
  hasHeader: z.boolean(),
  /** Of this installation, at random: tells its figures from another's, and nothing else. */
  instanceId: z.string(),
  /** For hashes of folders, base64. */
  folderKey: z.string(),
  telling: tellingSchema,
  /** null = switched off. */
  since: sinceSchema.nullable(),
});
export type TelemetrySettings = z.infer<typeof settingsSchema>;

const stateSchema = z.object({
  /** Which switching-on it belongs to, and what its figures are called: other names are other series, which begin anew. */
  sinceId: z.string(),
  identity: z.string(),
  /** Since when these series count, and after which row; null = from the first on. */
  startAt: ms,
  startMark: markSchema.nullable(),
  /** The newest row in the totals; null = there was none before the first. */
  mark: markSchema.nullable(),
  /** When the newest request of those rows was sent. */
  newestAt: ms,
  totals: savedTotalsSchema,
  /** The newest row that a collector has taken, and when. */
  exported: z.object({ mark: markSchema.nullable(), at: ms }).nullable(),
  /** The time that stands in the newest request: the next one is later, whatever the clock does. */
  pointAt: ms,
  last: exportResultSchema.extend({ at: ms }).nullable(),
  failures: ms,
  /** Nobody sends before, unless a person asks for it. */
  notBefore: ms,
});
export type TelemetryState = z.infer<typeof stateSchema>;

/** What the names of all series hang on: where they go, and what stands with them. Another version of Belay is another name. */
export const identityOf = (
  { endpoint, telling }: Pick<TelemetrySettings, "endpoint" | "telling">,
  resource: Attributes,
): string =>
  createHash("sha256")
    .update(JSON.stringify([endpoint, telling.folders, resource]))
    .digest("hex");

export const tellNothing: Telling = { team: "", folders: "hash", host: false, user: false };

/** A file of the app's folder. Each read is anew: another process may have written meanwhile. */
export interface SavedFile<T> {
  read(): T | null;
  /** Throws AppError("unavailable") when it cannot be kept. */
  write(value: T): void;
  clear(): void;
}

/** Which collector is set up and what it is told. No secret is in it but the key of the folders' hashes. */
export const createSettingsFile = (file: string): SavedFile<TelemetrySettings> =>
  savedFile(file, settingsSchema);

/** The totals so far. Without it they are counted again from the ledger. */
export const createStateFile = (file: string): SavedFile<TelemetryState> =>
  savedFile(file, stateSchema);

function savedFile<T>(file: string, schema: z.ZodType<T>): SavedFile<T> {
  return {
    read: () => readJson<T | null>(file, schema.nullable(), () => null).value,
    write: (value) => writeAtomically(file, `${JSON.stringify(value)}\n`),
    clear: () => removeFolder(file),
  };
}
