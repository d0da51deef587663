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

/** The row of a model in a region, the region's own before that of a wider scope; undefined = the price is not known. */
export function priceRow(model: string, region: string): PriceRow | undefined {
  const rows: readonly PriceRow[] = pricesFile.prices.filter((row) => row.model === model);
  for (const scope of scopesOf(region)) {
    const row = rows.find((each) => each.region === scope);
    if (row !== undefined) return row;
  }
  return undefined;
}

/** Ids with a row in the region. */
export const pricedModels = (region: string): readonly string[] =>
  pricesFile.prices.filter((row) => scopesOf(region).includes(row.region)).map((row) => row.model);

/** Nano-units per token are thousandths of a unit per million tokens; as a decimal string without a rounding error. */
export const perMillion = (nanoPerToken: number): string => String(nanoPerToken / 1000);
