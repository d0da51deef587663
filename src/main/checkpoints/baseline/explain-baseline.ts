import { AppError, messageOf } from "../../../shared/errors.ts";
import { databaseFile } from "./database.ts";

/** What a caller can act on: failures of the baseline's file with their remedy. AppErrors stay as they are. */
export function explainBaseline(error: unknown, storeFolder: string): AppError {
  if (error instanceof AppError) return error;
  const file = databaseFile(storeFolder);
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const unavailable = (message: string): AppError =>
    new AppError("unavailable", message, { cause: error });
  if (code.startsWith("SQLITE_BUSY"))
    return unavailable(
      `The baseline is busy: another Belay process has held ${file} for 5 seconds. Try again, or close that process.`,
    );
  if (code === "SQLITE_FULL" || code === "ENOSPC")
    return unavailable(`The disk that holds ${file} is full. Free some space and try again.`);
  if (code.startsWith("SQLITE_READONLY") || code.startsWith("SQLITE_CANTOPEN") || code === "EACCES")
    return unavailable(
      `Belay cannot write ${file}. Check that its folder exists and belongs to you.`,
    );
  if (code.startsWith("SQLITE_IOERR"))
    return unavailable(`Reading or writing ${file} failed (${code}). Check the disk it is on.`);
  return new AppError("internal", `The baseline failed: ${messageOf(error)}`, { cause: error });
}
