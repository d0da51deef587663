import {
  currencySchema,
  formatNano,
  type Currency,
  type Money,
  type Nano,
} from "../../shared/money.ts";
import type { Billing, TokenUsage } from "../../shared/usage.ts";
import { emptyCatalogue, type OwnCatalogue } from "../catalogue/own-catalogue.ts";
import { regionKind } from "../catalogue/region-facts.ts";
import { priceRow, type PriceRow } from "../catalogue/price-list.ts";
import pricesFile from "../../../resources/catalogue/prices.json" with { type: "json" };

/** What requests cost, by the provider's rules (see `rules` in resources/catalogue/prices.json). */
export interface Pricing {
  /** Of the list that a price is from; kept with every entry of the ledger. */
  version(model: string, region: string): string;
  /** What its prices are from; undefined = they are not known. */
  row(model: string, region: string): PriceRow | undefined;
  /** Who pays. A plan and a server of one's own cost nothing, unless the person's own list says otherwise. */
  billing(model: string, region: string): Billing;
  /** Exact; null when the price of this model in this region is not known. */
  cost(model: string, region: string, usage: TokenUsage, explicitCache: boolean): Money | null;
  /** The most a request can cost: the dearest bracket that its input may fall into, no cache hit, every token of the output limit. */
  upperBound(
    model: string,
    region: string,
    inputTokens: number,
    outputTokens: number,
  ): { readonly nano: Nano; readonly currency: Currency } | null;
}

type OwnPrices = Pick<OwnCatalogue, "prices" | "priceVersion">;
type Tier = PriceRow["tiers"][number];

/** Prices of the person's own list and of the catalogue. The scripted model of the demo costs nothing. */
export function createPricing(own: () => OwnPrices = () => emptyCatalogue): Pricing {
  const rowOf = (model: string, region: string): PriceRow | undefined =>
    priceRow(model, region, own().prices);
  return {
    version(model, region) {
      const { prices, priceVersion } = own();
      const row = priceRow(model, region, prices);
      return row !== undefined && prices.includes(row) ? priceVersion : pricesFile.version;
    },
    row: rowOf,
    billing: (model, region) =>
      rowOf(model, region) === undefined ? unlistedBilling(region) : "metered",
    // oxlint-disable-next-line max-params -- the four facts that make a price; an object would only name them twice
    cost(model, region, usage, explicitCache) {
      const row = rowOf(model, region);
      if (row === undefined)
        return isUnpaid(region) ? { amount: "0", currency: currencyAt(region) } : null;
      const tier = tierFor(row, usage.inputTokens);
      if (tier === undefined) return null;
      const nano =
        inputNano(row, tier, { usage, explicitCache }) +
        BigInt(usage.outputTokens) * outputNano(tier, usage.reasoningTokens > 0);
      return { amount: formatNano(nano), currency: currencySchema.parse(row.currency) };
    },
    // oxlint-disable-next-line max-params -- the four facts that make a price; an object would only name them twice
    upperBound(model, region, inputTokens, outputTokens) {
      const row = rowOf(model, region);
      if (row === undefined)
        return isUnpaid(region) ? { nano: 0n, currency: currencyAt(region) } : null;
      const tier = tierFor(row, inputTokens);
      if (tier === undefined) return null;
      // Writing an explicit cache entry costs more than plain input.
      const percent = BigInt(Math.max(100, row.explicitCreatePercent ?? 100));
      const nano =
        ceilDivide(BigInt(inputTokens) * BigInt(tier.input) * percent, 100n) +
        BigInt(outputTokens) * outputNano(tier, true);
      return { nano, currency: currencySchema.parse(row.currency) };
    },
  };
}

/** Of a model without a row: a plan is paid by the month, and nobody is paid for the demo or a server of one's own. */
function unlistedBilling(region: string): Billing {
  if (region === "demo") return "local";
  const kind = regionKind(region);
  return kind === "plan" || kind === "local" ? kind : "metered";
}

const isUnpaid = (region: string): boolean => unlistedBilling(region) !== "metered";

/** What nothing is counted in. */
const currencyAt = (region: string): Currency => (region.endsWith("-china") ? "CNY" : "USD");

/** The bracket of the whole request; the last one also covers what lies above it. */
function tierFor(row: PriceRow, inputTokens: number): Tier | undefined {
  return row.tiers.find((tier) => inputTokens <= tier.maxInputTokens) ?? row.tiers.at(-1);
}

/** A few models ask more for every output token of a request that thinks. */
function outputNano(tier: Tier, thinks: boolean): Nano {
  return BigInt(thinks ? (tier.outputThinking ?? tier.output) : tier.output);
}

interface InputUsage {
  readonly usage: TokenUsage;
  readonly explicitCache: boolean;
}

function inputNano(row: PriceRow, tier: Tier, { usage, explicitCache }: InputUsage): Nano {
  const cached = Math.min(usage.cachedTokens, usage.inputTokens);
  const written = explicitCache ? Math.min(usage.cacheWriteTokens, usage.inputTokens - cached) : 0;
  const plain = usage.inputTokens - cached - written;
  const readPercent = (explicitCache ? row.explicitReadPercent : row.implicitReadPercent) ?? 100;
  const price = BigInt(tier.input);
  const hundredths =
    BigInt(plain) * price * 100n +
    BigInt(cached) * price * BigInt(readPercent) +
    BigInt(written) * price * BigInt(row.explicitCreatePercent ?? 100);
  // Whole for almost every row; where a multiplier leaves half a nano-unit (qwen3.6-flash, 250 × 1.25) the request is rounded up once.
  return ceilDivide(hundredths, 100n);
}

const ceilDivide = (value: bigint, by: bigint): bigint => (value + by - 1n) / by;
