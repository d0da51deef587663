import { likeness } from "../workspace/near-names.ts";

const compared = 20_000;
const around = 2;
const shownWidth = 200;

/** The lines most like what was looked for, numbered, with two lines around; null when nothing is alike. */
export function nearestLines(text: string, wanted: string): string | null {
  const target = wanted
    .split("\n")
    .map((line) => line.trim())
    .reduce((longest, line) => (line.length > longest.length ? line : longest), "");
  const lines = text.split("\n");
  let best = -1;
  let score = 0.4;
  for (const [index, line] of lines.slice(0, compared).entries()) {
    const now = likeness(line.trim().slice(0, 500), target.slice(0, 500));
    if (now <= score) continue;
    best = index;
    score = now;
  }
  if (best < 0) return null;
  const from = Math.max(0, best - around);
  return lines
    .slice(from, best + around + 1)
    .map((line, index) => `${from + index + 1}\t${line.replace(/\r$/, "").slice(0, shownWidth)}`)
    .join("\n");
}
