import { prefixes } from "./migrations/005-prefixes.ts";
import { callCounts } from "./migrations/002-call-counts.ts";
import { start } from "./migrations/001-start.ts";
import { usageTimings } from "./migrations/004-usage-timings.ts";
import { usage } from "./migrations/003-usage.ts";

/** Entry n brings a database from schema n to n + 1. Once released, one is never edited: a change is a new entry. */
export const migrations: readonly string[] = [start, callCounts, usage, usageTimings, prefixes];
