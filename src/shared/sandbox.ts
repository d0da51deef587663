import { z } from "zod";

/** One attempt of the sandbox check, made from inside. */
export const sandboxAttemptSchema = z.object({
  id: z.string(),
  /** What was tried, as a sentence's end: "write to the home folder". */
  tried: z.string(),
  /** Whether it failed, as it must. */
  passed: z.boolean(),
  /** What stands against it. */
  mechanism: z.string(),
  /** What happened. */
  reason: z.string(),
});
export type SandboxAttempt = z.infer<typeof sandboxAttemptSchema>;

/** The sandbox check of a project: Autopilot is offered only when it passed. */
export const sandboxReportSchema = z.object({
  passed: z.boolean(),
  workspace: z.string(),
  /** "bubblewrap 0.8.0"; "none" where there is no sandbox. */
  mechanism: z.string(),
  /** Why commands cannot be confined here, and what to do about it; null where they can. */
  reason: z.string().nullable(),
  remedy: z.string().nullable(),
  attempts: z.array(sandboxAttemptSchema),
  /** What bounds all processes of a command together, looked at every second; not `together`: nothing does on this system. */
  limits: z
    .object({ together: z.boolean(), memoryBytes: z.number(), cpuSeconds: z.number() })
    .optional(),
});
export type SandboxReport = z.infer<typeof sandboxReportSchema>;

const byWorkspace = z.object({ workspace: z.string().min(1).max(4096) });

/** The part of the contract about what keeps a project's commands in. */
export const sandboxOperations = {
  /** What the last check found; runs one where none is known since this start of the machine. */
  "sandbox.status": { input: byWorkspace, output: sandboxReportSchema },
  /** Runs the check anew. */
  "sandbox.check": { input: byWorkspace, output: sandboxReportSchema },
} as const;
