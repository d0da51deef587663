import type { RateLimitRow } from "../catalogue/rate-limits.ts";
import type { Ledger } from "./ledger.ts";

/** What one model was sent in the last minute by this machine, against what its account may send; null = no such limit is known. */
export interface RateMeter {
  readonly requests: number;
  readonly tokens: number;
  readonly rpm: number | null;
  readonly tpm: number | null;
}

/** The free quota of one model as far as known here: other machines, and the console's own calls, use it too. */
export interface FreeQuotaMeter {
  readonly usedTokens: number;
  readonly leftTokens: number;
  /** Whole days until it ends; 0 on its last, and after it. */
  readonly daysLeft: number;
}

export interface PlanWindow {
  readonly used: number;
  readonly limit: number;
}

/** Requests of a plan in its three windows, as far as known here. */
export interface PlanMeter {
  readonly fiveHours: PlanWindow;
  readonly week: PlanWindow;
  readonly month: PlanWindow;
}

export interface ModelPlace {
  readonly model: string;
  readonly region: string;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Singapore and Beijing, for accounts activated since 2025-09-08: tokens of each model, input and output [Model Studio, new free quota]. */
const freeTokens = 1_000_000;
const freeDays = 90;

/** Coding Plan, Pro: a sliding window, a week from Monday 00:00 UTC+8, a month from the day of the subscription [Coding Plan, 2026-07]. */
const planLimits = { fiveHours: 6000, week: 45_000, month: 90_000 };

/** The last minute of a model. */
export async function rateMeter(
  ledger: Pick<Ledger, "count">,
  place: ModelPlace & { readonly limits: Pick<RateLimitRow, "rpm" | "tpm"> | null },
  now: number,
): Promise<RateMeter> {
  const { model, region, limits } = place;
  const sent = await ledger.count({ model, region, since: now - minuteMs });
  return { ...sent, rpm: limits?.rpm ?? null, tpm: limits?.tpm ?? null };
}

/** `activatedAt` is when the person began with Model Studio, UTC milliseconds: nothing tells it but the console. */
export async function freeQuotaMeter(
  ledger: Pick<Ledger, "count">,
  place: ModelPlace & { readonly activatedAt: number },
  now: number,
): Promise<FreeQuotaMeter> {
  const { model, region, activatedAt } = place;
  const { tokens } = await ledger.count({ model, region, since: activatedAt });
  const left = activatedAt + freeDays * dayMs - now;
  return {
    usedTokens: tokens,
    leftTokens: left <= 0 ? 0 : Math.max(0, freeTokens - tokens),
    daysLeft: Math.max(0, Math.floor(left / dayMs)),
  };
}

/** `subscribedAt` is when the plan began, UTC milliseconds: its month goes from that day to the same of the next. */
export async function planMeter(
  ledger: Pick<Ledger, "count">,
  plan: { readonly region: string; readonly subscribedAt: number },
  now: number,
): Promise<PlanMeter> {
  const used = async (since: number): Promise<number> =>
    (await ledger.count({ region: plan.region, billing: "plan", since })).requests;
  return {
    fiveHours: { used: await used(now - 5 * hourMs), limit: planLimits.fiveHours },
    week: { used: await used(weekStart(now)), limit: planLimits.week },
    month: { used: await used(monthStart(plan.subscribedAt, now)), limit: planLimits.month },
  };
}

const chinaOffsetMs = 8 * hourMs;

/** The newest Monday 00:00 in UTC+8. The epoch was a Thursday, three days after one. */
export function weekStart(now: number): number {
  const days = Math.floor((now + chinaOffsetMs) / dayMs);
  return (days - ((days + 3) % 7)) * dayMs - chinaOffsetMs;
}

/** The newest day of the month, in UTC+8, on which the subscription began; the last of a month that is too short. */
export function monthStart(subscribedAt: number, now: number): number {
  const day = new Date(subscribedAt + chinaOffsetMs).getUTCDate();
  const today = new Date(now + chinaOffsetMs);
  const startIn = (offset: number): number => {
    const year = today.getUTCFullYear();
    const month = today.getUTCMonth() + offset;
    const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
    return Date.UTC(year, month, Math.min(day, lastDay)) - chinaOffsetMs;
  };
  const start = startIn(0);
  return start <= now ? start : startIn(-1);
}
