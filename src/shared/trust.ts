import { z } from "zod";

/** What sort of thing a file that steers execution or the agent is, in the order a person is shown them. */
export const steeringKindSchema = z.enum([
  "git",
  "git-drivers",
  "hook-manager",
  "tool-server",
  "agent",
  "hidden-files",
  "environment",
  "variables",
  "packages",
  "scripts",
  "editor",
  "container",
  "shell",
  "ci",
  "build",
]);
export type SteeringKind = z.infer<typeof steeringKindSchema>;

/**
 * Content of a project that could run code or steer the agent. `path` is relative to the project ("../.git/config" of a repository that
 * it lies in), `hash` stands for what of it steers. `state`: `off`, `changed` since it was accepted (off again), or `accepted`.
 */
export const steeringItemSchema = z.object({
  path: z.string(),
  kind: steeringKindSchema,
  hash: z.string(),
  state: z.enum(["off", "changed", "accepted"]),
});
export type SteeringItem = z.infer<typeof steeringItemSchema>;

export const trustReportSchema = z.object({
  items: z.array(steeringItemSchema),
  /** How many of them are not accepted. */
  off: z.int(),
  /** False: the project is too large, or has too many of them, to name all. */
  complete: z.boolean(),
  /** The accepted state could not be understood: it was set aside, and everything is off again. */
  warning: z.string().nullable(),
});
export type TrustReport = z.infer<typeof trustReportSchema>;

const place = { workspace: z.string().min(1).max(4096) };
const path = z.string().min(1).max(4096);

/** What a project's own content may do: see src/main/trust. Everything is off until the person accepts just those bytes. */
export const trustOperations = {
  "trust.list": { input: z.object(place), output: trustReportSchema },
  // AppError("conflict") when one of them is not any more what was shown: nothing is accepted then.
  "trust.accept": {
    input: z.object({
      ...place,
      items: z.array(z.object({ path, hash: z.string().max(128) })).max(1000),
    }),
    output: trustReportSchema,
  },
  "trust.withdraw": {
    input: z.object({ ...place, paths: z.array(path).max(1000) }),
    output: trustReportSchema,
  },
  /** What of it steers, as text. */
  "trust.content": {
    input: z.object({ ...place, path }),
    output: z.object({ hash: z.string(), text: z.string(), isCut: z.boolean() }),
  },
};
