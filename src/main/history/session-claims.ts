import type Database from "better-sqlite3";
import { AppError } from "../../shared/errors.ts";
import type { ProcessOwner } from "./process-owner.ts";

/** Which process may append to which session. `assertFree` and `isHeld` belong inside a write transaction. */
export interface Claims {
  take(sessionId: string): void;
  release(sessionId: string): void;
  /** Whether a living process, this one included, holds it. */
  isHeld(sessionId: string): boolean;
  assertFree(sessionId: string): void;
}

/** Prepares the statements once. */
export function createClaims(database: Database.Database, owner: ProcessOwner): Claims {
  const find = database
    .prepare<[string], string>("SELECT owner FROM session_claims WHERE session_id = ?")
    .pluck();
  const put = database.prepare<[string, string]>(
    "INSERT INTO session_claims VALUES (?, ?) ON CONFLICT (session_id) DO UPDATE SET owner = excluded.owner",
  );
  const drop = database.prepare<[string, string]>(
    "DELETE FROM session_claims WHERE session_id = ? AND owner = ?",
  );

  function assertFree(sessionId: string): void {
    const holder = find.get(sessionId);
    if (holder !== undefined && !owner.isOwn(holder) && owner.isAlive(holder))
      throw new AppError(
        "conflict",
        `Session ${sessionId} is in use by another Belay process. Let it finish or close it there, then try again.`,
      );
  }
  const take = database.transaction((sessionId: string) => {
    assertFree(sessionId);
    put.run(sessionId, owner.id());
  });
  return {
    assertFree,
    take: (sessionId) => {
      take.immediate(sessionId);
    },
    release: (sessionId) => {
      drop.run(sessionId, owner.id());
    },
    isHeld: (sessionId) => {
      const holder = find.get(sessionId);
      return holder !== undefined && owner.isAlive(holder);
    },
  };
}
