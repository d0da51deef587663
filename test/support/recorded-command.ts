import { lstatSync, readFileSync, readlinkSync, type Stats } from "node:fs";
import { join } from "node:path";
import { checkpointObjects } from "../../src/main/checkpoints/commit.ts";
import { nodeFileOps } from "../../src/main/checkpoints/file-ops.ts";
import type { State } from "../../src/main/checkpoints/image.ts";
import { openJournal } from "../../src/main/checkpoints/journal.ts";
import { sameImage, type Head, type Intent } from "../../src/main/checkpoints/records.ts";
import { blobId } from "../../src/main/workspace/blob-id.ts";
import { codeOf } from "../../src/main/workspace/confine.ts";
import { rawPath } from "../../src/main/workspace/path-bytes.ts";
import {
  createCallId,
  createCheckpointId,
  createTurnId,
  type CallId,
  type CheckpointId,
  type TurnId,
} from "../../src/shared/ids.ts";
import type { CheckpointFixture } from "./checkpoint-fixture.ts";

type Command = NonNullable<Intent["command"]>;

export interface CommandOptions {
  /** What it may change; only what did change is recorded. */
  readonly paths: readonly string[];
  readonly turnId?: TurnId;
  readonly head?: Head;
  readonly shared?: Command["shared"];
  readonly background?: boolean;
  readonly seconds?: number;
}

/** Lets `act` change paths of the workspace and records it as what a command did, as the looks around one would. */
export async function recordCommand(
  fixture: CheckpointFixture,
  options: CommandOptions,
  act: () => void,
): Promise<{ callId: CallId; turnId: TurnId; checkpointId: CheckpointId }> {
  const { paths } = options;
  const before = paths.map((path) => stateAt(fixture, path));
  act();
  const changes = paths.flatMap((path, index) => {
    const [pre, post] = [before[index] ?? none, stateAt(fixture, path)];
    return sameImage(pre.image, post.image) ? [] : [{ path, pre, post }];
  });
  const ids = {
    callId: createCallId(),
    turnId: options.turnId ?? createTurnId(),
    checkpointId: createCheckpointId(),
  };
  await appendCommand(fixture, changes, { ...options, ...ids });
  return ids;
}

const none: State = { image: { type: "absent" }, content: null };

function stateAt(fixture: CheckpointFixture, path: string): State {
  const absolute = rawPath(join(fixture.root, path));
  const stats = statsAt(absolute);
  if (stats === undefined) return none;
  const mode = stats.mode & 0o7777;
  if (stats.isDirectory()) return { image: { type: "folder", mode }, content: null };
  if (stats.isSymbolicLink()) {
    const content = readlinkSync(absolute, { encoding: "buffer" });
    return { image: { type: "link", blob: blobId(content) }, content };
  }
  const content = readFileSync(absolute);
  const image = { type: "file" as const, blob: blobId(content), mode, size: content.length };
  return { image, content };
}

function statsAt(absolute: string | Buffer): Stats | undefined {
  try {
    return lstatSync(absolute, { throwIfNoEntry: false });
  } catch (error) {
    // A file stands where its folder was.
    if (codeOf(error) === "ENOTDIR") return undefined;
    throw error;
  }
}

interface Appended extends CommandOptions {
  readonly callId: CallId;
  readonly turnId: TurnId;
  readonly checkpointId: CheckpointId;
}

async function appendCommand(
  fixture: CheckpointFixture,
  changes: readonly { path: string; pre: State; post: State }[],
  how: Appended,
): Promise<void> {
  const journal = openJournal(join(fixture.store, "journal"), nodeFileOps);
  await journal.refresh();
  const ended = Date.now();
  const entries = changes.map(({ path, pre, post }) => ({
    path,
    pre: pre.image,
    post: post.image,
    temporary: "",
    aside: "",
  }));
  const draft: Omit<Intent, "commit"> = {
    record: "intent",
    id: how.checkpointId,
    kind: "command",
    sessionId: fixture.sessionId,
    turnId: how.turnId,
    callId: how.callId,
    tool: "run_command",
    at: new Date(ended).toISOString(),
    entries,
    folders: [],
    emptied: [],
    reverses: [],
    left: [],
    ...(how.head === undefined ? {} : { head: how.head }),
    command: {
      look: "look",
      line: "make",
      startedAt: new Date(ended - (how.seconds ?? 1) * 1000).toISOString(),
      endedAt: new Date(ended).toISOString(),
      background: how.background ?? false,
      interrupted: false,
      shared: how.shared ?? [],
      uncovered: {
        complete: true,
        files: 0,
        covered: 0,
        heavy: [],
        tooLarge: [],
        special: [],
        unknown: [],
      },
      history: null,
    },
  };
  const states = changes.flatMap(({ pre, post }) => [pre, post]);
  const { commit, objects } = checkpointObjects({ intent: draft, parent: null, states });
  await journal.append({ ...draft, commit }, objects, false);
  const paths = entries.map((entry) => entry.path);
  await journal.append(
    { record: "done", id: how.checkpointId, paths, rescued: [], recovered: false },
    [],
    false,
  );
  await journal.close();
}
