import type Database from "better-sqlite3";
import { edgeMs, hourMs, type OwnHour, type OwnHoursQuery } from "../monitoring/hours.ts";

/** The ledger by whole hours, for comparing with the provider's. Runs in the worker. */
export interface HoursStore {
  /** Of requests to Model Studio in one region; what a server on this machine answered is not among them. */
  ownHours(query: OwnHoursQuery): OwnHour[];
}

const sums = (condition: string, prefix: string): string =>
  [
    [`${prefix}calls`, "1"],
    [`${prefix}uncertain`, "status <> 'completed'"],
    [`${prefix}input`, "coalesce(input_tokens, 0)"],
    [`${prefix}cached`, "coalesce(cached_tokens, 0)"],
    [`${prefix}output`, "coalesce(output_tokens, 0)"],
    [`${prefix}unknown`, "input_tokens IS NULL"],
    [`${prefix}most_input`, "iif(input_tokens IS NULL, coalesce(bound_input_tokens, 0), 0)"],
    [`${prefix}most_output`, "iif(input_tokens IS NULL, coalesce(bound_output_tokens, 0), 0)"],
  ]
    .map(([name, value]) => `sum(iif(${condition}, ${value}, 0)) AS ${name}`)
    .join(", ");

/** As text: a sum may be more than a double holds exactly. */
const costs = `CAST(sum(iif(cost_currency = 'USD', coalesce(cost_nano, 0), 0)) AS TEXT) AS usd_nano,
       CAST(sum(iif(cost_currency = 'CNY', coalesce(cost_nano, 0), 0)) AS TEXT) AS cny_nano,
       sum(cost_nano IS NULL) AS unpriced`;

const isEarly = `at_ms % ${hourMs} < ${edgeMs}`;
const isLate = `at_ms % ${hourMs} + coalesce(duration_ms, 0) >= ${hourMs - edgeMs}`;

type HourRow = Readonly<Record<string, number | string>>;

/** Prepares the statement once. `settleLost` runs first, so that what a dead process left is counted. */
export function createHoursStore(database: Database.Database, settleLost: () => void): HoursStore {
  const find = database.prepare<unknown[], HourRow>(
    `SELECT at_ms - at_ms % ${hourMs} AS hour, model, coalesce(key_fingerprint, '') AS fingerprint,
       ${sums("1", "all_")}, ${sums(isEarly, "early_")}, ${sums(isLate, "late_")}, ${costs}
       FROM ledger WHERE at_ms >= @from AND at_ms < @to AND region = @region AND billing <> 'local'
       GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
  );
  return {
    ownHours: (query) => {
      settleLost();
      return find.all(query).map(toHour);
    },
  };
}

function toHour(row: HourRow): OwnHour {
  const of = (name: string): number => Number(row[name] ?? 0);
  const edge = (name: string): OwnHour["early"] => ({
    calls: of(`${name}_calls`),
    uncertainCalls: of(`${name}_uncertain`),
    inputTokens: of(`${name}_input`),
    outputTokens: of(`${name}_output`),
    unknownInputTokens: of(`${name}_most_input`),
    unknownOutputTokens: of(`${name}_most_output`),
  });
  return {
    hour: of("hour"),
    model: String(row["model"]),
    fingerprint: String(row["fingerprint"]),
    calls: of("all_calls"),
    uncertainCalls: of("all_uncertain"),
    inputTokens: of("all_input"),
    cachedTokens: of("all_cached"),
    outputTokens: of("all_output"),
    unknownCalls: of("all_unknown"),
    unknownInputTokens: of("all_most_input"),
    unknownOutputTokens: of("all_most_output"),
    cost: {
      usdNano: BigInt(row["usd_nano"] ?? 0),
      cnyNano: BigInt(row["cny_nano"] ?? 0),
      unpricedCalls: of("unpriced"),
    },
    early: edge("early"),
    late: edge("late"),
  };
}
