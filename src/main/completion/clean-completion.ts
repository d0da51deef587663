import { fimTokens } from "./completion-request.ts";
import type { AroundCursor } from "./split-at.ts";

/** Shortest overlap with what follows that is a repetition and not a coincidence, in characters without blanks. */
const leastOverlap = 2;

/** What can be inserted at the cursor: without fences and template tokens, and without repeating what stands around it. */
export function cleanCompletion(text: string, around: AroundCursor): string {
  const bare = withoutTokens(withoutFence(text));
  return withoutSuffix(withoutPrefix(bare, around.prefix), around.suffix);
}

/** A model that was told not to may still wrap its whole answer; a fence inside it is content. */
function withoutFence(text: string): string {
  const opened = /^\s*```[^\n`]*\n/.exec(text);
  if (opened === null) return text;
  const inside = text.slice(opened[0].length);
  const closed = /\n?```\s*$/.exec(inside);
  return closed === null ? inside : inside.slice(0, closed.index);
}

function withoutTokens(text: string): string {
  const cuts = [...Object.values(fimTokens), "<|endoftext|>", "<|im_end|>"]
    .map((token) => text.indexOf(token))
    .filter((at) => at !== -1);
  return cuts.length === 0 ? text : text.slice(0, Math.min(...cuts));
}

/** Some start over with the line that the cursor is in. */
function withoutPrefix(text: string, prefix: string): string {
  const line = prefix.slice(prefix.lastIndexOf("\n") + 1);
  const started = line.trimStart();
  if (started.length < leastOverlap) return text;
  if (text.startsWith(line)) return text.slice(line.length);
  return text.startsWith(started) ? text.slice(started.length) : text;
}

/** The longest end of the text that is the beginning of what follows. */
function withoutSuffix(text: string, suffix: string): string {
  for (let length = Math.min(text.length, suffix.length); length > 0; length -= 1) {
    const end = text.slice(text.length - length);
    if (suffix.startsWith(end) && end.replaceAll(/\s/g, "").length >= leastOverlap)
      return text.slice(0, text.length - length);
  }
  return text;
}
