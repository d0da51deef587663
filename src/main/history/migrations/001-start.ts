/** Sessions with their events, and the ledger. Triggers make events and entries append-only for every process. */
export const start = `
  CREATE TABLE sessions (
    session_id TEXT PRIMARY KEY,
    workspace TEXT NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    started_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    turns INTEGER NOT NULL,
    last_turn_id TEXT,
    last_turn_status TEXT,
    last_seq INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX sessions_by_time ON sessions (updated_at);
  CREATE INDEX sessions_open_turn ON sessions (session_id)
    WHERE last_turn_id IS NOT NULL AND last_turn_status IS NULL;

  CREATE TABLE events (
    session_id TEXT NOT NULL REFERENCES sessions (session_id),
    seq INTEGER NOT NULL,
    event TEXT NOT NULL,
    PRIMARY KEY (session_id, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE TRIGGER events_keep BEFORE UPDATE ON events
    BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;

  CREATE TABLE session_claims (
    session_id TEXT PRIMARY KEY,
    owner TEXT NOT NULL
  ) STRICT;

  CREATE TABLE reservations (
    request_id TEXT PRIMARY KEY,
    session_id TEXT NOT NULL,
    owner TEXT NOT NULL,
    bound_nano TEXT,
    currency TEXT,
    entry TEXT NOT NULL
  ) STRICT;
  CREATE INDEX reservations_by_session ON reservations (session_id);

  CREATE TABLE ledger (
    id INTEGER PRIMARY KEY,
    request_id TEXT NOT NULL UNIQUE,
    at TEXT NOT NULL,
    workspace TEXT NOT NULL,
    session_id TEXT NOT NULL,
    turn_id TEXT NOT NULL,
    model TEXT NOT NULL,
    region TEXT NOT NULL,
    protocol TEXT NOT NULL,
    key_fingerprint TEXT,
    input_tokens INTEGER,
    cached_tokens INTEGER,
    cache_write_tokens INTEGER,
    output_tokens INTEGER,
    reasoning_tokens INTEGER,
    cost_nano TEXT,
    bound_nano TEXT,
    cost_currency TEXT,
    bound_currency TEXT,
    price_version TEXT,
    status TEXT NOT NULL CHECK (status IN ('completed', 'failed', 'cancelled', 'unknown')),
    first_token_ms INTEGER,
    duration_ms INTEGER,
    retries INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX ledger_by_session ON ledger (session_id);
  CREATE INDEX ledger_by_time ON ledger (at);
  CREATE TRIGGER ledger_keep_rows BEFORE UPDATE ON ledger
    BEGIN SELECT RAISE(ABORT, 'ledger entries are never changed'); END;
  CREATE TRIGGER ledger_keep_all BEFORE DELETE ON ledger
    BEGIN SELECT RAISE(ABORT, 'ledger entries are never deleted'); END;
`;
