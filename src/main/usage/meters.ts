import allowances from "../../../resources/catalogue/allowances.json" with { type: "json" };
import type {
  FreeQuotaMeter,
  PlanMeter,
  PlanWindow,
  RateMeter,
} from "../../shared/usage-meters.ts";
import type { RateLimitRow } from "../catalogue/rate-limits.ts";
import type { Ledger } from "./ledger.ts";

export interface ModelPlace {
  readonly model: string;
  readonly region: string;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const { freeQuota, plan } = allowances;

/** The last minute of a model. */
export async function rateMeter(
  ledger: Pick<Ledger, "count">,
  place: ModelPlace & { readonly limits: Pick<RateLimitRow, "rpm" | "tpm"> | null },
  now: number,
): Promise<RateMeter> {
  const { model, region, limits } = place;
  const sent = await ledger.count({ model, region, since: now - minuteMs });
  return { model, ...sent, rpm: limits?.rpm ?? null, tpm: limits?.tpm ?? null };
}

/** Whether accounts have a free quota there. */
export const hasFreeQuota = (region: string): boolean => freeQuota.regions.includes(region);

/** Whether the windows of its plan are known. */
export const hasPlanWindows = (region: string): boolean => plan.regions.includes(region);

/** `since` is the day on which the person began with Model Studio: nothing tells it but the console. `models` are those to tell of. */
export async function freeQuotaMeter(
  ledger: Pick<Ledger, "count">,
  place: { readonly region: string; readonly since: string; readonly models: readonly string[] },
  now: number,
): Promise<FreeQuotaMeter> {
  const { region, since, models } = place;
  const { tokens, days } = freeQuota;
  const start = startOfDay(since);
  const left = start + days * dayMs - now;
  const used = await Promise.all(
    models.map(async (model) => ({
      model,
      usedTokens: (await ledger.count({ model, region, since: start })).tokens,
    })),
  );
  return {
    since,
    tokens,
    days,
    daysLeft: Math.max(0, Math.floor(left / dayMs)),
    ended: left <= 0,
    models: used
      .toSorted((a, b) => b.usedTokens - a.usedTokens)
      .map(({ model, usedTokens }) => ({
        model,
        usedTokens,
        leftTokens: left <= 0 ? 0 : Math.max(0, tokens - usedTokens),
      })),
  };
}

/** What an account has, where nobody has said since when. */
export const untoldFreeQuota: FreeQuotaMeter = {
  since: null,
  tokens: freeQuota.tokens,
  days: freeQuota.days,
  daysLeft: null,
  ended: false,
  models: [],
};

/** `since` is the day on which the plan began: its month goes from that day to the same of the next. null = not told. */
export async function planMeter(
  ledger: Pick<Ledger, "count">,
  { region, since }: { readonly region: string; readonly since: string | null },
  now: number,
): Promise<PlanMeter> {
  const used = async (from: number): Promise<number> =>
    (await ledger.count({ region, billing: "plan", since: from })).requests;
  const { fiveHours, week, month } = plan.requests;
  const monday = weekStart(now);
  const windows: PlanWindow[] = [
    {
      name: "fiveHours",
      used: await used(now - 5 * hourMs),
      limit: fiveHours,
      endsAt: null,
    },
    {
      name: "week",
      used: await used(monday),
      limit: week,
      endsAt: new Date(monday + 7 * dayMs).toISOString(),
    },
  ];
  if (since !== null) {
    const { start, end } = monthOfPlan(startOfDay(since), now);
    const endsAt = new Date(end).toISOString();
    windows.push({ name: "month", used: await used(start), limit: month, endsAt });
  }
  return { since, windows };
}

const chinaOffsetMs = 8 * hourMs;

/** Midnight of a day such as "2026-09-01" where Model Studio counts, UTC+8. */
export const startOfDay = (day: string): number =>
  Date.parse(`${day}T00:00:00.000Z`) - chinaOffsetMs;

/** The newest Monday 00:00 in UTC+8. The epoch was a Thursday, three days after one. */
export function weekStart(now: number): number {
  const days = Math.floor((now + chinaOffsetMs) / dayMs);
  return (days - ((days + 3) % 7)) * dayMs - chinaOffsetMs;
}

/** From the newest day of the month, in UTC+8, on which the subscription began, to the next; the last of a month that is too short. */
export function monthOfPlan(subscribedAt: number, now: number): { start: number; end: number } {
  const day = new Date(subscribedAt + chinaOffsetMs).getUTCDate();
  const today = new Date(now + chinaOffsetMs);
  const startIn = (offset: number): number => {
    const year = today.getUTCFullYear();
    const month = today.getUTCMonth() + offset;
    const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
    return Date.UTC(year, month, Math.min(day, lastDay)) - chinaOffsetMs;
  };
  const start = startIn(0);
  return start <= now ? { start, end: startIn(1) } : { start: startIn(-1), end: start };
}
