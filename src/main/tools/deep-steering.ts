import type { CommandCover, CommandRecord } from "../checkpoints/command-types.ts";
import { isRepository } from "../checkpoints/uncovered.ts";
import { isSteering } from "../trust/steering-files.ts";
import type { FileChange } from "../../shared/diff.ts";
import { AppError } from "../../shared/errors.ts";
import type { ToolContext } from "./tool.ts";

const namedFiles = 3;

const steers = ({ path, from }: FileChange): boolean =>
  isSteering(path) || (from !== undefined && isSteering(from));

/**
 * The sandbox guards what steers at the top of the project. What a command did to such files in the folders below is found by the look
 * that follows it, and taken back by an undo of just these files, which a redo brings again. What may be the person's own is told.
 * Answers the record without them, and what the model and the person are told.
 */
export async function withoutSteering<Record extends CommandRecord>(
  record: Record,
  { takeBack, callId }: Pick<ToolContext, "takeBack" | "callId">,
  newRepositories: readonly string[] = [],
): Promise<{ readonly record: Record; readonly told: readonly string[] }> {
  const found = record.changes.filter(steers);
  if (found.length + newRepositories.length === 0) return { record, told: [] };
  const paths = found.flatMap(({ path, from }) => (from === undefined ? [path] : [from, path]));
  const taken = new Set(await takeBack?.(callId, paths).catch(expected));
  const isTaken = ({ path, from }: FileChange): boolean =>
    taken.has(path) && (from === undefined || taken.has(from));
  const [gone, kept] = [found.filter(isTaken), found.filter((one) => !isTaken(one))];
  const told = [
    ...(gone.length === 0
      ? []
      : [
          `Took back ${names(gone)}, which steers what is executed here; a command needs steering-files for that. Redo brings it back.`,
        ]),
    ...(kept.length === 0
      ? []
      : [
          `${names(kept)}: changed while it ran, and steers what is executed here. Undo this command unless the change is yours.`,
        ]),
    // Undo does not cover it, and git obeys its configuration.
    ...newRepositories.map(
      (path) =>
        `${path}: came to be while it ran, and steers what is executed here. Remove it unless it is yours.`,
    ),
  ];
  const changes = record.changes.filter((one) => !gone.includes(one));
  return { record: { ...record, changes, notes: [...told, ...record.notes] }, told };
}

/** Repositories below the project's own, and, called again, those that have come to be since. */
export function watchRepositories({ coverage }: Pick<CommandCover, "coverage">): {
  readonly known: readonly string[];
  since(): readonly string[];
} {
  const look = (): readonly string[] => coverage().special.filter(isRepository);
  const known = look();
  return { known, since: () => look().filter((path) => !known.includes(path)) };
}

/** Where it cannot be taken back now (another branch, a full disk), it is told. */
function expected(error: unknown): readonly string[] {
  if (error instanceof AppError) return [];
  throw error;
}

function names(changes: readonly FileChange[]): string {
  const more = changes.length - namedFiles;
  const first = changes.slice(0, namedFiles).map(({ path }) => path);
  return `${first.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
