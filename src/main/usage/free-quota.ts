import type { Billing, TokenUsage } from "../../shared/usage.ts";
import { cachesOf } from "../catalogue/context-cache.ts";
import type { PriceRow } from "../catalogue/price-list.ts";
import type { Ledger, LedgerReservation } from "./ledger.ts";
import type { Pricing } from "./pricing.ts";
import { freeQuotaMeter, hasFreeQuota, startOfDay, type ModelPlace } from "./meters.ts";

/** The error code, in the ledger, of a request that the provider refused because the model's free quota is used up. */
export const freeQuotaUsed = "free-quota-used";

/** What is free of a model by this machine's own count: other machines use the same quota, so that the account's is never more. */
export interface FreeLeft {
  readonly tokens: number;
  /** Why nothing is left; null = something is. */
  readonly over: "used" | "ended" | null;
}

export interface FreeQuota {
  /** null = none is known of: no day was told, the region has none, the price is unknown, or what the model caches is not covered. */
  left(place: ModelPlace): Promise<FreeLeft | null>;
  /** Once, where what was free in the last day costs money now: a line that says so. */
  turned(place: ModelPlace, left: FreeLeft): Promise<string | null>;
  /** The provider says that it is used up, whatever was counted here. */
  refused(place: ModelPlace): void;
}

export interface FreeQuotaOptions {
  readonly ledger: Pick<Ledger, "count">;
  /** The day on which the person began with Model Studio; null = not told. */
  readonly since: () => string | null;
  readonly price: (model: string, region: string) => PriceRow | undefined;
  readonly now?: () => Date;
}

const dayMs = 24 * 3_600_000;

/** Nothing but what was told and what was counted here: nobody else tells a key what is left. */
export function createFreeQuota({
  ledger,
  since,
  price,
  now = () => new Date(),
}: FreeQuotaOptions): FreeQuota {
  const refusals = new Map<string, Promise<boolean>>();
  const told = new Set<string>();

  /** Whether the provider has refused this model for it since the quota began, also in another process or before. */
  function wasRefused({ model, region }: ModelPlace, begin: string): Promise<boolean> {
    const key = keyOf({ model, region });
    const known = refusals.get(key);
    if (known !== undefined) return known;
    const asked = ledger
      .count({ model, region, since: startOfDay(begin), errorCode: freeQuotaUsed })
      .then(({ requests }) => requests > 0);
    refusals.set(key, asked);
    return asked;
  }
  return {
    async left(place) {
      const { model, region } = place;
      const begin = since();
      const row = price(model, region);
      if (begin === null || row === undefined || !hasFreeQuota(region)) return null;
      // What an explicit cache costs to write and to read is not covered [Model Studio, free quota, early 2026].
      if (cachesOf(model, region, row).explicit) return null;
      const meter = await freeQuotaMeter(
        ledger,
        { region, since: begin, models: [model] },
        now().getTime(),
      );
      if (meter.ended) return { tokens: 0, over: "ended" };
      const tokens = meter.models[0]?.leftTokens ?? 0;
      if (tokens === 0 || (await wasRefused(place, begin))) return { tokens: 0, over: "used" };
      return { tokens, over: null };
    },
    async turned(place, { over }) {
      const key = keyOf(place);
      if (told.has(key)) return null;
      const { model, region } = place;
      const since24 = now().getTime() - dayMs;
      const free = await ledger.count({ model, region, since: since24, billing: "free-quota" });
      if (free.requests === 0) return null;
      told.add(key);
      const why =
        over === "ended"
          ? `The free quota of ${model} has ended`
          : `The free quota of ${model} is used up, or this request may be more than what is left of it`;
      return `${why}, as far as is counted on this machine: from here on requests cost money.`;
    },
    refused: (place) => void refusals.set(keyOf(place), Promise.resolve(true)),
  };
}

const keyOf = ({ model, region }: ModelPlace): string => `${region}\0${model}`;

/** Whether a request of so many tokens, answer included, would cost money by the token. */
export async function isPaidByToken(
  pricing: Pick<Pricing, "billing">,
  freeQuota: Pick<FreeQuota, "left">,
  { tokens, ...place }: ModelPlace & { readonly tokens: number },
): Promise<boolean> {
  if (pricing.billing(place.model, place.region) !== "metered") return false;
  const left = await freeQuota.left(place);
  return left === null || left.tokens < tokens;
}

/** The entry as it is reserved: free only where the most that the request can take is left. */
export function reservedFree(entry: LedgerReservation, left: FreeLeft | null): LedgerReservation {
  const { mostTokens, bound } = entry;
  if (left === null || bound === null || mostTokens === null) return entry;
  return mostTokens.input + mostTokens.output <= left.tokens
    ? { ...entry, billing: "free-quota", bound: { ...bound, nano: 0n } }
    : entry;
}

/** Who pays for a request that has ended, by what it really took. */
export function settledBilling(
  entry: LedgerReservation,
  usage: TokenUsage | null,
  left: FreeLeft | null,
): Billing {
  if (usage === null || left === null) return entry.billing;
  return left.over === null && usage.inputTokens + usage.outputTokens <= left.tokens
    ? "free-quota"
    : "metered";
}
