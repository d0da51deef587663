import { createCodeContext } from "./code-context.ts";

/** A line of nothing but closing tags, or with a call after other words. */
const strayEnd =
  /^(?:<\/(?:tool_call|function|parameter|tools|invoke)>\s*)+$|^[^`]*<(?:tool_call>|function=)[^`]*<\/(?:tool_call|function)>$/;

/** Text that was given out, line by line, as far as it matters for a call to come. */
export interface ProseLines {
  /** Takes text that reaches at most to the end of its line. */
  take(text: string): void;
  /** Whether a call could begin here: a line begins, outside code, quotations and a call that began within a line. */
  mayStart(): boolean;
  /** To be asked at the end: the last line is the end of a call whose beginning was none. */
  endsStray(): boolean;
}

export function createProseLines(): ProseLines {
  const context = createCodeContext();
  let line = "";
  let isStray = false;
  let open = 0;

  function finishLine(): void {
    const isQuoted = context.isQuoted() || /^(?: {4}|\t)/.test(line);
    if (line.trim() !== "") isStray = !isQuoted && strayEnd.test(line.trim());
    if (!isQuoted) open = Math.max(0, open + openedIn(line.replaceAll(/`[^`]*`/g, "")));
    context.takeLine(line.replace(/\r?\n$/, ""));
    line = "";
  }

  return {
    take(text) {
      line += text;
      if (text.endsWith("\n")) finishLine();
    },
    mayStart: () => line === "" && open === 0 && !context.isQuoted(),
    endsStray() {
      finishLine();
      return isStray;
    },
  };
}

const openedIn = (text: string): number =>
  text.split("<tool_call>").length - text.split("</tool_call>").length;
