import { z } from "zod";
import { parseRate } from "./display-rate.ts";
import { modeSchema, protocolSchema } from "./events.ts";
import { currencySchema } from "./money.ts";

/** Ranges as Model Studio takes them [API reference, 2026-03]. What is missing is the catalogue's advice, or the endpoint's own. */
export const modelSamplingSchema = z.object({
  temperature: z.number().min(0).lt(2).optional(),
  topP: z.number().gt(0).max(1).optional(),
  topK: z.int().min(0).optional(),
  presencePenalty: z.number().min(-2).max(2).optional(),
  repetitionPenalty: z.number().gt(0).optional(),
  seed: z.int().min(0).max(2_147_483_647).optional(),
});
export type ModelSampling = z.infer<typeof modelSamplingSchema>;

/** What the person set for one model, by its id. */
const modelSettingsSchema = z.object({
  sampling: modelSamplingSchema.optional(),
  /** Output limit of each request, in tokens. */
  maxOutputTokens: z.int().positive().optional(),
});
export type ModelSettings = z.infer<typeof modelSettingsSchema>;

const rateSchema = z.string().refine((text) => parseRate(text) !== null);

/** What a person can set. Keys are not here: they live in the OS keychain only. */
export const settingsSchema = z.object({
  theme: z.enum(["system", "light", "dark"]).default("system"),
  language: z.enum(["system", "en", "zh-CN"]).default("system"),
  region: z.string().default("singapore"),
  /** How the endpoint is spoken to; "dashscope" is Model Studio's native protocol. */
  protocol: protocolSchema.default("openai"),
  /** An OpenAI-compatible endpoint of the person's own; null = the region's host. */
  baseUrl: z.string().nullable().default(null),
  /** Of a workspace that has a domain of its own in the region; null = the region's common host. */
  workspaceId: z.string().nullable().default(null),
  /** null = the first of the ordered list that the account answers. */
  model: z.string().nullable().default(null),
  quickAskModel: z.string().nullable().default(null),
  models: z.record(z.string().max(200), modelSettingsSchema).default({}),
  quickAskShortcut: z.string().nullable().default(null),
  /** What closing the last window does on Windows and Linux; "ask" until the person has chosen. */
  whenClosed: z.enum(["ask", "tray", "quit"]).default("ask"),
  /** Windows stay out of recordings and shared screens, where the system can do that (macOS, Windows). */
  hideFromSharing: z.boolean().default(false),
  defaultMode: modeSchema.default("edit"),
  /** It is offered once. */
  autopilotOffered: z.boolean().default(false),
  maxSteps: z.int().min(1).max(1000).default(100),
  /** A decimal amount per session with its currency, such as "2USD"; null = no limit. */
  sessionBudget: z.string().nullable().default(null),
  /** The same for a quick question; null = as for a session. */
  quickAskBudget: z.string().nullable().default(null),
  /** The same for all requests of one project, for ever; of a day and of a month, by this machine's clock and time zone. */
  projectBudget: z.string().nullable().default(null),
  dayBudget: z.string().nullable().default(null),
  monthBudget: z.string().nullable().default(null),
  /** Whether the day's limit was spoken of: set with the first key, or by the person. It is never set unasked again. */
  dayBudgetSettled: z.boolean().default(false),
  /** The day on which the account began with Model Studio, by China's calendar: its free quota counts from there. null = not told. */
  modelStudioSince: z.iso.date().nullable().default(null),
  /** The same of the plan: its month counts from there. */
  planSince: z.iso.date().nullable().default(null),
  /** In which amounts are shown beside what is billed; null = as billed alone. Nothing else goes by it. */
  displayCurrency: currencySchema.nullable().default(null),
  /** Yuan per US dollar for that, a decimal; null = not told. */
  displayRate: rateSchema.nullable().default(null),
  /** What the checkpoints of one workspace may take, in megabytes (2^20 bytes); a tenth of the free disk where that is less. */
  checkpointMegabytes: z.int().min(64).max(1_048_576).default(2048),
  /** Checkpoints older than this go, but for pinned ones, the newest turns, undos and safety copies. */
  checkpointDays: z.int().min(1).max(3650).default(30),
  /** What all processes of one command may hold together, in megabytes (2^20 bytes); null = four fifths of the machine's memory. */
  commandMegabytes: z.int().min(64).max(16_777_216).nullable().default(null),
  /** Processor time of all processes of one command together, in minutes. */
  commandCpuMinutes: z.int().min(1).max(1_000_000).default(1440),
});
export type Settings = z.infer<typeof settingsSchema>;

/** Every field optional and without its default, for changing some of them. */
export const settingsPatchSchema = z.object({
  theme: settingsSchema.shape.theme.unwrap().optional(),
  language: settingsSchema.shape.language.unwrap().optional(),
  region: z.string().optional(),
  protocol: protocolSchema.optional(),
  baseUrl: z.string().nullable().optional(),
  workspaceId: z.string().max(63).nullable().optional(),
  model: z.string().nullable().optional(),
  quickAskModel: z.string().nullable().optional(),
  models: settingsSchema.shape.models.unwrap().optional(),
  quickAskShortcut: z.string().nullable().optional(),
  whenClosed: settingsSchema.shape.whenClosed.unwrap().optional(),
  hideFromSharing: z.boolean().optional(),
  defaultMode: modeSchema.optional(),
  autopilotOffered: z.boolean().optional(),
  maxSteps: z.int().min(1).max(1000).optional(),
  sessionBudget: z.string().nullable().optional(),
  quickAskBudget: z.string().nullable().optional(),
  projectBudget: z.string().nullable().optional(),
  dayBudget: z.string().nullable().optional(),
  monthBudget: z.string().nullable().optional(),
  modelStudioSince: z.iso.date().nullable().optional(),
  planSince: z.iso.date().nullable().optional(),
  displayCurrency: currencySchema.nullable().optional(),
  displayRate: rateSchema.nullable().optional(),
  checkpointMegabytes: settingsSchema.shape.checkpointMegabytes.unwrap().optional(),
  checkpointDays: settingsSchema.shape.checkpointDays.unwrap().optional(),
  commandMegabytes: settingsSchema.shape.commandMegabytes.unwrap().optional(),
  commandCpuMinutes: settingsSchema.shape.commandCpuMinutes.unwrap().optional(),
});
export type SettingsPatch = z.infer<typeof settingsPatchSchema>;
