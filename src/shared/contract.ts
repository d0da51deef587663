import { z } from "zod";
import {
  checkpointSchema,
  conflictChoiceSchema,
  conflictRuleSchema,
  mergePartSchema,
  undoPlanSchema,
  undoResultSchema,
  undoTargetSchema,
  waitingChangesSchema,
} from "./checkpoint.ts";
import { callIdSchema, sessionIdSchema, turnIdSchema, undoIdSchema } from "./ids.ts";
import {
  coverageStateSchema,
  doctorReportSchema,
  fileLinesSchema,
  keyCheckSchema,
  keyStatusSchema,
  modelOptionSchema,
  regionOptionSchema,
  appInfoSchema,
  workspaceInfoSchema,
} from "./app.ts";
import { approvalOperations } from "./approvals.ts";
import { backgroundCommandSchema, backgroundOperations } from "./background.ts";
import { billOperations } from "./bill-file.ts";
import { contextOperations } from "./context.ts";
import { forecastOperations } from "./forecast.ts";
import { fileDiffSchema } from "./diff.ts";
import {
  endpointNoteSchema,
  endpointPlanSchema,
  endpointTestSchema,
  ownCatalogueStatusSchema,
} from "./endpoint.ts";
import {
  modeSchema,
  priceLastsSchema,
  sessionEventSchema,
  sessionKindSchema,
  thinkingSchema,
} from "./events.ts";
import { modelHealthSchema } from "./model-health.ts";
import { monitoringOperations } from "./monitoring.ts";
import { networkOperations } from "./network.ts";
import { sandboxOperations } from "./sandbox.ts";
import { settingsPatchSchema, settingsSchema } from "./settings.ts";
import { storageOperations } from "./storage.ts";
import { telemetryOperations } from "./telemetry.ts";
import { timelineOperations } from "./timeline.ts";
import { trustOperations } from "./trust.ts";
import { usageQuerySchema, usageReportSchema } from "./usage.ts";
import { usageOperations } from "./usage-panel.ts";
import { modelStandingSchema, switchCostsSchema } from "./switching.ts";
import type { Reply } from "./errors.ts";

const none = z.object({});
const byModel = z.object({ model: z.string().max(200) });
const bySession = z.object({ sessionId: sessionIdSchema });
const promptText = z.string().min(1).max(1_000_000);
/** Empty only for a server on this machine. */
const keyText = z.string().max(512);
/** Where a key is tried; nothing = every region. */
const keyPlace = {
  baseUrl: z.string().max(2048).optional(),
  region: z.string().max(64).optional(),
  workspaceId: z.string().max(63).optional(),
};

export const sessionSummarySchema = z.object({
  sessionId: sessionIdSchema,
  workspace: z.string(),
  kind: sessionKindSchema,
  title: z.string(),
  updatedAt: z.string(),
  turns: z.int(),
  running: z.boolean(),
});
export type SessionSummary = z.infer<typeof sessionSummarySchema>;

/** A session as its events so far: the reader folds them with `reduceSession`. */
export const sessionLogSchema = z.object({
  sessionId: sessionIdSchema,
  events: z.array(sessionEventSchema),
});

/** The whole surface between the window and main, one entry per operation. */
export const operations = {
  "app.info": { input: none, output: appInfoSchema },
  "app.doctor": { input: none, output: doctorReportSchema },
  "app.openLink": { input: z.object({ url: z.string().max(4096) }), output: none },
  "settings.get": { input: none, output: settingsSchema },
  "settings.set": { input: settingsPatchSchema, output: settingsSchema },

  "key.status": { input: none, output: keyStatusSchema },
  /** The hosts that a check of this key will ask, before anything is sent. */
  "key.hosts": {
    input: z.object({ key: keyText, ...keyPlace }),
    output: z.object({ hosts: z.array(z.string()) }),
  },
  /** Tries the hosts; on success keeps the key where `persist` says and sets region and model. */
  "key.check": {
    input: z.object({
      key: keyText,
      ...keyPlace,
      persist: z.enum(["keychain", "memory"]),
    }),
    output: keyCheckSchema,
  },
  /** Takes the key that the environment offers, for this run. */
  "key.useEnvironment": { input: none, output: keyCheckSchema },
  "key.remove": { input: none, output: none },
  /** The hosts that a search for the key's region will ask, before anything is sent. */
  "key.regionHosts": { input: none, output: z.object({ hosts: z.array(z.string()) }) },
  /** Asks every region about the present key; nothing is kept. */
  "key.findRegion": { input: none, output: keyCheckSchema },
  "key.useRegion": { input: z.object({ region: z.string().max(64) }), output: keyCheckSchema },
  /** What a test of a model at the endpoint in the settings will send; "" = the model chosen by itself. */
  "endpoint.plan": { input: byModel, output: endpointPlanSchema },
  "endpoint.test": { input: byModel, output: endpointTestSchema },
  "endpoint.stopTest": { input: none, output: none },
  "endpoint.notes": { input: none, output: z.array(endpointNoteSchema) },
  "endpoint.forget": { input: byModel, output: none },
  "catalogue.status": { input: none, output: ownCatalogueStatusSchema },
  /** Makes the file where there is none, and shows it in its folder. */
  "catalogue.show": { input: none, output: ownCatalogueStatusSchema },
  /** Where an account can be, plans and servers on this machine among them. */
  "region.list": { input: none, output: z.array(regionOptionSchema) },
  /** How each model's tool calls came, by endpoint. */
  "model.health": { input: none, output: z.array(modelHealthSchema) },
  "model.list": { input: none, output: z.array(modelOptionSchema) },
  "model.standing": {
    input: z.object({ model: z.string().max(200) }),
    output: modelStandingSchema,
  },

  /** Shows the system's folder dialog; null when the person closed it. */
  "workspace.choose": { input: none, output: z.object({ path: z.string() }).nullable() },
  /** `confirmed` is needed for a home folder, a drive root and the like; without it the answer says why. */
  "workspace.open": {
    input: z.object({ path: z.string().min(1).max(4096), confirmed: z.boolean() }),
    output: workspaceInfoSchema,
  },
  "workspace.recent": {
    input: none,
    output: z.array(z.object({ path: z.string(), openedAt: z.string() })),
  },
  "demo.open": {
    input: none,
    output: z.object({
      workspace: workspaceInfoSchema,
      sessionId: sessionIdSchema,
      prompt: z.string(),
    }),
  },

  "session.create": {
    input: z.object({
      workspace: z.string().min(1).max(4096),
      kind: sessionKindSchema.exclude(["demo"]),
      mode: modeSchema.optional(),
      model: z.string().max(200).optional(),
      thinking: thinkingSchema.nullable().optional(),
    }),
    output: sessionLogSchema,
  },
  "session.list": {
    input: z.object({ workspace: z.string().max(4096).optional() }),
    output: z.array(sessionSummarySchema),
  },
  "session.open": { input: bySession, output: sessionLogSchema },
  /** Starts a turn and answers at once; what happens comes as events. `codeOnly` asks for bare code, to be read by `codeOf`. */
  "session.send": {
    input: bySession.extend({ prompt: promptText, codeOnly: z.boolean().optional() }),
    output: z.object({ turnId: turnIdSchema }),
  },
  /** Stops the turn: the request, the running tools and their process trees. */
  "session.stop": { input: bySession, output: none },
  /** Goes on with the failed or interrupted last turn: repeats the failed step, never finished tools. `leaveOut` is a call whose result is no longer sent. */
  "session.retry": {
    input: bySession.extend({
      leaveOut: callIdSchema.optional(),
      anyPrice: priceLastsSchema.optional(),
    }),
    output: none,
  },
  /** What it would mean to go on with each of these models. */
  "session.switchCosts": {
    input: bySession.extend({ models: z.array(z.string().max(200)).max(500) }),
    output: switchCostsSchema,
  },
  "session.update": {
    input: bySession.extend({
      mode: modeSchema.optional(),
      model: z.string().max(200).optional(),
      title: z.string().max(200).optional(),
      /** null: back to the model's own. */
      thinking: thinkingSchema.nullable().optional(),
    }),
    output: none,
  },
  /**
   * Has everything but the end of the conversation summarised, and answers when it is done; stopped by `session.stop`. With a
   * model it makes room for that, which then is the session's.
   */
  "session.compact": {
    input: bySession.extend({ model: z.string().max(200).optional() }),
    output: none,
  },
  "session.promote": { input: bySession, output: none },
  ...approvalOperations,
  "checkpoint.list": { input: bySession, output: z.array(checkpointSchema) },
  /** What of the session waits for another branch than the one that is checked out; null where nothing does. */
  "checkpoint.waiting": { input: bySession, output: waitingChangesSchema.nullable() },
  "checkpoint.plan": {
    input: bySession.extend({ target: undoTargetSchema }),
    output: undoPlanSchema,
  },
  /** What an undo would make of one file with this choice, against the file as it is now; null = it stays as it is. */
  "checkpoint.preview": {
    input: bySession.extend({
      target: undoTargetSchema,
      path: z.string().max(4096),
      choice: conflictChoiceSchema,
    }),
    output: fileDiffSchema.nullable(),
  },
  /** A file of an undo as a merge to be edited; null where one side is no text, or is not there. */
  "checkpoint.merge": {
    input: bySession.extend({ target: undoTargetSchema, path: z.string().max(4096) }),
    output: z.array(mergePartSchema).nullable(),
  },
  "checkpoint.undo": {
    input: bySession.extend({
      target: undoTargetSchema,
      /** For conflicts without a choice of their own. */
      conflicts: conflictRuleSchema,
      choices: z.record(z.string(), conflictChoiceSchema).optional(),
      /** The fingerprints of the plan's rows by path, where a person decided by a plan: what is not as it was then becomes a conflict. */
      seen: z.record(z.string(), z.string()).optional(),
    }),
    output: undoResultSchema,
  },
  "checkpoint.redo": {
    input: bySession.extend({
      undoId: undoIdSchema.optional(),
      /** Files that run code or steer the agent may change too; without it they are conflicts that say so. */
      allowSteering: z.boolean().optional(),
    }),
    output: undoResultSchema,
  },
  "diff.call": {
    input: bySession.extend({ callId: callIdSchema }),
    output: z.array(fileDiffSchema),
  },
  "diff.turn": {
    input: bySession.extend({ turnId: turnIdSchema }),
    output: z.array(fileDiffSchema),
  },
  /** What the person changed from a prompt on until the next, found by a look that is taken now. Nothing undoes it. */
  "diff.outside": {
    input: bySession.extend({ turnId: turnIdSchema }),
    output: z.array(fileDiffSchema),
  },
  /** Marks changes of a prompt as reviewed, or as not; `keys` are those of `diff.turn` and `diff.call`. */
  "review.mark": {
    input: bySession.extend({
      turnId: turnIdSchema,
      keys: z.array(z.string().max(64)).min(1).max(100_000),
      kept: z.boolean(),
    }),
    output: none,
  },
  /** The lines of a file of the session's project about the one that an answer names. */
  "file.lines": {
    input: bySession.extend({
      path: z.string().min(1).max(4096),
      line: z.int().positive().max(10_000_000),
    }),
    output: fileLinesSchema,
  },
  ...backgroundOperations,
  ...networkOperations,
  ...sandboxOperations,
  ...storageOperations,
  ...trustOperations,
  ...timelineOperations,
  ...contextOperations,
  ...forecastOperations,
  ...usageOperations,
  ...monitoringOperations,
  ...telemetryOperations,
  ...billOperations,
  "usage.report": { input: usageQuerySchema, output: usageReportSchema },

  "quick.hide": { input: none, output: none },
  /** The height in CSS pixels that the quick-ask content wants; main clamps it. */
  "quick.resize": { input: z.object({ height: z.int().min(40).max(2000) }), output: none },
  /** The clipboard's text, for the chip that a person pressed: only while quick ask has the focus, and never a key. */
  "quick.clipboard": { input: none, output: z.object({ text: z.string(), cut: z.boolean() }) },
  /** Opens the quick question as a session in the main window. */
  "quick.promote": { input: bySession, output: none },
} as const;

export type Operation = keyof typeof operations;
export type Input<K extends Operation> = z.infer<(typeof operations)[K]["input"]>;
export type Output<K extends Operation> = z.infer<(typeof operations)[K]["output"]>;

/** What main announces. `session` carries one event of a session's log; the rest are facts of the app as a whole. */
export const announcementSchema = z.discriminatedUnion("topic", [
  z.object({ topic: z.literal("session"), event: sessionEventSchema }),
  z.object({ topic: z.literal("sessions-changed") }),
  z.object({ topic: z.literal("settings"), settings: settingsSchema }),
  z.object({ topic: z.literal("key"), status: keyStatusSchema }),
  /** How much of an open folder undo covers by now; announced while that changes. */
  z.object({ topic: z.literal("coverage"), workspace: z.string(), coverage: coverageStateSchema }),
  /** The repository of an open folder is on another branch, or commit, than before; `branch` is null while HEAD is detached. */
  z.object({ topic: z.literal("head"), workspace: z.string(), branch: z.string().nullable() }),
  /** Something that steers may have changed in an open folder whose list was asked for: it is to be asked for anew. */
  z.object({ topic: z.literal("steering"), workspace: z.string() }),
  /** What runs in the background by now; announced when a command starts there or ends. */
  z.object({ topic: z.literal("background"), commands: z.array(backgroundCommandSchema) }),
  /** A folder to show, from the command line, a second start or the tray. */
  z.object({ topic: z.literal("open-workspace"), path: z.string() }),
  z.object({ topic: z.literal("open-session"), sessionId: sessionIdSchema, workspace: z.string() }),
  /** The menu or a shortcut asks for an action of the window's registry. */
  z.object({ topic: z.literal("action"), action: z.string() }),
]);
export type Announcement = z.infer<typeof announcementSchema>;

/** The only thing the preload script exposes. */
export interface Bridge {
  call(operation: string, input: unknown): Promise<Reply<unknown>>;
  subscribe(listener: (announcement: unknown) => void): () => void;
  /** Where a file or folder that the person dropped lies; "" for one that is not on the disk. */
  pathOf(file: object): string;
}

export const isOperation = (name: string): name is Operation => Object.hasOwn(operations, name);

/** The quick-ask window gets only these. */
export const quickAskOperations: ReadonlySet<Operation> = new Set<Operation>([
  "app.info",
  "app.openLink",
  "settings.get",
  "key.status",
  "workspace.recent",
  "session.create",
  "session.open",
  "session.send",
  "session.stop",
  "quick.hide",
  "quick.resize",
  "quick.clipboard",
  "quick.promote",
]);
