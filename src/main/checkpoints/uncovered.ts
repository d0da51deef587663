import type { Gap } from "./gaps.ts";
import type { Coverage, Uncovered } from "./records.ts";

/** Names that one record or card lists at most. */
const mostNames = 200;
const shownNames = 5;

/** What a command changed and undo cannot bring back, by what was covered before and after it. */
export function uncoveredBy(before: Coverage, after: Coverage, gaps: readonly Gap[]): Uncovered {
  const large = new Map([...before.tooLarge, ...after.tooLarge].map((one) => [one.path, one]));
  const known = new Set([...before.heavy, ...after.heavy, ...before.special, ...after.special]);
  const unknown = gaps
    .filter(({ pre, post }) => pre === "unknown" || post === "unknown")
    .map(({ path }) => path);
  const changedLarge = new Set([
    ...unknown.filter((path) => large.has(path)),
    ...differing(before.tooLarge.map(sized), after.tooLarge.map(sized)).map(unsized),
  ]);
  return {
    complete: before.complete,
    files: before.files,
    covered: before.covered,
    heavy: [
      ...differing(before.heavy, after.heavy),
      // There before and after, and a name in it came or went.
      ...unknown.filter((path) => before.heavy.includes(path) && after.heavy.includes(path)),
    ].slice(0, mostNames),
    tooLarge: [...changedLarge]
      .toSorted()
      .flatMap((path) => large.get(path) ?? [])
      .slice(0, mostNames),
    special: differing(before.special, after.special).filter(notHistory).slice(0, mostNames),
    unknown: unknown
      .filter((path) => !large.has(path) && !known.has(path) && notHistory(path))
      .slice(0, mostNames),
  };
}

/** What happens to the workspace's own repository is told as its history. */
const notHistory = (path: string): boolean => path !== ".git";

/** Whether it is the `.git` of a repository inside the workspace. */
export const isRepository = (path: string): boolean => path.endsWith("/.git");

const sized = ({ path, size }: Coverage["tooLarge"][number]): string => `${size} ${path}`;
const unsized = (text: string): string => text.slice(text.indexOf(" ") + 1);

/** Those that are in one of two lists only. */
function differing(a: readonly string[], b: readonly string[]): string[] {
  const [inA, inB] = [new Set(a), new Set(b)];
  return [...a.filter((one) => !inB.has(one)), ...b.filter((one) => !inA.has(one))].toSorted();
}

/** Whether something happened that undo cannot bring back. */
export const isUncovered = ({ heavy, tooLarge, special, unknown }: Uncovered): boolean =>
  heavy.length + tooLarge.length + special.length + unknown.length > 0;

const line = (what: string, list: readonly string[]): string[] =>
  list.length === 0 ? [] : [`Undo does not cover ${names(list)}: ${what}.`];

/** What undo does not cover of a command that has run, for its card. */
export function uncoveredNotes(uncovered: Uncovered): string[] {
  const { complete, files, covered, heavy, tooLarge, special, unknown } = uncovered;
  return [
    ...(complete || !isUncovered(uncovered)
      ? []
      : [`When it ran, ${covered} of ${files} files were covered by undo.`]),
    ...line("changed before the old bytes were kept", unknown),
    ...line(
      "too large to be kept",
      tooLarge.map(({ path }) => path),
    ),
    ...line("of folders like this only the presence is known", heavy),
    ...line("another repository's history", special.filter(isRepository)),
    ...line(
      "no regular file or folder",
      special.filter((path) => !isRepository(path)),
    ),
  ];
}

function names(list: readonly string[]): string {
  const shown = list.slice(0, shownNames).join(", ");
  return list.length > shownNames ? `${shown} and ${list.length - shownNames} more` : shown;
}
