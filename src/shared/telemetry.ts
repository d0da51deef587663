import { z } from "zod";

const time = z.iso.datetime();

/** What is told of a folder: a keyed hash, which says no more than that two requests were of the same one; its name; its whole path. */
const folderNamesSchema = z.enum(["hash", "name", "path"]);

/** What goes along with the figures. All of it off is the default: then nothing names a person, a machine or a project. */
export const tellingSchema = z.object({
  /** A label of the person's choice, such as a team; empty = none. */
  team: z.string().max(100),
  folders: folderNamesSchema,
  /** The name of this computer, and of the account on it. */
  host: z.boolean(),
  user: z.boolean(),
});
export type Telling = z.infer<typeof tellingSchema>;

/**
 * What came back. `accepted`: all of it was taken. `partial`: some points were rejected. `refused`: the header (401, 403). `not-otlp`:
 * something answers there that takes no metrics. `busy`: it asks to wait. `unreachable`: nothing answers, or it fails.
 */
export const exportOutcomeSchema = z.enum([
  "accepted",
  "partial",
  "refused",
  "not-otlp",
  "busy",
  "unreachable",
]);

/** How one export ended. `message` says what it means and what to do; nothing of a collector's answer is in it unclipped. */
export const exportResultSchema = z.object({
  outcome: exportOutcomeSchema,
  message: z.string(),
  rejected: z.int().nonnegative(),
});
export type ExportResult = z.infer<typeof exportResultSchema>;

export const telemetrySetUpSchema = z.object({
  /** Base URL; metrics go to `/v1/metrics` below it. */
  endpoint: z.string(),
  on: z.boolean(),
  telling: tellingSchema,
  header: z.object({
    /** null = none is sent. */
    name: z.string().nullable(),
    source: z.enum(["keychain", "memory", "none"]),
    /** Why the keychain could not be asked; null when it was. */
    reason: z.string().nullable(),
  }),
  /** Since when the figures count; null = not yet. */
  countingSince: time.nullable(),
  /** When all that the ledger had then was taken; null = never. */
  exportedAt: time.nullable(),
  /** How the newest try ended; null = there was none. */
  last: exportResultSchema.extend({ at: time }).nullable(),
});
export type TelemetrySetUp = z.infer<typeof telemetrySetUpSchema>;

export const telemetryStatusSchema = z.object({
  /** null = no collector is set up. */
  setUp: telemetrySetUpSchema.nullable(),
  /** What the environment of this run names by OpenTelemetry's variables. Offered only: never taken unasked, and no value of a header. */
  offered: z.object({ endpoint: z.string().nullable(), headerName: z.string().nullable() }),
});
export type TelemetryStatus = z.infer<typeof telemetryStatusSchema>;

/** `kept` is null where nothing was kept: the try failed. */
export const telemetryTrySchema = z.object({
  result: exportResultSchema,
  kept: z.enum(["keychain", "memory", "none"]).nullable(),
  keptReason: z.string().nullable(),
});
export type TelemetryTry = z.infer<typeof telemetryTrySchema>;

/** Where the header's value comes from: typed, from the environment that offers it, as it was kept before, or there is none. */
const headerInputSchema = z.discriminatedUnion("from", [
  z.object({ from: z.literal("none") }),
  z.object({ from: z.literal("typed"), name: z.string().max(64), value: z.string().max(4096) }),
  z.object({ from: z.literal("environment") }),
  z.object({ from: z.literal("kept") }),
]);

/** The part of the contract about exporting figures to a collector. Only the main window has any of it. */
export const telemetryOperations = {
  "telemetry.status": { input: z.object({}), output: telemetryStatusSchema },
  /** Tries the collector with a request without figures; keeps it and switches the export on when that is taken. */
  "telemetry.setUp": {
    input: z.object({
      endpoint: z.string().max(2048),
      header: headerInputSchema,
      persist: z.enum(["keychain", "memory"]),
    }),
    output: telemetryTrySchema,
  },
  /** Errors: not-found (nothing is set up), conflict (an export is under way elsewhere). */
  "telemetry.change": {
    input: tellingSchema.partial().extend({ on: z.boolean().optional() }),
    output: telemetryStatusSchema,
  },
  /** Exports now, whatever the wait was, and says what came back. */
  "telemetry.check": { input: z.object({}), output: telemetryStatusSchema },
  /** Forgets collector and header. Nothing is exported from then on. */
  "telemetry.remove": { input: z.object({}), output: telemetryStatusSchema },
} as const;
