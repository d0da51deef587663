import { createHeldCall, type HeldCall } from "./held-call.ts";
import { createProseLines } from "./prose-lines.ts";
import { callStart } from "./text-call-start.ts";

/** What is left of a text at its end. */
export interface ScannedEnd {
  /** Held back from a call's beginning to the end of the text; null when nothing looks like one. */
  readonly held: string | null;
  /** Not given out yet, and no call. */
  readonly rest: string;
  /** Something looks like a call, but cannot be one that is meant to run: why. */
  readonly doubt: string | null;
}

/** Lets a streamed text through, but for what may be a tool call written as text. */
export interface TextCallScanner {
  /** Takes the next piece; answers what can be shown of the text so far and was not shown yet. */
  push(piece: string): string;
  end(): ScannedEnd;
}

/**
 * A call begins at the very beginning of a line, outside code and quotation marks, and only the first such place counts: what
 * comes after it may lie within it. `names` are the tools there are.
 */
export function createTextCallScanner(names: ReadonlySet<string>): TextCallScanner {
  const lines = createProseLines();
  let pending = "";
  let held: HeldCall | null = null;
  let wasFollowed = false;

  /** Gives out `pending` up to the end of its line. */
  function passLine(): string {
    const end = pending.indexOf("\n");
    const text = end < 0 ? pending : pending.slice(0, end + 1);
    pending = pending.slice(text.length);
    lines.take(text);
    return text;
  }

  function advance(): string {
    let shown = "";
    while (pending !== "") {
      const mayStart = !wasFollowed && lines.mayStart();
      const verdict = mayStart ? callStart(pending, names) : "prose";
      if (verdict === "wait") break;
      if (verdict === "call") {
        held = createHeldCall(pending);
        pending = "";
        return shown + letGoIfFollowed();
      }
      shown += passLine();
    }
    return shown;
  }

  /** Text after a call: it was not meant to be run, or the model made up its result. */
  function letGoIfFollowed(): string {
    if (held === null || !held.isFollowed()) return "";
    pending = held.text();
    held = null;
    wasFollowed = true;
    return advance();
  }

  return {
    push(piece) {
      if (held === null) {
        pending += piece;
        return advance();
      }
      held.push(piece);
      return letGoIfFollowed();
    },
    end() {
      if (held !== null) return { held: held.text(), rest: "", doubt: null };
      const rest = pending;
      lines.take(rest);
      if (wasFollowed) return { held: null, rest, doubt: "more text follows it" };
      const doubt = lines.endsStray() ? "it is not whole, or stands among other text" : null;
      return { held: null, rest, doubt };
    },
  };
}
