const closers = /<\/(?:tool_call|function)>/g;

/** What may come after the end of a call: another one, or a tag that was opened before. */
const followers = ["<tool_call>", "<function=", "</tool_call>", "</function>"];

/** A text that is held back from a call's beginning on. */
export interface HeldCall {
  push(piece: string): void;
  /** Something other than another call comes after a call's end. */
  isFollowed(): boolean;
  text(): string;
}

/** Grows by pieces and looks only at the newest: a file may be in it. */
export function createHeldCall(start: string): HeldCall {
  const pieces: string[] = [];
  let recent = "";
  let tail: string | null = null;
  const isLine = start.startsWith("[");

  function take(piece: string): void {
    recent = (tail ?? recent) + piece;
    const end = isLine ? lineEnd(recent) : lastCloser(recent);
    // Blanks say nothing, and may come for ever.
    if (end !== null) tail = recent.slice(end).trimStart();
    else if (tail !== null) tail = recent.trimStart();
    else recent = recent.slice(-16);
    const next = tail ?? "";
    // Another call began: its own end is what counts now.
    if (next !== "" && (isLine ? /^\[calling tool/i.test(next) : begins(next))) {
      recent = next;
      tail = null;
    }
  }

  function isFollowed(): boolean {
    const next = tail ?? "";
    if (next === "") return false;
    if (isLine) return !"[calling tool".startsWith(next.toLowerCase());
    return !followers.some((text) => text.startsWith(next));
  }

  pieces.push(start);
  take(start);
  return {
    push(piece) {
      pieces.push(piece);
      take(piece);
    },
    isFollowed,
    text: () => pieces.join(""),
  };
}

const begins = (next: string): boolean => followers.some((text) => next.startsWith(text));

function lastCloser(text: string): number | null {
  const last = [...text.matchAll(closers)].at(-1);
  return last === undefined ? null : last.index + last[0].length;
}

/** A call in brackets ends with its line. */
function lineEnd(text: string): number | null {
  const end = text.lastIndexOf("]\n");
  return end < 0 ? null : end + 2;
}
