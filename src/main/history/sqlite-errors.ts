import { AppError, messageOf } from "../../shared/errors.ts";

/** SQLite's result code ("SQLITE_BUSY", …) of anything thrown, or "". */
export function sqliteCode(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" && code.startsWith("SQLITE_") ? code : "";
}

/** True when the file is no sound database, as against busy, full or forbidden. */
export function isDamaged(error: unknown): boolean {
  const code = sqliteCode(error);
  return code.startsWith("SQLITE_CORRUPT") || code === "SQLITE_NOTADB";
}

/** Another process set the damaged file aside while this one had it open. */
export const wasSetAside = (error: unknown): boolean =>
  sqliteCode(error) === "SQLITE_IOERR_DELETE_NOENT";

/** What a caller can act on: SQLite's failures with their remedy. AppErrors stay as they are. */
export function toAppError(error: unknown, file: string): AppError {
  if (error instanceof AppError) return error;
  const code = sqliteCode(error);
  if (code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED"))
    return new AppError(
      "unavailable",
      `The history is busy: another Belay process has held ${file} for 5 seconds. Wait for it, or close it, and try again.`,
      { cause: error },
    );
  if (code === "SQLITE_FULL")
    return new AppError(
      "unavailable",
      `The disk that holds ${file} is full. Free some space and try again.`,
      { cause: error },
    );
  if (code.startsWith("SQLITE_READONLY") || code.startsWith("SQLITE_CANTOPEN"))
    return new AppError(
      "unavailable",
      `Belay cannot write ${file}. Check that the folder exists and belongs to you.`,
      { cause: error },
    );
  if (isDamaged(error))
    return new AppError(
      "internal",
      `The history in ${file} is damaged. Restart Belay: it sets the file aside; backups are in the folder beside it.`,
      { cause: error },
    );
  if (code.startsWith("SQLITE_IOERR"))
    return new AppError(
      "unavailable",
      `Reading or writing ${file} failed (${code}). Check the disk it is on.`,
      { cause: error },
    );
  return new AppError("internal", `The history failed: ${messageOf(error)}`, { cause: error });
}
