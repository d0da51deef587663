import type { CautionPart } from "../../shared/cautions.ts";
import type { Coverage } from "../checkpoints/records.ts";
import { isRepository } from "../checkpoints/uncovered.ts";

const shownNames = 5;

/** What undo would not cover of a command that is about to run; null when it covers all there is. */
export function coverageCaution({
  complete,
  files,
  covered,
  heavy,
  tooLarge,
  special,
}: Coverage): string | null {
  // Git's own folder is told of where a command changes it.
  const others = special.filter((path) => path !== ".git" && !isRepository(path));
  const repositories = special.filter(isRepository);
  const missing = [
    ...(complete ? [] : [unseen(files, covered)]),
    ...(heavy.length === 0 ? [] : [names(heavy)]),
    ...(tooLarge.length === 0
      ? []
      : [`${names(tooLarge.map(({ path }) => path))} (too large to be kept)`]),
    ...(repositories.length === 0 ? [] : [`${names(repositories)} (another repository's history)`]),
    ...(others.length === 0 ? [] : [`${names(others)} (no regular file or folder)`]),
  ];
  return missing.length === 0 ? null : `Undo will not cover ${missing.join("; ")}.`;
}

/** The same for who has words of their own for it. */
export function coverageParts(coverage: Coverage): readonly CautionPart[] {
  const { complete, files, covered, heavy, tooLarge, special } = coverage;
  const others = special.filter((path) => path !== ".git" && !isRepository(path));
  const sorts = [
    ["heavy", heavy],
    ["too-large", tooLarge.map(({ path }) => path)],
    ["repository", special.filter(isRepository)],
    ["special", others],
  ] as const;
  const lists = sorts
    .filter(([, list]) => list.length > 0)
    .map(([what, list]) => ({
      what,
      names: list.slice(0, shownNames),
      more: Math.max(0, list.length - shownNames),
    }));
  const unread = complete ? null : { files: Math.max(0, files - covered), of: files };
  return unread === null && lists.length === 0
    ? []
    : [{ code: "uncovered", unseen: unread, lists }];
}

const unseen = (files: number, covered: number): string =>
  files === 0
    ? "the files here, which were not looked at yet"
    : `${Math.max(0, files - covered)} of ${files} files, which were not looked at yet`;

function names(list: readonly string[]): string {
  const shown = list.slice(0, shownNames).join(", ");
  return list.length > shownNames ? `${shown} and ${list.length - shownNames} more` : shown;
}
