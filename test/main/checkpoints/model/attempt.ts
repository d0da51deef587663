import { AppError } from "../../../../src/shared/errors.ts";
import {
  createCallId,
  createTurnId,
  type SessionId,
  type TurnId,
} from "../../../../src/shared/ids.ts";
import type { CheckpointService, FileEffect } from "../../../../src/main/checkpoints/types.ts";
import { contentOf, isWritable, type Words } from "./acts.ts";
import { adoptFolders, isLoose, place, remember, type Belief } from "./oracle.ts";
import type { Action, Effect } from "./steps.ts";
import {
  differences,
  gitId,
  isReachable,
  newFileMode,
  show,
  type Node,
  type Tree,
} from "./tree.ts";

/** What is wrong with the code under test, for a person to read. */
export class Violation extends Error {}

/** What the steps of a sequence share. */
export interface Cast {
  readonly sessions: readonly [SessionId, SessionId];
  readonly turns: [TurnId, TurnId];
  readonly word: Words;
  readonly count: (what: string) => void;
}

/** An action whose outcome is foretold. */
export interface Attempt {
  /** Whether one tree only can come of it. */
  readonly isCertain: boolean;
  /** Throws only what is no answer to a person. Plain: no accident is going to happen, so that a dry run can be compared. */
  run(service: CheckpointService, isPlain?: boolean): Promise<void>;
  wasRefused(): boolean;
  /**
   * Makes the belief what it must be after the action, and complains about what was reported. Without `actual`: as foretold.
   * `mayKeep`: a path that could not be read is a conflict too.
   */
  settle(belief: Belief, actual: Tree | null, mayKeep?: boolean): void;
}

/** Runs the call; the code of an expected refusal, null when it was done. Anything else that is thrown is a violation. */
export async function codeOf(run: Promise<unknown>): Promise<string | null> {
  try {
    await run;
    return null;
  } catch (error) {
    if (error instanceof AppError && error.code !== "internal") return error.code;
    throw new Violation(`a bare error: ${String(error)}`, { cause: error });
  }
}

export function expectTree(belief: Belief, actual: Tree): void {
  const differing = differences(belief.tree, actual);
  if (differing.length === 0) return;
  const lines = differing.map(
    (path) =>
      `${JSON.stringify(path)} must be ${show(belief.tree.get(path))}, is ${show(actual.get(path))}`,
  );
  throw new Violation(lines.join("\n"));
}

/** A call of a tool; undefined where none of its effects can be had on this tree. */
export function attemptWrite(
  cast: Cast,
  belief: Belief,
  action: Action & { readonly do: "write" },
): Attempt | undefined {
  const nodes = new Map<string, Node | null>();
  const effects = action.effects.flatMap(
    (effect) => realise({ effect, tree: belief.tree, nodes }, cast.word) ?? [],
  );
  const [first] = effects;
  if (first === undefined) return undefined;
  const isStale =
    action.stale && first.kind !== "move" && belief.tree.get(first.path)?.kind !== "link";
  if (action.newTurn) cast.turns[action.session] = createTurnId();
  const [sessionId, turnId, callId] = [
    cast.sessions[action.session],
    cast.turns[action.session],
    createCallId(),
  ];
  const before = new Map([...nodes.keys()].map((path) => [path, belief.tree.get(path) ?? null]));
  let id = "";
  let refused: string | null = null;
  return {
    isCertain: true,
    async run(service) {
      const scope = {
        sessionId,
        turnId,
        callId,
        tool: "write_file",
        signal: new AbortController().signal,
        onCheckpoint: async () => {},
      };
      const told = isStale
        ? [{ ...first, expect: { blobId: gitId("stale") } }, ...effects.slice(1)]
        : effects;
      refused = await codeOf(
        service.apply(scope, told).then((outcome) => (id = outcome.checkpointId)),
      );
    },
    wasRefused: () => refused !== null,
    settle(now, actual) {
      if (actual !== null) {
        if (isStale && refused !== "conflict")
          throw new Violation(
            `a write that rests on old bytes was answered with ${refused ?? "success"}`,
          );
        if (!isStale && refused !== null) throw new Violation(`a write was refused: ${refused}`);
      }
      cast.count(isStale ? "write: refused as stale" : "write: done");
      if (isStale) return;
      const entries = new Map(
        [...nodes].map(([path, post]) => [
          path,
          {
            pre: now.tree.get(path) ?? null,
            post: settled(now, { path, post }, actual),
            found: before.get(path) ?? null,
            wrote: post,
          },
        ]),
      );
      const made = place(now.tree, new Map([...entries].map(([path, { post }]) => [path, post])));
      const folders = [...made, ...adoptFolders(now, nodes.keys(), actual)];
      const who = { session: sessionId, turn: turnId, call: callId };
      remember(now, {
        id,
        kind: "write",
        ...who,
        entries,
        folders,
        gone: new Set(),
        since: new Map(),
        idle: new Set(),
        reverses: [],
      });
    },
  };
}

/** Where a race was, what is there counts. */
const settled = (
  belief: Belief,
  { path, post }: { readonly path: string; readonly post: Node | null },
  actual: Tree | null,
): Node | null => (actual !== null && isLoose(belief, path) ? (actual.get(path) ?? null) : post);

interface Realising {
  readonly effect: Effect;
  readonly tree: Tree;
  readonly nodes: Map<string, Node | null>;
}

/** The effect for the tool, and in `nodes` what it makes of the tree; undefined where it could not be had. */
function realise({ effect, tree, nodes }: Realising, word: Words): FileEffect | undefined {
  const isFree = (path: string): boolean =>
    ![...nodes.keys()].some(
      (other) => `${other}/`.startsWith(`${path}/`) || `${path}/`.startsWith(`${other}/`),
    );
  const { path } = effect;
  const node = tree.get(path);
  if (!isFree(path) || !isReachable(tree, path)) return undefined;
  if (effect.kind === "write") {
    if (!isWritable(tree, path)) return undefined;
    const now = node?.kind === "file" ? node : undefined;
    const content = contentOf(effect.content, now?.content ?? null, word);
    nodes.set(path, { kind: "file", content, mode: now?.mode ?? newFileMode });
    const expect = now === undefined ? "absent" : { blobId: gitId(now.content) };
    return { kind: "write", path, content: Buffer.from(content, "latin1"), expect };
  }
  if (node === undefined || node.kind === "folder") return undefined;
  const expect = { blobId: gitId(node.kind === "file" ? node.content : node.target) };
  if (effect.kind === "delete") {
    nodes.set(path, null);
    return { kind: "delete", path, expect };
  }
  const { to } = effect;
  if (tree.has(to) || !isReachable(tree, to) || !isFree(to) || `${to}/`.startsWith(`${path}/`))
    return undefined;
  nodes.set(path, null);
  nodes.set(to, node);
  return { kind: "move", from: path, to, expect };
}
