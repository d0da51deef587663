import type Database from "better-sqlite3";
import type { PartKind, PrefixChange } from "../../shared/context.ts";
import type { RequestId, SessionId } from "../../shared/ids.ts";
import type { UsageCall } from "../../shared/usage-panel.ts";
import type { PrefixPart } from "../usage/cache-doctor/prefix-parts.ts";
import type {
  AnsweredPrefix,
  KnownPrefix,
  MeasuredRequest,
  PrefixFacts,
  PrefixRecord,
} from "../usage/cache-doctor/prefix-records.ts";
import { setDurable } from "./event-store.ts";
import { toCall, toUsage, type CallRow, type LedgerRow } from "./ledger-row.ts";

/** The SQL of what was sent. Runs in the worker. */
export interface PrefixSql {
  prefixKey(): Uint8Array;
  rememberPrefix(record: PrefixRecord): void;
  newestPrefixes(sessionId: SessionId, chain: string): KnownPrefix[];
  prefixFacts(requestIds: readonly RequestId[]): PrefixFacts[];
  prefixParts(requestId: RequestId): PrefixPart[] | null;
  measuredRequests(sessionId: SessionId): MeasuredRequest[];
  ledgerCall(requestId: RequestId): UsageCall | null;
}

/** Some 60 MB: what is older goes, and its requests are told as "not recorded". */
const mostRows = 200_000;

/** How far back an answered request is looked for behind failed ones. */
const mostHops = 16;

const newestRows = 4;
const measuredRows = 21;

interface PrefixRow {
  readonly id: number;
  readonly request_id: RequestId;
  readonly chain: string;
  readonly base_id: number | null;
  readonly parts: number;
  readonly kept: number;
  readonly kept_bytes: number;
  readonly known_bytes: number;
  readonly total_bytes: number;
  readonly tail: string;
  readonly changes: string | null;
}

/** Prepares the statements once. `most` rows are kept, about. */
export function createPrefixStore(database: Database.Database, most = mostRows): PrefixSql {
  const byId = database.prepare<[number], PrefixRow>("SELECT * FROM prefixes WHERE id = ?");
  const byRequest = database.prepare<[string], PrefixRow>(
    "SELECT * FROM prefixes WHERE request_id = ?",
  );
  const find = (id: number | null): PrefixRow | undefined =>
    id === null ? undefined : byId.get(id);
  const remember = createRemember(database, most);
  const newest = createNewest(database);
  return {
    prefixKey: () =>
      database.prepare<[], Uint8Array>("SELECT key FROM prefix_key").pluck().get() ??
      new Uint8Array(),
    rememberPrefix: (record) => {
      setDurable(database, false);
      remember.immediate(record);
    },
    newestPrefixes: (sessionId, chain) =>
      newest(sessionId, chain).flatMap((row) => {
        const parts = partsOf(row, find);
        return parts === null ? [] : [{ requestId: row.request_id, chain: row.chain, parts }];
      }),
    prefixFacts: createFacts(database, { find, byRequest: (id) => byRequest.get(id) }),
    prefixParts: (requestId) => {
      const row = byRequest.get(requestId);
      return row === undefined ? null : partsOf(row, find);
    },
    measuredRequests: createMeasured(database),
    ledgerCall: createCall(database),
  };
}

function createRemember(database: Database.Database, most: number) {
  const insert = database.prepare(
    `INSERT INTO prefixes (request_id, session_id, at_ms, chain, base_id, parts, kept, kept_bytes, known_bytes, total_bytes, tail, changes)
     VALUES (@requestId, @sessionId, @at, @chain, (SELECT id FROM prefixes WHERE request_id = @base), @parts, @kept, @keptBytes,
       @knownBytes, @totalBytes, @tail, @changes) ON CONFLICT (request_id) DO NOTHING`,
  );
  const prune = database.prepare<[number]>("DELETE FROM prefixes WHERE id <= ?");
  const pruneEvery = Math.min(256, most);
  return database.transaction((record: PrefixRecord): void => {
    const { tail, changes, kept } = record;
    const { lastInsertRowid } = insert.run({
      ...record,
      parts: kept + tail.length,
      tail: JSON.stringify(tail.map(toStored)),
      changes: changes.length === 0 ? null : JSON.stringify(changes),
    });
    const id = Number(lastInsertRowid);
    if (id % pruneEvery === 0) prune.run(id - most);
  });
}

function createNewest(database: Database.Database) {
  const newest = database.prepare<[string, number], PrefixRow>(
    "SELECT * FROM prefixes WHERE session_id = ? ORDER BY id DESC LIMIT ?",
  );
  const newestOfChain = database.prepare<[string, string], PrefixRow>(
    "SELECT * FROM prefixes WHERE session_id = ? AND chain = ? ORDER BY id DESC LIMIT 1",
  );
  return (sessionId: SessionId, chain: string): PrefixRow[] => {
    const rows = newest.all(sessionId, newestRows);
    const own = newestOfChain.get(sessionId, chain);
    const all = own === undefined || rows.some(({ id }) => id === own.id) ? rows : [...rows, own];
    return all.toReversed();
  };
}

type Find = (id: number | null) => PrefixRow | undefined;

/** Goes back to where each part was first sent; null where that is gone. */
function partsOf(row: PrefixRow, find: Find): PrefixPart[] | null {
  const pieces: PrefixPart[][] = [];
  let present: PrefixRow | undefined = row;
  let wanted = row.parts;
  while (wanted > 0) {
    if (present === undefined) return null;
    const { kept } = present;
    if (kept < wanted) {
      pieces.push(readTail(present.tail).slice(0, wanted - kept));
      wanted = kept;
    }
    present = find(present.base_id);
  }
  return pieces.toReversed().flat();
}

type StoredPart = readonly [kind: PartKind, label: string, bytes: number, hash: string];

const toStored = ({ kind, label, bytes, hash }: PrefixPart): StoredPart => [
  kind,
  label,
  bytes,
  hash,
];

/* oxlint-disable typescript/no-unsafe-type-assertion -- written by rememberPrefix from these very types */
const readTail = (text: string): PrefixPart[] =>
  (JSON.parse(text) as StoredPart[]).map(([kind, label, bytes, hash]) => ({
    kind,
    label,
    bytes,
    hash,
  }));

const readChanges = ({ changes }: PrefixRow): PrefixChange[] =>
  changes === null ? [] : (JSON.parse(changes) as PrefixChange[]);
/* oxlint-enable typescript/no-unsafe-type-assertion */

interface Rows {
  readonly find: Find;
  readonly byRequest: (requestId: RequestId) => PrefixRow | undefined;
}

function createFacts(database: Database.Database, { find, byRequest }: Rows) {
  const ofLedger = database.prepare<[string], LedgerRow>(
    "SELECT * FROM ledger WHERE request_id = ?",
  );
  const factsOf = (requestId: RequestId): PrefixFacts[] => {
    const own = ofLedger.get(requestId);
    if (own === undefined) return [];
    const explicitCache = own.explicit_cache === 1;
    const row = byRequest(requestId);
    if (row === undefined) return [{ requestId, explicitCache, record: null, base: null }];
    return [{ requestId, explicitCache, ...compared(row, find, (id) => ofLedger.get(id)) }];
  };
  return (requestIds: readonly RequestId[]): PrefixFacts[] => requestIds.flatMap(factsOf);
}

/** Against the last request before it that the provider answered: one that failed has left nothing in a cache that counts on it. */
function compared(
  row: PrefixRow,
  find: Find,
  ofLedger: (requestId: RequestId) => LedgerRow | undefined,
): Pick<PrefixFacts, "record" | "base"> {
  let { kept, kept_bytes: keptBytes, known_bytes: knownBytes } = row;
  const { total_bytes: totalBytes } = row;
  const changes = readChanges(row);
  let last = row;
  for (let hops = 0; hops < mostHops && last.base_id !== null; hops += 1) {
    const base = find(last.base_id);
    // What it goes on from is not kept any more.
    if (base === undefined) return { record: null, base: null };
    const answered = answeredIn(ofLedger(base.request_id));
    if (answered !== null) {
      const isWhole = kept === base.parts;
      return { record: { keptBytes, knownBytes, totalBytes, changes, isWhole }, base: answered };
    }
    if (base.kept < kept) [kept, keptBytes] = [base.kept, base.kept_bytes];
    knownBytes = Math.min(knownBytes, base.known_bytes);
    const told = new Set(changes.map(({ cause }) => cause));
    changes.push(...readChanges(base).filter(({ cause }) => !told.has(cause)));
    last = base;
  }
  const nothing = { keptBytes: 0, knownBytes: 0, totalBytes, changes: [] };
  return { record: { ...nothing, isWhole: true }, base: null };
}

function answeredIn(row: LedgerRow | undefined): AnsweredPrefix | null {
  const usage = row === undefined ? null : toUsage(row);
  if (row === undefined || usage === null || usage.inputTokens === 0) return null;
  return {
    model: row.model,
    region: row.region,
    protocol: row.protocol,
    keyFingerprint: row.key_fingerprint,
    endedAt: row.at_ms + (row.duration_ms ?? 0),
    usage,
  };
}

function createMeasured(database: Database.Database) {
  const find = database.prepare<[string, number], MeasuredRequest>(
    `SELECT bound_input_tokens AS bytes, input_tokens AS tokens FROM ledger
      WHERE session_id = ? AND input_tokens > 0 AND bound_input_tokens > 0 AND purpose IN ('chat', 'quick-ask', 'compaction')
      ORDER BY at_ms DESC, id DESC LIMIT ?`,
  );
  // The bound of a request's input is its size: every byte a token.
  return (sessionId: SessionId): MeasuredRequest[] =>
    find.all(sessionId, measuredRows).toReversed();
}

function createCall(database: Database.Database) {
  const find = database.prepare<[string], CallRow>(
    `SELECT ledger.*, (SELECT title FROM sessions WHERE sessions.session_id = ledger.session_id) AS title
       FROM ledger WHERE request_id = ?`,
  );
  return (requestId: RequestId): UsageCall | null => {
    const row = find.get(requestId);
    return row === undefined ? null : toCall(row);
  };
}
