/**
 * The ledger by attempt, with what it was for and who pays; amounts as integers, so that SQLite sums them. `usage_slots` and
 * `spent` are sums of it, kept by a trigger in the transaction of the entry: whoever writes the entry, they agree with it.
 * Every column is told in docs/usage.md.
 */
export const usage = `
  DROP TRIGGER ledger_keep_rows;
  DROP TRIGGER ledger_keep_all;
  DROP INDEX ledger_by_session;
  DROP INDEX ledger_by_time;
  ALTER TABLE ledger RENAME TO ledger_before;

  CREATE TABLE ledger (
    id INTEGER PRIMARY KEY,
    request_id TEXT NOT NULL UNIQUE,
    retry_of TEXT,
    retries INTEGER NOT NULL,
    provider_request_id TEXT,
    at_ms INTEGER NOT NULL,
    workspace TEXT NOT NULL,
    session_id TEXT NOT NULL,
    turn_id TEXT NOT NULL,
    purpose TEXT NOT NULL,
    model TEXT NOT NULL,
    region TEXT NOT NULL,
    protocol TEXT NOT NULL,
    key_fingerprint TEXT,
    billing TEXT NOT NULL CHECK (billing IN ('metered', 'free-quota', 'plan', 'local')),
    explicit_cache INTEGER NOT NULL CHECK (explicit_cache IN (0, 1)),
    input_tokens INTEGER,
    cached_tokens INTEGER,
    cache_write_tokens INTEGER,
    output_tokens INTEGER,
    reasoning_tokens INTEGER,
    cost_nano INTEGER,
    cost_currency TEXT,
    price_version TEXT,
    bound_nano INTEGER,
    bound_currency TEXT,
    bound_input_tokens INTEGER,
    bound_output_tokens INTEGER,
    status TEXT NOT NULL CHECK (status IN ('completed', 'failed', 'cancelled', 'unknown')),
    error_code TEXT,
    first_token_ms INTEGER,
    duration_ms INTEGER
  ) STRICT;
  CREATE INDEX ledger_by_time ON ledger (at_ms);
  CREATE INDEX ledger_by_session ON ledger (session_id, at_ms);
  CREATE INDEX ledger_by_workspace ON ledger (workspace, at_ms);

  CREATE TABLE usage_slots (
    slot_ms INTEGER NOT NULL,
    workspace TEXT NOT NULL,
    session_id TEXT NOT NULL,
    model TEXT NOT NULL,
    region TEXT NOT NULL,
    protocol TEXT NOT NULL,
    key_fingerprint TEXT NOT NULL,
    purpose TEXT NOT NULL,
    billing TEXT NOT NULL,
    currency TEXT NOT NULL,
    calls INTEGER NOT NULL,
    failed_calls INTEGER NOT NULL,
    retried_calls INTEGER NOT NULL,
    unpriced_calls INTEGER NOT NULL,
    unknown_calls INTEGER NOT NULL,
    input_tokens INTEGER NOT NULL,
    cached_tokens INTEGER NOT NULL,
    cache_write_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    reasoning_tokens INTEGER NOT NULL,
    cost_nano INTEGER NOT NULL,
    unknown_nano INTEGER NOT NULL,
    unknown_tokens INTEGER NOT NULL,
    first_token_calls INTEGER NOT NULL,
    first_token_ms INTEGER NOT NULL,
    duration_calls INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL,
    PRIMARY KEY (slot_ms, workspace, session_id, model, region, protocol, key_fingerprint, purpose, billing, currency)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE spent (
    scope TEXT NOT NULL CHECK (scope IN ('session', 'workspace', 'slot')),
    key TEXT NOT NULL,
    currency TEXT NOT NULL,
    cost_nano INTEGER NOT NULL,
    unknown_nano INTEGER NOT NULL,
    PRIMARY KEY (scope, key, currency)
  ) STRICT, WITHOUT ROWID;

  CREATE TRIGGER ledger_sums AFTER INSERT ON ledger BEGIN
    INSERT INTO usage_slots VALUES (
      NEW.at_ms - NEW.at_ms % 900000, NEW.workspace, NEW.session_id, NEW.model, NEW.region, NEW.protocol,
      coalesce(NEW.key_fingerprint, ''), NEW.purpose, NEW.billing, coalesce(NEW.cost_currency, NEW.bound_currency, ''),
      1, NEW.status <> 'completed', NEW.retries > 0, NEW.cost_nano IS NULL, NEW.input_tokens IS NULL,
      coalesce(NEW.input_tokens, 0), coalesce(NEW.cached_tokens, 0), coalesce(NEW.cache_write_tokens, 0),
      coalesce(NEW.output_tokens, 0), coalesce(NEW.reasoning_tokens, 0), coalesce(NEW.cost_nano, 0),
      iif(NEW.cost_nano IS NULL, coalesce(NEW.bound_nano, 0), 0),
      iif(NEW.input_tokens IS NULL, coalesce(NEW.bound_input_tokens, 0) + coalesce(NEW.bound_output_tokens, 0), 0),
      NEW.first_token_ms IS NOT NULL, coalesce(NEW.first_token_ms, 0),
      NEW.duration_ms IS NOT NULL, coalesce(NEW.duration_ms, 0)
    ) ON CONFLICT DO UPDATE SET
      calls = calls + 1,
      failed_calls = failed_calls + excluded.failed_calls,
      retried_calls = retried_calls + excluded.retried_calls,
      unpriced_calls = unpriced_calls + excluded.unpriced_calls,
      unknown_calls = unknown_calls + excluded.unknown_calls,
      input_tokens = input_tokens + excluded.input_tokens,
      cached_tokens = cached_tokens + excluded.cached_tokens,
      cache_write_tokens = cache_write_tokens + excluded.cache_write_tokens,
      output_tokens = output_tokens + excluded.output_tokens,
      reasoning_tokens = reasoning_tokens + excluded.reasoning_tokens,
      cost_nano = cost_nano + excluded.cost_nano,
      unknown_nano = unknown_nano + excluded.unknown_nano,
      unknown_tokens = unknown_tokens + excluded.unknown_tokens,
      first_token_calls = first_token_calls + excluded.first_token_calls,
      first_token_ms = first_token_ms + excluded.first_token_ms,
      duration_calls = duration_calls + excluded.duration_calls,
      duration_ms = duration_ms + excluded.duration_ms;
    INSERT INTO spent
      SELECT place.scope, place.key, coalesce(NEW.cost_currency, NEW.bound_currency),
        coalesce(NEW.cost_nano, 0), iif(NEW.cost_nano IS NULL, coalesce(NEW.bound_nano, 0), 0)
        FROM (SELECT 'session' AS scope, NEW.session_id AS key
          UNION ALL SELECT 'workspace', NEW.workspace
          UNION ALL SELECT 'slot', printf('%013d', NEW.at_ms - NEW.at_ms % 900000)) AS place
        WHERE coalesce(NEW.cost_currency, NEW.bound_currency) IS NOT NULL
      ON CONFLICT DO UPDATE SET
        cost_nano = cost_nano + excluded.cost_nano, unknown_nano = unknown_nano + excluded.unknown_nano;
  END;

  INSERT INTO ledger
    SELECT id, request_id, NULL, retries, NULL, CAST(round(unixepoch(at, 'subsec') * 1000) AS INTEGER),
      workspace, ledger_before.session_id, turn_id,
      CASE WHEN ledger_before.session_id LIKE 'completions-%' THEN 'completion'
        WHEN ledger_before.session_id LIKE 'endpoint-test-%' THEN 'check'
        WHEN (SELECT kind FROM sessions WHERE sessions.session_id = ledger_before.session_id) = 'quick' THEN 'quick-ask'
        ELSE 'chat' END,
      model, region, protocol, key_fingerprint, 'metered', coalesce(cache_write_tokens, 0) > 0,
      input_tokens, cached_tokens, cache_write_tokens, output_tokens, reasoning_tokens,
      min(CAST(cost_nano AS INTEGER), 9007199254740991), cost_currency, price_version,
      min(CAST(bound_nano AS INTEGER), 9007199254740991), bound_currency, NULL, NULL,
      status, NULL, first_token_ms, duration_ms
    FROM ledger_before ORDER BY id;
  DROP TABLE ledger_before;
  CREATE TRIGGER ledger_keep_rows BEFORE UPDATE ON ledger
    BEGIN SELECT RAISE(ABORT, 'ledger entries are never changed'); END;
  CREATE TRIGGER ledger_keep_all BEFORE DELETE ON ledger
    BEGIN SELECT RAISE(ABORT, 'ledger entries are never deleted'); END;
  CREATE TRIGGER ledger_keep_first BEFORE INSERT ON ledger
    WHEN EXISTS (SELECT 1 FROM ledger WHERE request_id = NEW.request_id OR id = NEW.id)
    BEGIN SELECT RAISE(IGNORE); END;
  CREATE TRIGGER usage_slots_keep BEFORE DELETE ON usage_slots
    BEGIN SELECT RAISE(ABORT, 'sums of the ledger are never deleted'); END;
  CREATE TRIGGER spent_keep BEFORE DELETE ON spent
    BEGIN SELECT RAISE(ABORT, 'sums of the ledger are never deleted'); END;

  ALTER TABLE reservations RENAME TO reservations_before;
  DROP INDEX reservations_by_session;
  CREATE TABLE reservations (
    request_id TEXT PRIMARY KEY,
    session_id TEXT NOT NULL,
    workspace TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    owner TEXT NOT NULL,
    bound_nano INTEGER,
    currency TEXT,
    entry TEXT NOT NULL
  ) STRICT;
  INSERT INTO reservations
    SELECT request_id, session_id, entry ->> 'workspace',
      CAST(round(unixepoch(entry ->> 'at', 'subsec') * 1000) AS INTEGER), owner,
      min(CAST(bound_nano AS INTEGER), 9007199254740991), currency,
      json_set(entry, '$.retryOf', NULL, '$.retries', 0, '$.purpose', 'chat', '$.billing', 'metered', '$.mostTokens', NULL)
    FROM reservations_before;
  DROP TABLE reservations_before;
`;
