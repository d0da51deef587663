/** The text of one call's arguments, put together from its pieces. */
export interface ArgumentsText {
  take(piece: string): void;
  text(): string;
}

/**
 * Most servers send what is new, some everything so far in each piece, and some everything once more at the end. `{"a":` may be
 * followed by `{"a":` in all of them, so it is decided at the end, by what is JSON: first all pieces in a row.
 */
export function createArgumentsText(): ArgumentsText {
  let count = 0;
  let all = "";
  let last = "";
  let grows = true;
  return {
    take(piece) {
      if (piece === "") return;
      count += 1;
      grows &&= piece.startsWith(last);
      all += piece;
      last = piece;
    },
    text() {
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
