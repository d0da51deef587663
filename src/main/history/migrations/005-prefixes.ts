/**
 * What was sent, for what explains a cache miss: per attempt how it differs from an earlier request of its session, as sizes and
 * keyed hashes of parts, never text. Apart from the ledger, and bounded: see docs/cache.md.
 */
export const prefixes = `
  CREATE TABLE prefix_key (key BLOB NOT NULL) STRICT;
  INSERT INTO prefix_key VALUES (randomblob(32));
  CREATE TABLE prefixes (
    id INTEGER PRIMARY KEY,
    request_id TEXT NOT NULL UNIQUE,
    session_id TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    chain TEXT NOT NULL,
    base_id INTEGER,
    parts INTEGER NOT NULL,
    kept INTEGER NOT NULL,
    kept_bytes INTEGER NOT NULL,
    known_bytes INTEGER NOT NULL,
    total_bytes INTEGER NOT NULL,
    tail TEXT NOT NULL,
    changes TEXT
  ) STRICT;
  CREATE INDEX prefixes_by_session ON prefixes (session_id, id);
`;
