import { chmodSync, lstatSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { AppError } from "../../shared/errors.ts";
import type { OperationInput, OperationOutcome } from "./executor.ts";
import type { FileOps } from "./file-ops.ts";
import {
  identify,
  isSameFolder,
  readHome,
  writeHome,
  type FolderIdentity,
  type StoreHome,
} from "./store-home.ts";

/** Watches over the project folder itself, which no entry of an operation can name. */
export interface HomeKeeper {
  /** Before a command: what is there. From now on a folder that takes its place has its history. */
  leave(): FolderIdentity | null;
  /** What was there when the last command began; for one that a crash cut off. */
  last(): FolderIdentity | null;
  /** After a command; `isFree`: no other runs. Lines for the command's card. */
  settle(before: FolderIdentity | null, isFree: boolean): readonly string[];
  /** AppError("conflict") when something else than a folder is in its place. */
  assertFolder(): void;
  /** Makes the folder again where it is gone; a line about it, or null when it is there. */
  restore(): Promise<string | null>;
}

export interface HomePlace {
  /** The workspace's real path. */
  readonly root: string;
  readonly storeFolder: string;
  readonly ops: FileOps;
}

export function createHomeKeeper({ root, storeFolder, ops }: HomePlace): HomeKeeper {
  const write = (folder: FolderIdentity, unsettled: boolean): void => {
    const next: StoreHome = { ...folder, path: root, unsettled };
    if (JSON.stringify(readHome(storeFolder)) !== JSON.stringify(next))
      writeHome(storeFolder, next);
  };
  const last = (): FolderIdentity | null => readHome(storeFolder);
  const opened = identify(root);
  if (opened !== null && !isHome(readHome(storeFolder), root, opened)) write(opened, false);
  function assertFolder(): void {
    if (identify(root) === null && lstatSync(root, { throwIfNoEntry: false }) !== undefined)
      throw new AppError(
        "conflict",
        `${root} is no folder any more: something else was put in its place. Move that away first.`,
      );
  }
  return {
    last,
    assertFolder,
    leave() {
      const now = identify(root);
      if (now !== null) write(now, true);
      return now;
    },
    settle(before, isFree) {
      const now = identify(root);
      if (now !== null && isFree) write(now, false);
      return notes(root, before, now);
    },
    async restore() {
      assertFolder();
      if (identify(root) !== null) return null;
      const mode = last()?.mode ?? null;
      await makeFolder(root, ops);
      if (mode !== null) chmodSync(root, mode);
      const made = identify(root);
      if (made !== null) write(made, false);
      return `${root} was gone and was made again.`;
    },
  };
}

type Execute = (input: OperationInput) => Promise<OperationOutcome>;

/** Runs operations that may be about a folder that is gone: it comes first. */
export const executeAtHome =
  (home: HomeKeeper, execute: Execute): Execute =>
  async (input) => {
    const line = await home.restore();
    const outcome = await execute(input);
    return line === null ? outcome : { ...outcome, notes: [line, ...outcome.notes] };
  };

const isHome = (home: StoreHome | null, path: string, folder: FolderIdentity): boolean =>
  home?.path === path && isSameFolder(home, folder);

async function makeFolder(root: string, ops: FileOps): Promise<void> {
  const above = dirname(root);
  if (identify(above) === null)
    throw new AppError(
      "not-found",
      `${root} cannot be made again: there is no folder ${above}. Make that first.`,
    );
  await ops.mkdir(root, 0o700);
  await ops.syncFolder(above);
}

function notes(
  root: string,
  before: FolderIdentity | null,
  now: FolderIdentity | null,
): readonly string[] {
  if (before === null) return [];
  if (now === null) return [lossNote(root, before)];
  if (!isSameFolder(before, now))
    return [
      "This command put another folder in the place of the project folder. Its checkpoints go on there, and undo puts the files back into it.",
    ];
  if (before.mode === now.mode) return [];
  const modes = `${before.mode.toString(8)} → ${now.mode.toString(8)}`;
  return [
    `This command changed the mode of the project folder itself, ${modes}. Undo leaves it as it is.`,
  ];
}

function lossNote(root: string, before: FolderIdentity): string {
  const again = `Undo makes ${root} again, with the files that were covered.`;
  if (lstatSync(root, { throwIfNoEntry: false }) !== undefined)
    return `This command put something else in the place of the project folder. Once that is moved away: ${again}`;
  const name = movedTo(root, before);
  return name === null
    ? `This command removed or moved the project folder itself. ${again}`
    : `This command moved the project folder itself to ${join(dirname(root), name)}. ${again} What is at the new place stays there.`;
}

/** Of a large folder above only the first entries are looked at: it is for a word on a card. */
const mostLooked = 1000;

/** The name that the folder now has beside its old one; null when it is not there. */
function movedTo(root: string, before: FolderIdentity): string | null {
  const above = dirname(root);
  try {
    const names = readdirSync(above).slice(0, mostLooked);
    const found = names.find((name) => {
      const there = name === basename(root) ? null : identify(join(above, name));
      return there !== null && isSameFolder(there, before);
    });
    return found ?? null;
  } catch {
    return null; // a folder that cannot be listed tells nothing
  }
}
