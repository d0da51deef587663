import { z } from "zod";
import { historyChanges } from "../git/history-changes.ts";
import { historyStateSchema, readHistory, type HistoryState } from "../git/history-state.ts";
import { blobObject, contentOf, type GitObject } from "./git-objects.ts";
import type { Journal } from "./journal.ts";
import type { HistoryChange } from "./records.ts";

/** The person's git history as it was before a command. */
export interface KeptHistory {
  readonly state: HistoryState | null;
  /** The blob that holds it; null where there is no repository. */
  readonly snapshot: string | null;
  /** To be stored with the record that names the snapshot; those that the journal has already cost nothing. */
  readonly objects: readonly GitObject[];
  readonly notes: readonly string[];
}

const manifestSchema = z.object({
  state: historyStateSchema,
  files: z.array(z.object({ name: z.string(), blob: z.string() })),
  leftOut: z.array(z.string()),
});

/** Reads the history of the repository that a folder lies in. Nothing is ever written to it. */
export async function keepHistory(root: string): Promise<KeptHistory> {
  const found = await readHistory(root);
  if (found === null) return { state: null, snapshot: null, objects: [], notes: [] };
  const { state, leftOut } = found;
  const contents = found.files.map(({ name, content }) => ({ name, object: blobObject(content) }));
  const files = contents.map(({ name, object }) => ({ name, blob: object.id }));
  const manifest = blobObject(Buffer.from(JSON.stringify({ state, files, leftOut })));
  const notes =
    leftOut.length === 0
      ? []
      : [`Too large to be kept from before the command: git's ${leftOut.slice(0, 5).join(", ")}.`];
  return {
    state,
    snapshot: manifest.id,
    objects: [...contents.map(({ object }) => object), manifest],
    notes,
  };
}

/** The state of a snapshot that was stored; null where it cannot be read any more. */
export async function keptHistory(
  journal: Journal,
  snapshot: string | null,
): Promise<HistoryState | null> {
  if (snapshot === null || !(await journal.isHeld(snapshot))) return null;
  const text = contentOf(await journal.object(snapshot)).toString("utf8");
  return manifestSchema.parse(JSON.parse(text)).state;
}

/** What happened to the history since; null when nothing did. */
export async function changedHistory(
  root: string,
  { state, snapshot }: Pick<KeptHistory, "state" | "snapshot">,
): Promise<HistoryChange | null> {
  const lines = historyChanges(state, (await readHistory(root))?.state ?? null);
  return lines.length === 0 ? null : { lines, snapshot };
}

/** For the command's card. */
export const historyNotes = (history: HistoryChange | null): string[] =>
  history === null
    ? []
    : [`Git history was changed, which undo leaves as it is: ${history.lines.join("; ")}.`];
