import { z } from "zod";
import { sessionIdSchema } from "./ids.ts";

const commandId = z.string().max(64);

/** A command of an agent that runs in the background. `workspace` is the folder that it was started in. */
export const backgroundCommandSchema = z.object({
  id: commandId,
  command: z.string(),
  workspace: z.string(),
  sessionId: sessionIdSchema,
  startedAt: z.string(),
  /** It runs in a terminal, and the person may write to it. */
  takesInput: z.boolean(),
});
export type BackgroundCommand = z.infer<typeof backgroundCommandSchema>;

const one = z.object({ id: commandId });

/** The commands that run in the background, of all projects. */
export const backgroundOperations = {
  /** Oldest first; told anew by the announcement "background" whenever one starts or ends. */
  "background.list": { input: z.object({}), output: z.array(backgroundCommandSchema) },
  /** The end of what one has printed by now. Not-found once it has ended. */
  "background.tail": { input: one, output: z.object({ text: z.string() }) },
  /** Writes to the terminal of one that has one. Not-found once it has ended, invalid-input where it has none. */
  "background.write": { input: one.extend({ text: z.string().max(4096) }), output: z.object({}) },
  /** The ports that it listens on in its sandbox, as that says; none for one that runs outside or has ended. */
  "background.ports": {
    input: one,
    output: z.object({ ports: z.array(z.int().min(1).max(65_535)).max(100) }),
  },
  /**
   * Opens one of them to this machine, until the command ends, and shows it in the browser. AppError("not-found") once it has ended,
   * or when it listens on no such port; "unavailable" when its sandbox cannot be reached.
   */
  "background.openPort": {
    input: one.extend({ port: z.int().min(1).max(65_535) }),
    output: z.object({}),
  },
  /** Ends its whole process tree; answers when that is gone. What it changed comes to its card. */
  "background.stop": { input: one, output: z.object({}) },
} as const;
