import type { Currency } from "../../shared/money.ts";
import type {
  CallFilter,
  UsageCallPage,
  UsageDimension,
  UsageFigures,
  UsageFilter,
} from "../../shared/usage-panel.ts";

/** What rows are put together by: a fact of theirs, or the stretch of time that they fall into, by its start in Unix milliseconds. */
export type Grouping =
  | { readonly by: Exclude<UsageDimension, "day"> | "nothing" }
  | { readonly starts: readonly number[] };

/** Figures of one group. `currency` is null when currencies were not held apart, or none is known. */
export interface FiguresOfGroup {
  /** The fact, or the index of the stretch of time. */
  readonly key: string;
  readonly currency: string | null;
  readonly figures: UsageFigures;
}

export interface FiguresQuery {
  readonly filter: UsageFilter;
  /** Each is answered on its own, from one reading. */
  readonly groupings: readonly Grouping[];
  /** One group per key and currency instead of one per key. */
  readonly splitCurrencies?: boolean;
}

/** First and last request, as Unix milliseconds: exact to a quarter of an hour. */
export interface Extent {
  readonly first: number;
  readonly last: number;
}

export interface SessionsQuery {
  readonly filter: UsageFilter;
  /** How many sessions at most. */
  readonly first: number;
}

export interface DearestSessions {
  /** As `figures` answers by session, dearest first. */
  readonly groups: readonly FiguresOfGroup[];
  /** How many the filter chooses in all. */
  readonly sessions: number;
  /** In which any of them has a cost. */
  readonly currencies: readonly Currency[];
}

export interface CallQuery {
  readonly filter: CallFilter;
  readonly before?: number;
  readonly limit: number;
}

/** What can be asked of the ledger. Nothing here changes it. */
export interface UsageReads {
  /** Per grouping the groups that have requests, in the order of their first one. */
  figures(query: FiguresQuery): Promise<readonly (readonly FiguresOfGroup[])[]>;
  /** Some of the sessions, with no more read of the others than what they cost: a month has thousands. */
  dearestSessions(query: SessionsQuery): Promise<DearestSessions>;
  /** null when the filter chooses no request. */
  extent(filter: UsageFilter): Promise<Extent | null>;
  calls(query: CallQuery): Promise<UsageCallPage>;
  /** Titles of sessions that have one. */
  titles(sessionIds: readonly string[]): Promise<Readonly<Record<string, string>>>;
}
