/** Hours are the provider's: whole ones of UTC, by their beginning in Unix milliseconds. */
export const hourMs = 3_600_000;

/** So near to an hour's edge a call may be counted on its other side: two clocks, and a call that one counts when it begins and one when it ends. */
export const edgeMs = 300_000;

export const hourOf = (at: number): number => Math.floor(at / hourMs) * hourMs;

/** What one row is of: an hour of UTC, or a day of a time zone. */
export interface Period {
  readonly ms: number;
  /** How far the zone's clock is ahead of UTC. */
  readonly aheadMs: number;
}

export const hourly: Period = { ms: hourMs, aheadMs: 0 };

/** The beginning of the period that a time lies in. */
export const periodOf = (at: number, { ms, aheadMs }: Period): number =>
  Math.floor((at + aheadMs) / ms) * ms - aheadMs;

/** What both sides count. Cached tokens are among the input. */
export interface Counted {
  readonly calls: number;
  readonly inputTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
}

/** Of an hour, what lies near one of its edges. */
export interface OwnEdge {
  readonly calls: number;
  readonly uncertainCalls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly unknownInputTokens: number;
  readonly unknownOutputTokens: number;
}

/** What requests cost by the price list, in nano-units of each currency. */
export interface OwnCost {
  readonly usdNano: bigint;
  readonly cnyNano: bigint;
  /** Requests that are in neither: without usage, or of an unknown price. */
  readonly unpricedCalls: number;
}

/** Requests of ours that were sent in one hour with one model and key, by the ledger. */
export interface OwnHour extends Counted {
  readonly hour: number;
  readonly model: string;
  /** "" = not known. */
  readonly fingerprint: string;
  /** Of the calls, those that did not complete: the provider may have counted them or not. */
  readonly uncertainCalls: number;
  /** Of the calls, those without usage, and the most tokens that they can have used. */
  readonly unknownCalls: number;
  readonly unknownInputTokens: number;
  readonly unknownOutputTokens: number;
  readonly cost: OwnCost;
  /** Sent within `edgeMs` of its beginning. */
  readonly early: OwnEdge;
  /** Under way within `edgeMs` of its end, or after it. */
  readonly late: OwnEdge;
}

/** What the provider counted in one hour for one model, workspace and key. */
export interface ProviderHour extends Counted {
  readonly hour: number;
  readonly model: string;
  readonly workspaceId: string;
  readonly apiKeyId: string;
  /** Of the calls, those with a status other than success. */
  readonly failedCalls: number;
}

/** The provider's figures over a stretch of time. */
export interface ProviderFigures {
  readonly hours: readonly ProviderHour[];
  /** First and newest sample of each workspace, in Unix milliseconds. */
  readonly workspaces: Readonly<
    Record<string, { readonly first: number; readonly newest: number }>
  >;
}

/** Which hours of ours; `to` is exclusive. */
export interface OwnHoursQuery {
  readonly region: string;
  readonly from: number;
  readonly to: number;
}

/** The extents of two looks at the same workspaces, together. */
export function joinExtents(
  one: ProviderFigures["workspaces"],
  other: ProviderFigures["workspaces"],
): Record<string, { first: number; newest: number }> {
  const all: Record<string, { first: number; newest: number }> = { ...one };
  for (const [id, extent] of Object.entries(other)) {
    const known = all[id] ?? extent;
    all[id] = {
      first: Math.min(known.first, extent.first),
      newest: Math.max(known.newest, extent.newest),
    };
  }
  return all;
}
