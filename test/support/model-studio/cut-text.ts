import type { Chunking } from "./script.ts";

/** Numbers that look random and are the same in every run. */
function createDice(seed: number): (below: number) => number {
  let state = (seed ^ 0x9e3779b9) >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Cuts a text anywhere but inside a character. */
export function cutter(chunking: Chunking, seed: number): (text: string) => string[] {
  const dice = createDice(seed);
  const size = (): number => {
    if (chunking === "whole") return Number.POSITIVE_INFINITY;
    return chunking === "realistic" ? 1 + dice(12) : chunking;
  };
  return (text) => {
    const characters = Array.from(text);
    const pieces: string[] = [];
    for (let at = 0; at < characters.length;) {
      const end = at + size();
      pieces.push(characters.slice(at, end).join(""));
      at = end;
    }
    return pieces;
  };
}

/** Splits bytes at odd places, inside characters too, as a network does. */
export function splitBytes(bytes: Buffer, chunking: Chunking): Buffer[] {
  if (chunking === "whole") return [bytes];
  const dice = createDice(bytes.length);
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + (chunking === "realistic" ? 61 + dice(900) : chunking);
    pieces.push(bytes.subarray(at, end));
    at = end;
  }
  return pieces;
}
