import { z } from "zod";
import { waySchema } from "./blocked.ts";
import { callIdSchema, ruleIdSchema, sessionIdSchema } from "./ids.ts";

/** What is asked in every mode and despite any rule, in the order it is told. */
export const dangerSchema = z.enum([
  "recursive-delete",
  "empty-variable",
  "disk",
  "download-run",
  "text-run",
  "fork-bomb",
  "kill-many",
  "shutdown",
  "administrator",
  "force-push",
  "discard-changes",
  "rewrite-history",
  "recursive-permissions",
  "drop-data",
  "remote-destroy",
  "publish",
  "schedule",
  "hidden-characters",
  "unreadable",
]);
export type Danger = z.infer<typeof dangerSchema>;

/** Which commands a rule is for. */
export const ruleCoverSchema = z.discriminatedUnion("kind", [
  /** This command to the byte, wanting just this beyond the sandbox. */
  z.object({ kind: z.literal("exact"), command: z.string(), needs: z.array(z.string()) }),
  /** A program and what it is to do, with any arguments: inside the sandbox only. */
  z.object({ kind: z.literal("program"), words: z.array(z.string()).min(1) }),
]);
export type RuleCover = z.infer<typeof ruleCoverSchema>;

/** What the person allowed for good in one project. */
export const approvalRuleSchema = z.object({
  id: ruleIdSchema,
  /** Id of the workspace, and its folder for a person who reads it. */
  workspace: z.string(),
  root: z.string(),
  cover: ruleCoverSchema,
  /** Made while the sandbox kept commands in: it holds only there. */
  sandboxed: z.boolean(),
  madeAt: z.string(),
  /** Stands for everything that steered the project when the person was asked: the rule is void where that is otherwise now. */
  moment: z.string(),
});
export type ApprovalRule = z.infer<typeof approvalRuleSchema>;

/** A rule as the settings list it. */
export const listedRuleSchema = approvalRuleSchema
  .omit({ moment: true })
  .extend({ isVoid: z.boolean() });
export type ListedRule = z.infer<typeof listedRuleSchema>;

/** What the card shows about a command beside its bytes. All of it is Belay's own reading; nothing comes from the model's words. */
export const commandFactsSchema = z.object({
  cwd: z.string(),
  /** What runs it, where that is not the same on every machine: on Windows. */
  shell: z.string().optional(),
  /** Variables that the command sets, as they are written. */
  sets: z.array(z.string()),
  /** Whether the sandbox will keep it in; `why` says why not. */
  sandbox: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("inside") }),
    z.object({ kind: z.literal("left") }),
    z.object({ kind: z.literal("none"), reason: z.string(), remedy: z.string() }),
  ]),
  /** What it wants beyond the sandbox, by the names that the tool takes: "git-history", "write:/path". */
  needs: z.array(z.string()),
  /** What of the network is open to the session's commands already: "registry.example.org", "localhost:3000". */
  network: z.array(z.string()),
  dangers: z.array(dangerSchema),
  /** Why it is asked about at all. */
  because: z.enum(["mode", "no-sandbox", "danger", "needs", "caution"]),
  /** What a tool wants said beside that, in sentences. */
  caution: z.string(),
  /** Rules that the person may make of their yes. */
  offers: z.object({
    /** Words of the program, where it may be allowed with any arguments. */
    program: z.array(z.string()).nullable(),
    /** Beyond the session. */
    always: z.boolean(),
  }),
  /** A rule that would cover it, had nothing that steers the project changed since. */
  voided: ruleCoverSchema.nullable(),
});
export type CommandFacts = z.infer<typeof commandFactsSchema>;

const none = z.object({});

/** The part of the contract about what was allowed. */
export const approvalOperations = {
  "approval.answer": {
    input: z.object({
      sessionId: sessionIdSchema,
      callId: callIdSchema,
      decision: z.enum(["allow", "allow-session", "allow-always", "deny"]),
      /** Not just this command, but its program with any arguments; counts where the card offers it. */
      program: z.boolean().optional(),
      message: z.string().max(10_000).optional(),
      /** Of a blocked command: how it goes on. Such a question takes no other answer, and no other question takes this one. */
      way: waySchema.optional(),
      /** Number of the event that asked; another question of the same call is not answered. */
      question: z.int().positive().optional(),
    }),
    output: none,
  },
  /** Every rule that holds beyond its session, of all projects. */
  "approvals.rules": { input: none, output: z.array(listedRuleSchema) },
  "approvals.removeRule": { input: z.object({ id: ruleIdSchema }), output: none },
  /** Asks where to, and writes the log of decisions as JSON lines; null when the person closed the dialog. */
  "approvals.export": { input: none, output: z.object({ path: z.string() }).nullable() },
} as const;
