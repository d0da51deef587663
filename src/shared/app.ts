import { z } from "zod";
import { modelSamplingSchema } from "./settings.ts";
import { protocolSchema, thinkingLevelSchema } from "./events.ts";
import { currencySchema } from "./money.ts";

export const appInfoSchema = z.object({
  version: z.string(),
  platform: z.enum(["darwin", "linux", "win32"]),
  electron: z.string(),
  /** True when the pinned third-party repack from the registry runs the app: a permanent mark in the title bar. */
  registryElectron: z.boolean(),
  /** A folder named on the command line, to open first. */
  startFolder: z.string().nullable(),
  /** What went wrong while Belay was starting, and what was done about it: sentences for the person. */
  warnings: z.array(z.string()),
});
export type AppInfo = z.infer<typeof appInfoSchema>;

export const doctorItemSchema = z.object({
  name: z.string(),
  ok: z.boolean(),
  detail: z.string(),
  /** What to do about it; null when nothing is wrong. */
  remedy: z.string().nullable(),
});
export type DoctorItem = z.infer<typeof doctorItemSchema>;
export const doctorReportSchema = z.object({ items: z.array(doctorItemSchema) });
export type DoctorReport = z.infer<typeof doctorReportSchema>;

/** A region to choose. Its name is in the message catalogue; `label` is the documentation's, for one that has none there. */
export const regionOptionSchema = z.object({
  id: z.string(),
  label: z.string(),
  kind: z.enum(["general", "plan", "local"]),
  /** Null where every workspace has a domain of its own. */
  host: z.string().nullable(),
  takesWorkspace: z.boolean(),
  /** Whether the native protocol is served there too. */
  native: z.boolean(),
  /** Known from third parties only. */
  reported: z.boolean(),
  /** In which its models are paid; null = no price is known there, as for a plan. */
  currency: currencySchema.nullable(),
});
export type RegionOption = z.infer<typeof regionOptionSchema>;

export const keyStatusSchema = z.object({
  /** Also where none is needed: a server on this machine, with source "none". */
  present: z.boolean(),
  source: z.enum(["keychain", "memory", "environment", "none"]),
  /** The last four characters, for recognising it; never more. */
  last4: z.string().max(4).nullable(),
  region: z.string().nullable(),
  keychain: z.object({ available: z.boolean(), reason: z.string().nullable() }),
  /** A key is in the environment and not taken: offered, never used unasked. */
  environmentOffered: z.boolean(),
});
export type KeyStatus = z.infer<typeof keyStatusSchema>;

export const keyHostResultSchema = z.object({
  region: z.string(),
  host: z.string(),
  status: z.enum(["accepted", "rejected", "unreachable"]),
  models: z.int().nullable(),
  message: z.string().nullable(),
});
/** What a check found, host by host. `region`, `model` and `protocol` are null when every host rejected the key. */
export const keyCheckSchema = z.object({
  hosts: z.array(keyHostResultSchema),
  region: z.string().nullable(),
  model: z.string().nullable(),
  models: z.array(z.string()),
  protocol: protocolSchema.nullable(),
  /** Where the key ended up; "none": there is none to keep; null when it was not kept. */
  kept: z.enum(["keychain", "memory", "none"]).nullable(),
  keptReason: z.string().nullable(),
  /** The day's limit that was set with this key, the first one: an amount with its currency. Null: none was. */
  dayBudgetSet: z.string().nullable(),
});
export type KeyCheck = z.infer<typeof keyCheckSchema>;

/** The levels a model thinks at, as it takes them; none = it does not, or nothing is known. */
const thinkingOptionsSchema = z.object({
  levels: z.array(thinkingLevelSchema),
  /** What it does when nothing is said; null = not known. */
  default: thinkingLevelSchema.nullable(),
  /** Largest budget in tokens; null = it takes none. */
  maxBudgetTokens: z.int().nullable(),
});
export type ThinkingOptions = z.infer<typeof thinkingOptionsSchema>;

/** The price of a whole request whose input is not above `maxInputTokens`; the last bracket also covers what is. Decimal strings per million tokens. */
const priceBracketSchema = z.object({
  maxInputTokens: z.int(),
  inputPrice: z.string(),
  outputPrice: z.string(),
  /** For every output token of a request that thinks; null = the same. */
  outputThinkingPrice: z.string().nullable(),
});

/** A model as the composer shows it. Prices are decimal strings per million tokens of the first bracket; null = unknown. */
export const modelOptionSchema = z.object({
  id: z.string(),
  inputPrice: z.string().nullable(),
  outputPrice: z.string().nullable(),
  currency: z.string().nullable(),
  cache: z.boolean(),
  contextTokens: z.int().nullable(),
  /** What the server takes of it; less than the context. */
  maxInputTokens: z.int().nullable(),
  maxOutputTokens: z.int().nullable(),
  /** Rising by input; empty = the price is unknown. */
  brackets: z.array(priceBracketSchema),
  thinking: thinkingOptionsSchema,
  /** Whether it calls tools: without, it can answer questions and do no work. null = not known. */
  tools: z.boolean().nullable(),
  /** What its card advises for sampling; {} = nothing. */
  sampling: modelSamplingSchema,
  /** When it is, or was, taken out of service; null = no date is known. */
  retired: z.string().nullable(),
  /** What to take instead, best first; none of them retired. */
  successors: z.array(z.string()),
});
export type ModelOption = z.infer<typeof modelOptionSchema>;

export const workspaceInfoSchema = z.object({
  /** Real path of the folder. */
  path: z.string(),
  name: z.string(),
  git: z.object({ branch: z.string().nullable(), root: z.string() }).nullable(),
  /** Why this folder needs the person's confirmation before it opens; null when it is open. */
  needsConfirmation: z.string().nullable(),
  /** What recovery after a crash did here, one line each. */
  recovered: z.array(z.string()),
});
export type WorkspaceInfo = z.infer<typeof workspaceInfoSchema>;

/** How many files of a folder are taken in, so that what commands do to them can be undone. */
export const coverageStateSchema = z.object({
  complete: z.boolean(),
  files: z.int().nonnegative(),
  covered: z.int().nonnegative(),
});
export type CoverageState = z.infer<typeof coverageStateSchema>;

/** A part of a text file, for looking at one of its lines. Lines count from 1 and come without their ends. */
export const fileLinesSchema = z.object({
  /** Relative to the project. */
  path: z.string(),
  line: z.int().positive(),
  firstLine: z.int().positive(),
  totalLines: z.int().positive(),
  lines: z.array(z.string()),
});
export type FileLines = z.infer<typeof fileLinesSchema>;
