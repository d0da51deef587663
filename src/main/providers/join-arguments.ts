import { beginsWith } from "./begins-with.ts";

/** The text of one call's arguments, put together from its pieces. */
export interface ArgumentsText {
  take(piece: string): void;
  text(): string;
}

/** More than this in pieces of which each begins with the one before is no accident. */
const surelyGrowing = 1024 * 1024;

/**
 * Most servers send what is new, some everything so far in each piece, and some everything once more at the end. `{"a":` may be
 * followed by `{"a":` in all of them, so it is decided at the end, by what is JSON: first all pieces in a row. Of a large text
 * that grows only the newest piece is kept: all of them would not fit into memory.
 */
export function createArgumentsText(): ArgumentsText {
  let count = 0;
  let all = "";
  let last = "";
  let first = "";
  let grows = true;
  let isWhole = false;
  return {
    take(piece) {
      if (piece === "") return;
      count += 1;
      if (count === 1) first = piece;
      // A piece that is not all so far after all spoils the call, which is better than a guess.
      if (isWhole) last = beginsWith(piece, last) ? piece : last + piece;
      else {
        grows &&= beginsWith(piece, last);
        all += piece;
        last = piece;
        isWhole = grows && last.length > first.length && all.length > surelyGrowing && count > 2;
        if (isWhole) all = "";
      }
    },
    text() {
      if (isWhole) return last;
      const isGrowing = grows && count > 1;
      if (!(isGrowing || isRepeated(all, last)) || isJson(all)) return all;
      return isJson(last) || count > 2 ? last : all;
    },
  };
}

/** Whether a text is one part again and again. */
function isRepeated(all: string, part: string): boolean {
  const times = all.length / part.length;
  return times > 1 && Number.isInteger(times) && all === part.repeat(times);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
