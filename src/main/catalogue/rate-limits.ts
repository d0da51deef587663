import limitsFile from "../../../resources/catalogue/rate-limits.json" with { type: "json" };
import { scopesOf } from "./region-facts.ts";

/** What an account may send a model in a minute, all keys together; null = no such limit is known. */
export interface RateLimitRow {
  readonly model: string;
  readonly scope: string;
  readonly rpm: number | null;
  readonly tpm: number | null;
}

/** The limits of a model in a region, by its first scope that has any; undefined = none are known. */
export function rateLimitRow(
  model: string,
  region: string,
  own: readonly RateLimitRow[],
): RateLimitRow | undefined {
  const rows = [...own, ...limitsFile.limits].filter((row) => row.model === model);
  for (const scope of [region, ...scopesOf(region)]) {
    const row = rows.find((each) => each.scope === scope);
    if (row !== undefined) return row;
  }
  return undefined;
}
