import { currencySchema, formatNano, type Currency, type Money } from "../../shared/money.ts";
import type { SessionId } from "../../shared/ids.ts";
import type {
  BudgetMeter,
  BudgetName,
  FreeQuotaMeter,
  RateMeter,
  SpendingMeter,
  UsageMeters,
} from "../../shared/usage-meters.ts";
import type { Budget } from "../agent/ports.ts";
import { regionKind } from "../catalogue/region-facts.ts";
import type { RateLimitRow } from "../catalogue/rate-limits.ts";
import { dayOf, monthOf, type StandingLimits } from "./budgets.ts";
import type { Ledger, Spending, SpendingPlace } from "./ledger.ts";
import {
  freeQuotaMeter,
  hasFreeQuota,
  hasPlanWindows,
  planMeter,
  rateMeter,
  startOfDay,
  untoldFreeQuota,
} from "./meters.ts";
import type { UsageReads } from "./usage-reads.ts";

/** Whose meters; null = there is none. */
export interface MeterPlace {
  readonly sessionId: SessionId | null;
  readonly workspace: string | null;
  readonly model: string | null;
}

export interface MeterDesk {
  /** What is known here of every limit that holds now. */
  meters(place: MeterPlace): Promise<UsageMeters>;
}

export interface MeterDeskOptions {
  readonly ledger: Pick<Ledger, "spending" | "count">;
  readonly reads: Pick<UsageReads, "figures">;
  /** Of the present endpoint. */
  readonly region: () => string;
  readonly rateLimits: (model: string, region: string) => RateLimitRow | null;
  readonly limits: () => StandingLimits & { readonly session: Budget | null };
  /** Days that only the person can tell. */
  readonly since: () => { readonly modelStudio: string | null; readonly plan: string | null };
  readonly now?: () => Date;
}

/** The desk over the ledger. It reads, and holds nothing back. */
export function createMeterDesk(options: MeterDeskOptions): MeterDesk {
  const { ledger, limits, since, now = () => new Date() } = options;
  return {
    async meters(place) {
      const region = options.region();
      const payment = paymentIn(region);
      const at = now();
      const budgets =
        payment === "money"
          ? await Promise.all(
              placesOf(place, at).map((spot) => budgetMeter(ledger, spot, limits()[spot.limit])),
            )
          : [];
      return {
        region,
        payment,
        budgets,
        rates: payment === "money" ? await rates(options, { ...place, region }, at) : [],
        freeQuota: await freeQuota(options, { ...place, region }, at),
        plan: hasPlanWindows(region)
          ? await planMeter(ledger, { region, since: since().plan }, at.getTime())
          : null,
      };
    },
  };
}

function paymentIn(region: string): UsageMeters["payment"] {
  if (region === "demo") return "nobody";
  const kind = regionKind(region);
  if (kind === "plan") return "plan";
  return kind === "local" ? "nobody" : "money";
}

interface BudgetSpot {
  readonly name: BudgetName;
  readonly limit: "session" | "workspace" | "day" | "month";
  readonly place: SpendingPlace;
}

function placesOf({ sessionId, workspace }: MeterPlace, now: Date): readonly BudgetSpot[] {
  return [
    ...(sessionId === null
      ? []
      : [
          {
            name: "session",
            limit: "session",
            place: { scope: "session", key: sessionId },
          } as const,
        ]),
    ...(workspace === null
      ? []
      : [
          {
            name: "project",
            limit: "workspace",
            place: { scope: "workspace", key: workspace },
          } as const,
        ]),
    { name: "day", limit: "day", place: dayOf(now) },
    { name: "month", limit: "month", place: monthOf(now) },
  ];
}

/** From here on a person is told that a limit comes near. */
const nearShare = 0.8;

async function budgetMeter(
  ledger: MeterDeskOptions["ledger"],
  { name, place }: BudgetSpot,
  limit: Budget | null | undefined,
): Promise<BudgetMeter> {
  const own = limit ?? null;
  const currencies = currencySchema.options.toSorted(
    (a, b) => Number(b === own?.currency) - Number(a === own?.currency),
  );
  const all = await Promise.all(
    currencies.map(async (currency) => ({
      currency,
      spending: await ledger.spending(place, currency),
    })),
  );
  const used = all.filter(
    ({ currency, spending }) => currency === own?.currency || usedNano(spending) > 0n,
  );
  const endsAt = "to" in place ? new Date(place.to).toISOString() : null;
  const base = { name, used: used.map(spendingMeter), endsAt };
  const spending = all[0]?.spending;
  if (own === null || spending === undefined)
    return { ...base, limit: null, left: null, share: { spent: 0, held: 0 }, state: "none" };
  const left = own.nano - usedNano(spending);
  const spent = shareOf(spending.settled, own.nano);
  const held = Math.min(1 - spent, shareOf(spending.unknown + spending.reserved, own.nano));
  return {
    ...base,
    limit: money(own.nano, own.currency),
    left: money(left, own.currency),
    share: { spent, held },
    state: left <= 0n ? "over" : spent + held >= nearShare ? "near" : "fine",
  };
}

const usedNano = ({ settled, unknown, reserved }: Spending): bigint => settled + unknown + reserved;

/** 0 to 1. A limit of nothing is used up. */
const shareOf = (part: bigint, whole: bigint): number =>
  part >= whole ? 1 : Number((part * 100_000n) / whole) / 100_000;

const money = (nano: bigint, currency: Currency): Money => ({ amount: formatNano(nano), currency });

const spendingMeter = ({
  currency,
  spending: { settled, unknown, reserved },
}: {
  readonly currency: Currency;
  readonly spending: Spending;
}): SpendingMeter => ({
  currency,
  spent: money(settled, currency),
  unknown: money(unknown, currency),
  reserved: money(reserved, currency),
});

type Spot = MeterPlace & { readonly region: string };

/** The session's model, and whatever else was sent something in the last minute. */
async function rates(
  { ledger, reads, rateLimits }: MeterDeskOptions,
  { model, region }: Spot,
  now: Date,
): Promise<RateMeter[]> {
  const since = new Date(now.getTime() - 60_000).toISOString();
  const models = await modelsSince(reads, { region, since });
  return Promise.all(
    unique([...(model === null ? [] : [model]), ...models]).map((one) =>
      rateMeter(ledger, { model: one, region, limits: rateLimits(one, region) }, now.getTime()),
    ),
  );
}

async function freeQuota(
  { ledger, reads, since }: MeterDeskOptions,
  { model, region }: Spot,
  now: Date,
): Promise<FreeQuotaMeter | null> {
  if (!hasFreeQuota(region)) return null;
  const day = since().modelStudio;
  if (day === null) return untoldFreeQuota;
  const start = new Date(startOfDay(day)).toISOString();
  const used = await modelsSince(reads, { region, since: start });
  const models = unique([...(model === null ? [] : [model]), ...used]);
  return freeQuotaMeter(ledger, { region, since: day, models }, now.getTime());
}

/** By name, so that rows stay where they are. */
async function modelsSince(
  reads: MeterDeskOptions["reads"],
  filter: { readonly region: string; readonly since: string },
): Promise<string[]> {
  const [found = []] = await reads.figures({ filter, groupings: [{ by: "model" }] });
  return found.map(({ key }) => key).toSorted();
}

const unique = (names: readonly string[]): string[] => [...new Set(names)];
