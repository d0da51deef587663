import { useState } from "react";
import type { MergePart } from "../../../shared/checkpoint.ts";
import type { AskedUndo } from "../app/undo-flow.ts";
import { useServices } from "../app/services.tsx";

/** A merge that is edited: its parts, and what each overlap is to become. */
export interface EditedMerge {
  readonly parts: readonly MergePart[];
  /** By the part's index; what is not in it stays as it is now. */
  readonly texts: Readonly<Record<number, string>>;
}

export interface Merges {
  readonly opened: Readonly<Record<string, EditedMerge>>;
  /** Fetches the merge of a file; false where it cannot be shown as text. */
  readonly open: (path: string) => Promise<boolean>;
  readonly edit: (path: string, index: number, text: string) => void;
}

/** The whole file with what was chosen for each overlap. */
export const textOf = ({ parts, texts }: EditedMerge): string =>
  parts
    .map((part, index) => (part.kind === "same" ? part.text : (texts[index] ?? part.now)))
    .join("");

/** The merges that a person edits in one dialog. `onText` gets the whole file whenever it changes. */
export function useMerges(
  { sessionId, target }: AskedUndo,
  onText: (path: string, text: string) => void,
): Merges {
  const { client } = useServices();
  const [opened, setOpened] = useState<Merges["opened"]>({});
  const put = (path: string, merge: EditedMerge): void => {
    setOpened((before) => ({ ...before, [path]: merge }));
    onText(path, textOf(merge));
  };
  return {
    opened,
    open: async (path) => {
      const known = Object.hasOwn(opened, path) ? opened[path] : undefined;
      const parts = known?.parts ?? (await client("checkpoint.merge", { sessionId, target, path }));
      if (parts === null) return false;
      put(path, known ?? { parts, texts: {} });
      return true;
    },
    edit: (path, index, text) => {
      const merge = opened[path];
      if (merge !== undefined) put(path, { ...merge, texts: { ...merge.texts, [index]: text } });
    },
  };
}
