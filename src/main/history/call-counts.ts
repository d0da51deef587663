import type Database from "better-sqlite3";
import type { Protocol, SessionEvent } from "../../shared/events.ts";
import type { ModelHealth } from "../../shared/model-health.ts";

/** What answered a request. */
export interface ServedBy {
  readonly model: string;
  readonly region: string;
  readonly protocol: Protocol;
}

/** What an event says about tool calls: who answers from now on, or what is to be counted for who answered last. */
export interface CallNews {
  readonly servedBy?: ServedBy;
  readonly counted?: readonly string[];
}

/** Of every event; most say nothing. */
export function callNewsOf(event: SessionEvent): CallNews {
  switch (event.type) {
    case "usage-add": {
      const { model, region, protocol } = event;
      return { servedBy: { model, region, protocol } };
    }
    case "tool-call-start":
      return {
        counted: [
          "calls",
          ...(event.malformed === true ? ["malformed"] : []),
          ...(event.repairs ?? []),
        ],
      };
    case "tool-call-end": {
      const counted = [...(event.status === "failed" ? ["failed"] : []), ...(event.repairs ?? [])];
      return counted.length === 0 ? {} : { counted };
    }
    default:
      return {};
  }
}

/** The counts of calls. To be used inside the transaction that stores the events. */
export interface CallCounts {
  /** The events of one session, stored already, in order. */
  follow(sessionId: string, events: readonly (CallNews & { readonly seq: number })[]): void;
  all(): ModelHealth[];
}

interface CountRow extends ServedBy {
  readonly what: string;
  readonly count: number;
}

export function createCallCounts(database: Database.Database): CallCounts {
  const add = database.prepare<ServedBy & { readonly what: string }>(
    `INSERT INTO call_counts VALUES (@model, @region, @protocol, @what, 1)
     ON CONFLICT (model, region, protocol, what) DO UPDATE SET count = count + 1`,
  );
  // Each request is logged before its calls, so that it is a few rows back.
  const findServed = database.prepare<[string, number], ServedBy>(
    `SELECT event ->> 'model' AS model, event ->> 'region' AS region, event ->> 'protocol' AS protocol FROM events
      WHERE session_id = ? AND seq < ? AND event ->> 'type' = 'usage-add' ORDER BY seq DESC LIMIT 1`,
  );
  // The demo's model is a script.
  const findAll = database.prepare<[], CountRow>(
    "SELECT * FROM call_counts WHERE region <> 'demo' ORDER BY model, region, protocol",
  );
  return {
    follow(sessionId, events) {
      let servedBy: ServedBy | undefined;
      for (const { seq, servedBy: next, counted = [] } of events) {
        servedBy = next ?? servedBy;
        if (counted.length === 0) continue;
        servedBy ??= findServed.get(sessionId, seq);
        if (servedBy === undefined) continue;
        for (const what of counted) add.run({ ...servedBy, what });
      }
    },
    all: () => [...Map.groupBy(findAll.all(), keyOf).values()].flatMap(toHealth),
  };
}

const keyOf = ({ model, region, protocol }: ServedBy): string =>
  JSON.stringify([model, region, protocol]);

function toHealth(rows: readonly CountRow[]): ModelHealth[] {
  const [first] = rows;
  if (first === undefined) return [];
  const { model, region, protocol } = first;
  const counts = Object.fromEntries(rows.map(({ what, count }) => [what, count]));
  const { calls = 0, malformed = 0, failed = 0, ...repairs } = counts;
  return [{ model, region, protocol, calls, malformed, failed, repairs }];
}
