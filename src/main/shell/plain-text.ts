import { stripVTControlCharacters } from "node:util";

/** The end of a text that may be the start of an escape sequence: ESC, or ESC and an unfinished CSI or OSC. */
// oxlint-disable-next-line no-control-regex -- escape sequences are control characters
const unfinished = /\u001B(?:\[[0-9;?]*|\][^\u0007\u001B]{0,1000})?$/;
// oxlint-disable-next-line no-control-regex -- control characters but tab and line feed say nothing to a model
const controls = /[\u0000-\u0008\u000B-\u001F\u007F]/g;

/** Turns what a program prints, chunk by chunk, into plain text: UTF-8 joined across chunks, escapes out, "\r\n" and "\r" as "\n". */
export interface PlainText {
  push(chunk: Uint8Array): string;
  /** What was held back at the end. */
  end(): string;
}

export function createPlainText(): PlainText {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let held = "";
  function take(text: string, last: boolean): string {
    const all = held + text;
    const cut = last ? all.length : holdFrom(all);
    held = all.slice(cut);
    return stripVTControlCharacters(all.slice(0, cut))
      .replaceAll(/\r\n?/g, "\n")
      .replaceAll(controls, "");
  }
  return {
    push: (chunk) => take(decoder.decode(chunk, { stream: true }), false),
    end: () => take(decoder.decode(), true),
  };
}

/** A trailing "\r" waits for its "\n", an unfinished escape for its end. */
function holdFrom(text: string): number {
  if (text.endsWith("\r")) return text.length - 1;
  return unfinished.exec(text)?.index ?? text.length;
}
