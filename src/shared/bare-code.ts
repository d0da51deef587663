import type { TurnState } from "./session-state.ts";

/**
 * Where a model that was asked for bare code begins to explain it. Sent as stop sequences, of which some endpoints take four at
 * most, and cut here where an endpoint ignores them. Words that are also code at the start of a line ("Description:" in a
 * template, "Usage:") are not among them.
 */
export const proseStops: readonly string[] = [
  "\nExplanation:",
  "\n# Explanation:",
  "\n### Explanation",
  "\nNote:",
];

/** A fence of Markdown alone on its line; four blanks before it, or more, are text inside a block. */
const fenceLine = /^( {0,3})(`{3,}|~{3,})[ \t]*([^`\n]*?)[ \t\r]*$/;

interface Fence {
  readonly indent: number;
  readonly mark: string;
  readonly info: string;
}

/**
 * The code of an answer: what its fences hold, or without any the whole of it, without a sentence before and after. An answer
 * that has no code comes back as it is. Works on an answer that still streams, too.
 */
export function bareCode(text: string): string {
  const blocks = fencedBlocks(text);
  if (blocks.length > 0) return blocks.join("\n\n");
  const code = withoutIntroduction(withoutExplanation(withoutBlankEnds(text)));
  return withoutTicks(withoutBlankEnds(code));
}

/** The code that a turn was asked for: of its last step, as earlier ones only say what is looked up. */
export function codeOf(turn: TurnState): string {
  const texts = turn.items.filter((item) => item.kind === "text").filter((item) => !item.discarded);
  const last = texts.at(-1)?.step;
  return bareCode(texts.flatMap((item) => (item.step === last ? [item.text] : [])).join(""));
}

/** The contents of the outermost fences. One that is not closed reaches to the end: the answer was cut, or still comes. */
function fencedBlocks(text: string): string[] {
  const blocks: string[] = [];
  let open: Fence | undefined;
  let depth = 0;
  let lines: string[] = [];
  const close = (): void => {
    if (open !== undefined) blocks.push(withoutBlankEnds(dedent(lines, open.indent)));
    open = undefined;
    lines = [];
  };
  for (const line of text.split("\n")) {
    const fence = readFence(line);
    if (open === undefined) {
      open = fence;
      depth = 1;
      continue;
    }
    if (fence !== undefined && isSameKind(fence, open)) depth += fence.info === "" ? -1 : 1;
    if (depth === 0) close();
    else lines.push(line);
  }
  close();
  return blocks.filter((block) => block !== "");
}

function readFence(line: string): Fence | undefined {
  const [, indent = "", mark, info = ""] = fenceLine.exec(line) ?? [];
  return mark === undefined ? undefined : { indent: indent.length, mark, info };
}

const isSameKind = (fence: Fence, open: Fence): boolean =>
  fence.mark[0] === open.mark[0] && fence.mark.length >= open.mark.length;

/** A block in a list is indented as its fence is. */
const dedent = (lines: readonly string[], indent: number): string =>
  lines.map((line) => line.replace(new RegExp(`^ {0,${indent}}`), "")).join("\n");

const withoutBlankEnds = (text: string): string =>
  text.replace(/^(?:[ \t]*\r?\n)+/, "").replace(/\s+$/, "");

function withoutExplanation(text: string): string {
  const cuts = proseStops.map((stop) => text.indexOf(stop)).filter((at) => at !== -1);
  return cuts.length === 0 ? text : text.slice(0, Math.min(...cuts));
}

/** One line that announces the code and is followed by an empty one. Anything less certain stays: it may be code. */
const introduction =
  /^(?:Sure|Certainly|Of course|Here(?:'s| is| are)|Below is|This is|The following)\b[^\n]*[:.!][ \t\r]*\n[ \t\r]*\n/;

const withoutIntroduction = (text: string): string => text.replace(introduction, "");

/** A short answer, such as a command, in ticks. */
function withoutTicks(text: string): string {
  const inside = /^`([^`\n]+)`$/.exec(text)?.[1];
  return inside === undefined || inside.includes("${") ? text : inside;
}
