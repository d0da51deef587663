/** How one request ended and how long it took, as columns of `usage_timings`; `row` is where it is. */
export const timingFacts = (row: string): string => `
  ${row}.status = 'completed', ${row}.status = 'failed', ${row}.status = 'cancelled', ${row}.status = 'unknown',
  iif(${row}.status = 'completed', coalesce(${row}.first_token_ms, '') || ',' || coalesce(${row}.duration_ms, '') || ';', '')`;

const valuesOf = (row: string): string => `
  ${row}.at_ms - ${row}.at_ms % 900000, ${row}.workspace, ${row}.session_id, ${row}.model, ${row}.region,
  coalesce(${row}.cost_currency, ${row}.bound_currency, ''), ${timingFacts(row)}`;

const add = `ON CONFLICT DO UPDATE SET
    completed = completed + excluded.completed,
    failed = failed + excluded.failed,
    cancelled = cancelled + excluded.cancelled,
    lost = lost + excluded.lost,
    latencies = latencies || excluded.latencies`;

/**
 * Beside `usage_slots`: how the requests of a slot ended, and "first,total;" in milliseconds of each completed one, from which
 * percentiles are exact, as they are not from sums. A trigger keeps it in the transaction of the entry. Told in docs/usage.md.
 */
export const usageTimings = `
  CREATE TABLE usage_timings (
    slot_ms INTEGER NOT NULL,
    workspace TEXT NOT NULL,
    session_id TEXT NOT NULL,
    model TEXT NOT NULL,
    region TEXT NOT NULL,
    currency TEXT NOT NULL,
    completed INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    cancelled INTEGER NOT NULL,
    lost INTEGER NOT NULL,
    latencies TEXT NOT NULL,
    PRIMARY KEY (slot_ms, workspace, session_id, model, region, currency)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX usage_timings_by_session ON usage_timings (session_id);
  CREATE INDEX usage_slots_by_session ON usage_slots (session_id);
  INSERT INTO usage_timings SELECT ${valuesOf("ledger")} FROM ledger WHERE true ORDER BY id ${add};
  CREATE TRIGGER ledger_timings AFTER INSERT ON ledger BEGIN
    INSERT INTO usage_timings VALUES (${valuesOf("NEW")}) ${add};
  END;
  CREATE TRIGGER usage_timings_keep BEFORE DELETE ON usage_timings
    BEGIN SELECT RAISE(ABORT, 'sums of the ledger are never deleted'); END;
`;
