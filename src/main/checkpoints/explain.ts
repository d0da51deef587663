import { AppError } from "../../shared/errors.ts";
import { codeOf } from "../workspace/confine.ts";
import type { PlannedChange } from "./effect.ts";

/** What a person should know although the write went well. */
export function notesFor(changes: readonly PlannedChange[]): string[] {
  return changes.flatMap(({ path, held, post }) =>
    held.stats !== null &&
    held.image.type === "file" &&
    held.stats.nlink > 1n &&
    post.image.type === "file"
      ? [`${path} had ${held.stats.nlink} names (hard links). Only this name has the new content.`]
      : [],
  );
}

/** Failures of the disk as a person can act on them. */
export function explain(error: unknown): unknown {
  const reasons: Readonly<Record<string, string>> = {
    ENOSPC: "The disk is full. Free some space, then retry.",
    EDQUOT: "The disk quota is used up. Free some space, then retry.",
    EACCES: "The folder cannot be written to. Check its permissions.",
    EPERM: "The system does not allow it. Check the file's permissions and flags.",
    EROFS: "The file system is read-only.",
    EMFILE: "Too many files are open. Close some programs, then retry.",
    ENFILE: "Too many files are open. Close some programs, then retry.",
    EIO: "The disk reported an error. Check it before going on.",
    ENAMETOOLONG: "The name is too long for this file system.",
    ENOTDIR: "A part of the path is a file, not a folder.",
    EISDIR: "There is a folder at that path.",
  };
  const reason = reasons[codeOf(error) ?? ""];
  return reason === undefined
    ? error
    : new AppError("unavailable", `Nothing was changed. ${reason}`, { cause: error });
}
