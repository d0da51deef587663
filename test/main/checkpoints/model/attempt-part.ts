import { callIdSchema, undoIdSchema } from "../../../../src/shared/ids.ts";
import type { FileDiff } from "../../../../src/shared/diff.ts";
import type { AppliedUndo } from "../../../../src/main/checkpoints/types.ts";
import { Violation, type Cast } from "./attempt.ts";
import type { Belief, Done } from "./oracle.ts";
import type { Step } from "./steps.ts";
import { differences, readTree, sameContent, show, type Node } from "./tree.ts";
import type { World } from "./world.ts";

interface Part {
  readonly act: Done;
  readonly diff: FileDiff;
  readonly hunk: FileDiff["hunks"][number];
  readonly pre: Node & { readonly kind: "file" };
  readonly post: Node & { readonly kind: "file" };
}

interface Scene {
  readonly world: World;
  readonly cast: Cast;
  readonly belief: Belief;
}

/** Takes one of several parts of a file's change back and brings it again: just its lines go, and nothing is left of the two. */
export async function playPart(
  { world, cast, belief }: Scene,
  step: Step & { readonly do: "part" },
): Promise<void> {
  const { service } = world.opened[step.service];
  const part = await choosePart({ world, cast, belief }, step);
  if (part === undefined) return cast.count("part: not possible");
  const { act, diff, hunk } = part;
  const before = readTree(world.root);
  const callId = callIdSchema.parse(act.call);
  const { oldStart, oldLines, newStart, newLines } = hunk;
  const place = { oldStart, oldLines, newStart, newLines };
  const result = await service.undo(
    { unit: "hunk", callId, path: diff.path, hunk: place },
    { conflicts: "merge", allowSteering: true },
  );
  cast.count(`part: ${judge(part, { before, after: readTree(world.root), belief, result })}`);
  if (result.redo === null) return;
  await service.redo({ undoId: undoIdSchema.parse(result.redo), allowSteering: true });
  const left = differences(before, readTree(world.root));
  if (left.length > 0) throw new Violation(`a part there and back left ${left.join(", ")}`);
}

async function choosePart(
  { world, belief }: Scene,
  step: Step & { readonly do: "part" },
): Promise<Part | undefined> {
  const writes = belief.done.filter((act) => act.kind === "write");
  const act = writes.at(step.pick < 0 ? step.pick : step.pick % Math.max(1, writes.length));
  if (act === undefined) return undefined;
  const callId = callIdSchema.parse(act.call);
  for (const diff of await world.opened[step.service].service.diff({ callId })) {
    const entry = act.entries.get(diff.path);
    const hunk = diff.hunks[Math.abs(step.pick) % Math.max(1, diff.hunks.length)];
    if (act.gone.has(diff.path) || act.idle.has(diff.path) || diff.hunks.length < 2) continue;
    if (hunk === undefined || entry?.pre?.kind !== "file" || entry.post?.kind !== "file") continue;
    return { act, diff, hunk, pre: entry.pre, post: entry.post };
  }
  return undefined;
}

interface Seen {
  readonly before: ReadonlyMap<string, Node>;
  readonly after: ReadonlyMap<string, Node>;
  readonly belief: Belief;
  readonly result: AppliedUndo;
}

/** Exact where nobody else changed the file; else a merge that keeps every line of others, or a conflict. */
function judge(part: Part, { before, after, belief, result }: Seen): string {
  const { path } = part.diff;
  const [was, is] = [before.get(path) ?? null, after.get(path) ?? null];
  const complain = (why: string): never => {
    throw new Violation(
      `a part of ${JSON.stringify(path)} ${why}: was ${show(was)}, is ${show(is)}`,
    );
  };
  const changed = differences(new Map(before), new Map(after));
  if (changed.some((one) => one !== path)) complain(`changed ${changed.join(", ")}`);
  const last = belief.touched.get(path)?.at(-1);
  if (sameContent(was, part.post) && last === belief.done.indexOf(part.act)) {
    if (is?.kind !== "file" || is.content !== withoutPart(part)) complain("is not just its lines");
    return "exact";
  }
  if (result.redo === null) {
    if (changed.length > 0) complain("is a conflict, and was done");
    return "conflict";
  }
  const known = new Set(linesOf(part.post.content));
  const mine = was?.kind === "file" ? linesOf(was.content) : [];
  const kept = is?.kind === "file" ? is.content : "";
  if (mine.some((line) => !known.has(line) && !kept.includes(line.trimEnd())))
    complain("lost lines of others");
  return "merge";
}

function withoutPart({ hunk, pre, post }: Part): string {
  const [old, now] = [linesOf(pre.content), linesOf(post.content)];
  const from = hunk.newStart - 1;
  const start = hunk.oldStart - 1;
  return [
    ...now.slice(0, from),
    ...old.slice(start, start + hunk.oldLines),
    ...now.slice(from + hunk.newLines),
  ].join("");
}

const linesOf = (content: string): string[] =>
  content.split(/(?<=\n)/).filter((line) => line !== "");
