import { z } from "zod";

const count = z.int().nonnegative();
const time = z.iso.datetime();
const place = z.string().min(1).max(64);
const byRegion = z.object({ region: place });
const apiKeyId = z.string().max(200);
const modelStudioWorkspace = z.string().max(200);

/** Pages of the provider's console for a region; which there are is data in resources/catalogue/monitoring.json. */
export const consolePageSchema = z.enum(["monitoring", "alerts", "free-quota", "keys", "plan"]);

export const consoleLinksSchema = z.object({
  region: z.string(),
  links: z.array(z.object({ page: consolePageSchema, url: z.string() })),
  /** Date of the documentation that they are from. */
  asOf: z.string(),
});
export type ConsoleLinks = z.infer<typeof consoleLinksSchema>;

/**
 * How the provider's series count: `running-total` grows with each call and begins anew after a restart, `per-minute` holds what
 * each minute used. The documentation does not say; `auto` looks at how the values move.
 */
export const countingSchema = z.enum(["auto", "running-total", "per-minute"]);

/** Where the figures of a region are read. The AccessKey is in the keychain and never comes back. */
export const monitoringSourceSchema = z.object({
  region: z.string(),
  /** The HTTP API URL of the Prometheus instance. */
  url: z.string(),
  counting: countingSchema,
  accessKey: z.object({
    present: z.boolean(),
    source: z.enum(["keychain", "memory", "environment", "none"]),
    /** The last four characters of its id, never of its secret. */
    idLast4: z.string().max(4).nullable(),
    /** Why the keychain could not be asked; null when it was. */
    reason: z.string().nullable(),
  }),
  /** When its figures were last read by this run; null = not yet. */
  readAt: time.nullable(),
});

export const monitoringStatusSchema = z.object({
  sources: z.array(monitoringSourceSchema),
  /** Regions where the provider has this kind of monitoring. */
  regions: z.array(z.string()),
  /** The share from which a drift is an alert, in percent. */
  thresholdPercent: z.number(),
});
export type MonitoringStatus = z.infer<typeof monitoringStatusSchema>;

/**
 * What a test of the connection found. `works`: figures came. `empty`: it answers, and has none of the documented figures yet
 * (monitoring was just switched on, or nothing was called). `refused`: the AccessKey. `not-prometheus`: something else answers.
 */
export const monitoringTestSchema = z.object({
  outcome: z.enum(["works", "empty", "refused", "unreachable", "not-prometheus"]),
  /** What it means and what to do. */
  message: z.string(),
  /** Series of usage in the last two days. */
  series: count,
  models: z.array(z.string()),
  workspaceIds: z.array(z.string()),
  /** The newest sample; null = none. */
  newest: time.nullable(),
});
export type MonitoringTest = z.infer<typeof monitoringTestSchema>;

/** `kept` is null where the test failed: then nothing was kept, and what was there before is as it was. */
export const monitoringSetUpSchema = z.object({
  test: monitoringTestSchema,
  kept: z.enum(["keychain", "memory"]).nullable(),
  /** Why it is not in the keychain where that was wanted. */
  keptReason: z.string().nullable(),
});
export type MonitoringSetUp = z.infer<typeof monitoringSetUpSchema>;

/**
 * What a row of the reconciliation is.
 * - `agree`: the same figures.
 * - `hour-edge`: the same after calls within five minutes of the hour's edge are counted in the hour next to it (clocks, long calls).
 * - `unknown-usage`: the difference lies within what requests of ours that never said what they used can have used at most.
 * - `more`: the provider counts more than our calls used: calls made elsewhere with the same key, or calls that the ledger lost.
 * - `less`: the provider counts less than our calls used.
 * - `missing`: the provider has nothing of our calls.
 * - `elsewhere`: only the provider has calls: made elsewhere with the same key, or lost by the ledger.
 * - `other-key`: only the provider has calls, with a key that no request of ours used. Never an alert.
 * - `other-calls`: the provider has more, in a file that names no keys: any key of the account may have made them. Never an alert.
 * - `pending`: the hour is not complete at the provider yet. Never an alert.
 * - `not-monitored`: from before the provider's figures begin, or with a model or key that they are not of. Never an alert.
 */
export const reconciliationStateSchema = z.enum([
  "agree",
  "hour-edge",
  "unknown-usage",
  "more",
  "less",
  "missing",
  "elsewhere",
  "other-key",
  "other-calls",
  "pending",
  "not-monitored",
]);

/** A key on both sides. `fingerprint` is ours ("" = the ledger does not know which), `apiKeyId` the provider's ("-1" = its console). */
export const reconciledKeySchema = z.object({
  fingerprint: z.string().nullable(),
  apiKeyId: z.string().nullable(),
  /** How the two were put together: by the person, or found because their figures match; null = they are not. */
  link: z.enum(["set", "found"]).nullable(),
});

/** `tokens` is input and output; cached ones are among the input. */
const countedSchema = z.object({
  calls: count,
  tokens: count,
  inputTokens: count,
  cachedTokens: count,
  outputTokens: count,
});

export const ownCountsSchema = countedSchema.extend({
  /** Of these, calls that failed or were stopped: whether the provider counted them is not known. */
  uncertainCalls: count,
  /** Requests without usage: at most so many tokens, in no other figure. */
  unknownCalls: count,
  unknownTokens: count,
});

export const providerCountsSchema = countedSchema.extend({
  /** Of these, with a status other than success. */
  failedCalls: count,
});

/** Theirs less ours. `percent` is of the larger of the two, from -100 to 100; null where both are nothing. */
export const driftSchema = z.object({
  tokens: z.int(),
  calls: z.int(),
  percent: z.number().nullable(),
});

/** One hour (UTC) of one model, workspace of Model Studio and key. */
export const reconciliationRowSchema = z.object({
  /** Its beginning. */
  hour: time,
  model: z.string(),
  /** The provider's id of it; null where the provider has nothing. */
  workspaceId: z.string().nullable(),
  key: reconciledKeySchema,
  state: reconciliationStateSchema,
  /** null = nothing. */
  ours: ownCountsSchema.nullable(),
  theirs: providerCountsSchema.nullable(),
  drift: driftSchema,
  /** Tokens that were counted with an hour next to it, for `hour-edge`; 0 = none. */
  movedTokens: count,
  /** Its drift passes the threshold. */
  alert: z.boolean(),
});

export type ReconciliationRow = z.infer<typeof reconciliationRowSchema>;

/** Rows of one state, model and key whose drift passes the threshold, together. */
export const reconciliationAlertSchema = z.object({
  state: reconciliationStateSchema,
  model: z.string(),
  workspaceId: z.string().nullable(),
  key: reconciledKeySchema,
  hours: z.int().positive(),
  firstHour: time,
  lastHour: time,
  drift: driftSchema,
});

export const reconciliationSchema = z.object({
  region: z.string(),
  since: time,
  until: time,
  /** When the provider's figures were read. */
  readAt: time,
  /** The end of the last hour that is complete at the provider; null = none in this range is. */
  completeUpTo: time.nullable(),
  /** Where the provider's figures begin; null = it has none. */
  coveredFrom: time.nullable(),
  /** As the series were read. */
  counting: countingSchema.exclude(["auto"]),
  thresholdPercent: z.number(),
  /** Over complete and monitored hours, other keys apart. */
  totals: z.object({ ours: ownCountsSchema, theirs: providerCountsSchema, drift: driftSchema }),
  /** Rows by state; states without rows are missing. */
  states: z.partialRecord(reconciliationStateSchema, z.int().positive()),
  alerts: z.array(reconciliationAlertSchema),
  /** Newest hour first. */
  rows: z.array(reconciliationRowSchema),
  /** Older rows that were left off; every figure above counts them. */
  leftOut: count,
  /** The keys of both sides, for putting them together. */
  keys: z.array(reconciledKeySchema.extend({ workspaceId: z.string().nullable() })),
});
export type Reconciliation = z.infer<typeof reconciliationSchema>;

/** The part of the contract about the provider's own figures. Only the main window has any of it. */
export const monitoringOperations = {
  "monitoring.status": { input: z.object({}), output: monitoringStatusSchema },
  "monitoring.consoleLinks": { input: byRegion, output: consoleLinksSchema },
  /** Tries the address with the AccessKey; keeps both when the test says `works` or `empty`. */
  "monitoring.setUp": {
    input: byRegion.extend({
      url: z.string().max(2048),
      accessKeyId: z.string().max(256),
      accessKeySecret: z.string().max(256),
      persist: z.enum(["keychain", "memory"]),
      counting: countingSchema.optional(),
    }),
    output: monitoringSetUpSchema,
  },
  /** Tries what is set up. AppError("not-found") where nothing is. */
  "monitoring.test": { input: byRegion, output: monitoringTestSchema },
  /** Forgets address and AccessKey, and what was read from there. */
  "monitoring.remove": { input: byRegion, output: monitoringStatusSchema },
  /** How the values of what is set up count, where what was found out is wrong. AppError("not-found") where nothing is. */
  "monitoring.setCounting": {
    input: byRegion.extend({ counting: countingSchema }),
    output: monitoringStatusSchema,
  },
  "monitoring.setThreshold": {
    input: z.object({ thresholdPercent: z.number().min(0).max(100) }),
    output: monitoringStatusSchema,
  },
  /** Says which key of the provider's one of ours is; null: it is found by itself again. */
  "monitoring.linkKey": {
    input: byRegion.extend({
      fingerprint: z.string().max(8),
      provider: z.object({ apiKeyId, workspaceId: modelStudioWorkspace }).nullable(),
      /** The key is one of a file's, which may name it otherwise; left out: one of the monitoring's. */
      inFile: z.boolean().optional(),
    }),
    output: monitoringStatusSchema,
  },
  /**
   * Compares ledger and provider, hour by hour; `since` is rounded down and `until` up to whole hours, at most 92 days. Errors:
   * not-found (nothing set up), unauthorized, rate-limited, unavailable, refused, cancelled.
   */
  "monitoring.reconcile": {
    input: byRegion.extend({
      since: time,
      until: time,
      thresholdPercent: z.number().min(0).max(100).optional(),
    }),
    output: reconciliationSchema,
  },
  /** Stops a reconciliation, test or set-up under way, which then answers `cancelled`. */
  "monitoring.stop": { input: z.object({}), output: z.object({}) },
} as const;
