import { createHash } from "node:crypto";
import type { RuleCover } from "../../shared/approvals.ts";
import { auditEntrySchema, type AuditEntry, type Decision } from "../../shared/audit.ts";
import { AppError } from "../../shared/errors.ts";
import { appendLine, scrub } from "../app-files.ts";
import { readText } from "../json-file.ts";

/** Every decision about a call that writes or runs something. Lines are only ever added; the oldest file goes when there are too many. */
export interface AuditLog {
  /** Written when it returns. AppError("unavailable") when it cannot be: then the call must not run. */
  record(decision: Decision): void;
  /** Oldest first. A line that cannot be read is left out. */
  read(): readonly AuditEntry[];
}

export interface AuditLogOptions {
  readonly file: string;
  /** Keys to take out, beside everything that looks like one. */
  readonly secrets: () => readonly string[];
  readonly now?: () => Date;
  /** A file of this size is set aside, and this many are kept. */
  readonly maxBytes?: number;
  readonly kept?: number;
}

/** A whole file's text, or a long script, is known by its hash. */
const askedCharacters = 16_384;
const reasonCharacters = 4096;

export function createAuditLog({
  file,
  secrets,
  now = () => new Date(),
  maxBytes = 5_000_000,
  kept = 10,
}: AuditLogOptions): AuditLog {
  const names = [file, ...Array.from({ length: kept }, (_, age) => `${file}.${age + 1}`)];
  const clean = (text: string): string => scrub(text, secrets());
  return {
    record(decision) {
      const entry: AuditEntry = {
        at: now().toISOString(),
        ...decision,
        rule: decision.rule === null ? null : cleanCover(decision.rule, clean),
        reason: clean(decision.reason).slice(0, reasonCharacters),
        asked: clean(decision.asked).slice(0, askedCharacters),
        bytes: Buffer.byteLength(decision.asked),
        sha256: createHash("sha256").update(decision.asked).digest("hex"),
      };
      try {
        appendLine(file, JSON.stringify(entry), { maxBytes, kept });
      } catch (error) {
        throw new AppError(
          "unavailable",
          `Belay cannot write its log of decisions (${file}), so nothing may run. Check the disk's free space and whose file it is.`,
          { cause: error },
        );
      }
    },
    read: () =>
      names.toReversed().flatMap((name) =>
        (readText(name) ?? "").split("\n").flatMap((line) => {
          const parsed = auditEntrySchema.safeParse(parse(line));
          return parsed.success ? [parsed.data] : [];
        }),
      ),
  };
}

const cleanCover = (cover: RuleCover, clean: (text: string) => string): RuleCover =>
  cover.kind === "exact"
    ? // It is what was asked.
      { ...cover, command: clean(cover.command).slice(0, reasonCharacters) }
    : cover;

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null; // cut by a crash, or empty
  }
}
