import { execFileSync } from "node:child_process";
import { mkdirSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { createCheckpointService } from "../../src/main/checkpoints/create-checkpoint-service.ts";
import type { FileOps } from "../../src/main/checkpoints/file-ops.ts";
import type {
  CheckpointService,
  FileEffect,
  WriteOutcome,
} from "../../src/main/checkpoints/types.ts";
import { blobId } from "../../src/main/workspace/blob-id.ts";
import type { Workspace } from "../../src/main/workspace/workspace.ts";
import {
  createCallId,
  createSessionId,
  createTurnId,
  type CallId,
  type SessionId,
  type TurnId,
} from "../../src/shared/ids.ts";
import { createTemporaryFolder } from "./temporary-folder.ts";

/** A workspace in a temporary folder with its checkpoint service. */
export interface CheckpointFixture extends AsyncDisposable {
  readonly root: string;
  readonly store: string;
  readonly locks: string;
  readonly workspace: Workspace;
  readonly service: CheckpointService;
  readonly sessionId: SessionId;
  /** Runs effects as one call; a turn of its own unless told. */
  apply(
    effects: readonly FileEffect[],
    scope?: { readonly turnId?: TurnId; readonly sessionId?: SessionId },
  ): Promise<WriteOutcome & { readonly callId: CallId; readonly turnId: TurnId }>;
  path(name: string): string;
  /** What `git fsck --strict` prints of the store; empty when sound. */
  fsck(): string;
}

export const write = (
  path: string,
  content: string | Buffer,
  before: string | Buffer | null,
): FileEffect => ({
  kind: "write",
  path,
  content: Buffer.from(content),
  expect: before === null ? "absent" : { blobId: blobId(Buffer.from(before)) },
});

export const remove = (path: string, before: string | Buffer): FileEffect => ({
  kind: "delete",
  path,
  expect: { blobId: blobId(Buffer.from(before)) },
});

export const move = (from: string, to: string, before: string | Buffer): FileEffect => ({
  kind: "move",
  from,
  to,
  expect: { blobId: blobId(Buffer.from(before)) },
});

export async function createCheckpointFixture(ops?: FileOps): Promise<CheckpointFixture> {
  const folder = createTemporaryFolder();
  const root = join(realpathSync(folder.path), "project");
  mkdirSync(root);
  const store = join(folder.path, "store");
  const locks = join(folder.path, "locks");
  const workspace = { root, id: "w" };
  const service = await createCheckpointService({
    workspace,
    storeFolder: store,
    lockFolder: locks,
    ...(ops === undefined ? {} : { ops }),
  });
  const sessionId = createSessionId();
  return {
    root,
    store,
    locks,
    workspace,
    service,
    sessionId,
    async apply(effects, scope = {}) {
      const callId = createCallId();
      const turnId = scope.turnId ?? createTurnId();
      const base = {
        sessionId: scope.sessionId ?? sessionId,
        turnId,
        callId,
        tool: "write_file",
        signal: new AbortController().signal,
      };
      return {
        ...(await service.apply({ ...base, onCheckpoint: async () => {} }, effects)),
        callId,
        turnId,
      };
    },
    path: (name) => join(root, name),
    fsck: () =>
      execFileSync("git", ["--git-dir", store, "fsck", "--strict", "--full"], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
      }).replaceAll(/^notice:.*\n/gm, ""),
    async [Symbol.asyncDispose]() {
      await service.close();
      folder[Symbol.dispose]();
    },
  };
}
