import { sameContent, type Node } from "./tree.ts";

/** What must become of a path. `may`: a merge or a conflict, whatever it is: then `accepts` says which results are none. */
export type Verdict =
  | { readonly is: "exact"; readonly node: Node | null }
  | { readonly is: "merge"; readonly node: Node | null }
  | { readonly is: "conflict" }
  | { readonly is: "may"; readonly accepts: (node: Node | null) => boolean };

export interface Taken {
  readonly pre: Node | null;
  readonly post: Node | null;
}

/** Takes one change back from what is there, by the promise alone: exact where nothing was added, both where lines lie apart. */
export function takeBack(state: Node | null, { pre, post }: Taken): Verdict {
  if (sameContent(state, post)) return { is: "exact", node: withModeOf(pre, state, post) };
  if (sameContent(state, pre)) return { is: "exact", node: state };
  if (state?.kind !== "file" || pre?.kind !== "file" || post?.kind !== "file")
    return { is: "conflict" };
  return judgeText(state, post.content, pre.content);
}

/** The person's own mode stays theirs. */
function withModeOf(pre: Node | null, state: Node | null, post: Node | null): Node | null {
  if (pre === null || state === null || post === null) return pre;
  if (pre.kind === "link" || state.kind === "link" || post.kind === "link") return pre;
  if (pre.kind !== state.kind || pre.kind !== post.kind) return pre;
  return state.mode === post.mode ? pre : { ...pre, mode: state.mode };
}

function judgeText(state: Node & { kind: "file" }, base: string, target: string): Verdict {
  const current = state.content;
  if (![base, current, target].every(isText)) return { is: "conflict" };
  const [baseLines, mine, wanted] = [linesOf(base), linesOf(current), linesOf(target)];
  const may: Verdict = {
    is: "may",
    accepts: (node) => node?.kind === "file" && keepsLines(node.content, mine, baseLines),
  };
  if (mine.length !== baseLines.length || wanted.length !== baseLines.length) return may;
  const known = new Set(baseLines);
  const changed = (lines: readonly string[]): number[] =>
    lines.flatMap((line, index) => (line === baseLines[index] ? [] : [index]));
  const [ours, theirs] = [changed(mine), changed(wanted)];
  // Where a line moved, what overlaps is for the merge to say.
  const isFresh = (lines: readonly string[], at: readonly number[]): boolean =>
    at.every((index) => !known.has(lines[index] ?? ""));
  if (!isFresh(mine, ours) || !isFresh(wanted, theirs)) return may;
  if (ours.some((index) => theirs.includes(index) && mine[index] !== wanted[index]))
    return { is: "conflict" };
  const apart = ours.every((index) => theirs.every((other) => Math.abs(index - other) > 1));
  if (!apart) return may;
  const merged = baseLines.map((line, index) =>
    ours.includes(index) ? mine[index] : theirs.includes(index) ? wanted[index] : line,
  );
  return { is: "merge", node: { ...state, content: merged.join("") } };
}

/** What was added to none of these changes' versions is still there: lines that one of them brought may go with it. */
export function keepsForeignLines(
  result: Node | null,
  current: Node | null,
  changes: readonly Taken[],
): boolean {
  if (current?.kind !== "file" || (result !== null && result.kind !== "file")) return false;
  const own = changes.flatMap(({ pre, post }) =>
    [pre, post].flatMap((node) => (node?.kind === "file" ? linesOf(node.content) : [])),
  );
  return keepsLines(result?.content ?? "", linesOf(current.content), own);
}

/** Every line that the person added is still there. */
const keepsLines = (
  result: string,
  mine: readonly string[],
  baseLines: readonly string[],
): boolean =>
  mine
    .filter((line) => !baseLines.includes(line))
    .every((line) => result.includes(line.replace(/\r?\n$/, "")));

/** Whatever the encoding: lines are merged byte for byte. */
const isText = (content: string): boolean => !content.includes("\0");

const linesOf = (content: string): string[] =>
  content.split(/(?<=\n)/).filter((line) => line !== "");
