import { beginsWith } from "./begins-with.ts";

/** How a server sends a text: piece by piece, or in each frame everything so far. `unknown` until there is evidence. */
export interface SendingHabit {
  kind: "unknown" | "pieces" | "whole";
}

/** Turns what frames say of one text into what is new in each. */
export interface TextGrowth {
  /** `isSilent`: the answer ends with this frame, for which the provider counted no new tokens. */
  take(text: string, isSilent?: boolean): string;
  /** What was held back for want of evidence; the text is over. */
  settle(): string;
}

/** Different characters in what is repeated; runs of blanks, rules and brackets repeat themselves in any text. */
const variedEnough = 4;

/**
 * The native protocol sends pieces when it is asked to; servers that do not hear it send the whole text again and again. Evidence
 * for that: the second frame begins with all of the first, the third with all of the second, and what is repeated is varied, or the
 * provider itself counts nothing new. One frame that does not begin with the one before is evidence for pieces, and in common
 * text that is the second. Frames in doubt are held back until the next ones decide. The habit is one for all texts of an answer.
 */
export function createTextGrowth(habit: SendingHabit): TextGrowth {
  /** Passed on when it came, before there was any doubt. */
  let first = "";
  /** All that was passed on; or, in doubt, the last frame's text. */
  let known = "";
  let held: string[] = [];
  let isVaried = false;

  function release(text: string): string {
    const all = held.join("") + text;
    held = [];
    return all;
  }

  /** What a whole text has beyond what was passed on. A beginning that has changed cannot be taken back. */
  function beyond(passedOn: string, text: string): string {
    known = passedOn;
    if (beginsWith(passedOn, text)) return "";
    const same = beginsWith(text, passedOn) ? passedOn.length : commonLength(passedOn, text);
    known = same === 0 ? passedOn + text : text;
    return text.slice(same);
  }

  function becomeWhole(text: string): string {
    habit.kind = "whole";
    held = [];
    return beyond(first, text);
  }

  return {
    take(text, isSilent = false) {
      if (text === "") return "";
      if (habit.kind === "whole" && held.length === 0) return beyond(known, text);
      if (habit.kind === "pieces") return release(text);
      if (known === "") {
        first = text;
        known = text;
        return text;
      }
      if (!beginsWith(text, known)) {
        habit.kind = "pieces";
        return release(text);
      }
      isVaried = new Set(known).size >= variedEnough;
      const isRepeated = held.length > 0 && isVaried && text.length > first.length;
      if (habit.kind === "whole" || isSilent || isRepeated) return becomeWhole(text);
      held.push(text);
      known = text;
      return "";
    },
    settle() {
      if (held.length === 0) return "";
      // In doubt nothing is left out of a text that may be a run of the same characters or words.
      return isVaried && known.length > first.length ? becomeWhole(known) : release("");
    },
  };
}

function commonLength(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return length;
}
