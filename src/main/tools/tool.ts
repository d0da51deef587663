import type { z } from "zod";
import type { Blocked } from "../../shared/blocked.ts";
import type { CautionPart } from "../../shared/cautions.ts";
import type { Repair } from "../../shared/events.ts";
import type { CallId, SessionId, TurnId } from "../../shared/ids.ts";
import type { FileChange } from "../../shared/diff.ts";
import type { CheckpointNotice, CommandCover } from "../checkpoints/command-types.ts";
import type { CheckpointWriter } from "../checkpoints/types.ts";
import type { LockHolder } from "../checkpoints/holder-note.ts";
import type { Launcher } from "../shell/launch.ts";
import type { NetworkGrants } from "../shell/network/network-grants.ts";
import type { NoSandbox } from "../shell/sandbox/no-sandbox.ts";
import type { LaunchWishes } from "../shell/sandbox/sandbox.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { ReadRegister } from "./read-register.ts";

/** `read` runs in parallel; `write` and `command` run one at a time; `plan` touches nothing outside the conversation. */
export type ToolKind = "read" | "write" | "command" | "plan";

/** What of the network is open to a session's commands. */
export interface OpenNetwork {
  /** Why grants open nothing on this machine; null where they do. */
  readonly missing: string | null;
  isOpen(wanted: NetworkGrants): boolean;
  open(): NetworkGrants;
  /** The person took something back: what is not open asks them, whatever rule would let it run. */
  wasNarrowed(): boolean;
  /** For as long as the session lives; the person was asked. */
  allow(grants: NetworkGrants): void;
}

/** The sandbox of one workspace. */
export interface CommandSandbox {
  /** Null when its check has passed; else why not, and what to do about it. */
  standing(): Promise<NoSandbox | null>;
  launcher(wishes: LaunchWishes): Promise<Launcher>;
  /** Missing: commands have no network. */
  readonly network?: OpenNetwork;
}

/** What a tool gets to work with, for one call. */
export interface ToolContext {
  readonly workspace: Workspace;
  readonly writer: CheckpointWriter;
  readonly commands: CommandCover;
  /** Keeps commands to the workspace; missing: nothing does, and every command asks. */
  readonly sandbox?: CommandSandbox;
  /** Whether a person is there to be asked. */
  readonly attended: boolean;
  /** A person said yes to this very call, with all of it before them. */
  readonly isAllowed: boolean;
  /** A person allowed this call knowing that nothing would keep it to the project. */
  readonly unconfined: boolean;
  /** What this session has read, for the stale-write guard. */
  readonly reads: ReadRegister;
  readonly sessionId: SessionId;
  readonly turnId: TurnId;
  readonly callId: CallId;
  readonly signal: AbortSignal;
  /** Live output of a command, as it comes. */
  onOutput(text: string): void;
  /** Called, and awaited, after the checkpoint is durable and before its effect. */
  onCheckpoint(checkpoint: CheckpointNotice): Promise<void>;
  /** Undoes what the call has done to these files, as far as it is certainly the call's; answers those that are as before. Missing: nothing can be. */
  takeBack?(callId: CallId, paths: readonly string[]): Promise<readonly string[]>;
  /** Somebody else holds the workspace for long; null when it is not known who. */
  onWait(holder: LockHolder | null): void;
  onPlan(items: readonly { readonly text: string; readonly done: boolean }[]): void;
}

/** What came of a call. `result` is sent to the model, and says what to do next when the call failed. */
export interface ToolResult {
  readonly status: "completed" | "failed" | "cancelled";
  readonly result: string;
  readonly changes?: readonly FileChange[];
  /** Lines a person should read on the card. */
  readonly notes?: readonly string[];
  readonly exitCode?: number | null;
  /** The walls of the sandbox that a command has failed at. */
  readonly blocked?: readonly Blocked[];
}

/** Arguments put right. `note` tells the model what was done, before the call's own result. */
export interface RepairedInput<Input> {
  readonly input: Input;
  readonly repair: Repair;
  readonly note: string;
}

/** What an approval card says: one line for a person and the exact bytes. */
export interface ToolRequestText {
  readonly title: string;
  readonly detail: string;
  /** What a command tool would run, and what it wants beyond the sandbox. */
  readonly command?: {
    readonly line: string;
    readonly needs: readonly string[];
    /** What runs it, where a person has to be told. */
    readonly shell?: string;
  };
}

/** What a person should know before a call runs. */
export interface Caution {
  readonly text: string;
  /** The same for who has words of their own for it. */
  readonly parts?: readonly CautionPart[];
  /** So much that they are asked even where calls like this one need no approval. */
  readonly asks: boolean;
  /** A yes holds for this call alone, whatever the person calls it. */
  readonly onlyOnce?: true;
  /** It wants more than calls like this one: they are asked unless they allowed this very call for the session. */
  readonly wantsMore?: boolean;
  /** It would run with nothing to keep it to the project. */
  readonly unconfined?: true;
}

/** A tool of the model's. Expected failures are results, not exceptions; AppError is turned into a failed result. */
export interface Tool<Schema extends z.ZodObject = z.ZodObject> {
  readonly name: string;
  readonly description: string;
  readonly kind: ToolKind;
  readonly schema: Schema;
  /** Puts right what the files prove to be broken, before a person is asked about the call. Null: nothing to put right. */
  repair?(
    input: z.infer<Schema>,
    context: ToolContext,
  ): Promise<RepairedInput<z.infer<Schema>> | null>;
  describe(input: z.infer<Schema>): ToolRequestText;
  /** The same call, wanting just this beyond the sandbox; missing for what runs in none. */
  withNeeds?(input: z.infer<Schema>, needs: readonly string[]): z.infer<Schema>;
  /** Said with the question whether the call may run. `isFree`: nobody would be asked about it otherwise. */
  caution?(input: z.infer<Schema>, context: ToolContext, isFree: boolean): Promise<Caution | null>;
  run(input: z.infer<Schema>, context: ToolContext): Promise<ToolResult>;
}
