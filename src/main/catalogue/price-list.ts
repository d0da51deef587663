import { currencySchema, type Currency } from "../../shared/money.ts";
import { scopesOf } from "./region-facts.ts";
import pricesFile from "../../../resources/catalogue/prices.json" with { type: "json" };

/** Nano-units (1e-9) of the currency per token, up to and with so many input tokens of one request. */
interface PriceTier {
  readonly maxInputTokens: number;
  readonly input: number;
  readonly output: number;
  /** For every output token of a request that thinks; missing = the same. */
  readonly outputThinking?: number | undefined;
}

/** What a model costs in a region. No tier = known, and without a price. Percents are of the input price; null = there is no such cache. */
export interface PriceRow {
  readonly model: string;
  readonly region: string;
  readonly currency: string;
  readonly tiers: readonly PriceTier[];
  readonly implicitReadPercent: number | null;
  readonly explicitReadPercent: number | null;
  readonly explicitCreatePercent: number | null;
}

/** The row of a model in a region, the person's own before Belay's and the region's before that of a wider scope; undefined = the price is not known. */
export function priceRow(
  model: string,
  region: string,
  own: readonly PriceRow[],
): PriceRow | undefined {
  const places = [region, ...scopesOf(region)];
  const rowIn = (rows: readonly PriceRow[]): PriceRow | undefined => {
    const ofModel = rows.filter((row) => row.model === model);
    return places.flatMap((place) => ofModel.filter((row) => row.region === place))[0];
  };
  return rowIn(own) ?? rowIn(pricesFile.prices);
}

/** Ids with a row in the region. */
export function pricedModels(region: string, own: readonly PriceRow[]): readonly string[] {
  const places = new Set([region, ...scopesOf(region)]);
  return [...own, ...pricesFile.prices]
    .filter((row) => places.has(row.region))
    .map((row) => row.model);
}

/** In which a region is paid, by the prices of its nearest scope that has any; null where no price is known, or they are in two. */
export function currencyIn(region: string, own: readonly PriceRow[]): Currency | null {
  for (const place of [region, ...scopesOf(region)]) {
    const rows = [...own, ...pricesFile.prices].filter((row) => row.region === place);
    const used = new Set(rows.map(({ currency }) => currency));
    if (used.size > 0) return used.size === 1 ? currencySchema.parse(rows[0]?.currency) : null;
  }
  return null;
}

/** Nano-units per token are thousandths of a unit per million tokens; as a decimal string without a rounding error. */
export const perMillion = (nanoPerToken: number): string => String(nanoPerToken / 1000);
