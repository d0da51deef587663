import { z } from "zod";
import { waySchema } from "./blocked.ts";
import { dangerSchema, ruleCoverSchema } from "./approvals.ts";
import { modeSchema } from "./events.ts";
import { callIdSchema, ruleIdSchema, sessionIdSchema, turnIdSchema } from "./ids.ts";

/** One decision about a call that writes or runs something. */
export const auditEntrySchema = z.object({
  at: z.string(),
  workspace: z.string(),
  sessionId: sessionIdSchema,
  turnId: turnIdSchema,
  callId: callIdSchema,
  tool: z.string(),
  mode: modeSchema,
  /** Who decided: a person at the card or on the command line, a rule of theirs, or the mode they chose. */
  by: z.enum(["person", "command-line", "session-rule", "rule", "mode", "nobody"]),
  decision: z.enum([
    "allow",
    "allow-session",
    "allow-always",
    "deny",
    "refuse",
    "cancel",
    "unattended",
  ]),
  /** Of a blocked command: how the person had it go on. "outside" is followed by a decision of its own. */
  way: waySchema.optional(),
  /** The rule that decided, or that was made. */
  rule: ruleCoverSchema.nullable(),
  ruleId: ruleIdSchema.nullable(),
  /** The exact bytes that were asked about, keys taken out; of long ones the beginning. */
  asked: z.string(),
  bytes: z.int().nonnegative(),
  /** Of all of it, before keys were taken out. */
  sha256: z.string(),
  reason: z.string(),
  sandboxed: z.boolean().nullable(),
  needs: z.array(z.string()),
  dangers: z.array(dangerSchema),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;

/** A decision as it is handed in; the log adds the time, the size and the hash. */
export type Decision = Omit<AuditEntry, "at" | "bytes" | "sha256">;
