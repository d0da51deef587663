const files = (number: number): string => (number === 1 ? "1 file" : `${number} files`);

/** Words of the undo. */
export const undo = {
  action: "Undo the last prompt's changes",
  title: "Undo",
  overlap: (conflicts: number) =>
    `${files(conflicts)} changed since. What you do not choose to restore stays as it is now.`,
  notRestorable: (commands: number) =>
    commands === 1
      ? "1 command is not restorable: what it did stays."
      : `${commands} commands are not restorable: what they did stays.`,
  safetyCopy:
    "Before anything is written, a safety copy of every file is kept: Redo brings it back.",
  keep: "Keep as it is now",
  overwrite: "Restore old version",
  merge: "Merge",
  mergeDetail: "Takes the change away and keeps the later edits.",
  choiceFor: (path: string) => `What to do with ${path}`,
  actions: {
    restore: "old content comes back",
    create: "the file comes back",
    delete: "the file goes away",
    merge: "merged with later edits",
    none: "nothing to do",
  },
  files: "Files",
  preview: "Before and after",
  previewLoading: "Comparing…",
  previewFailed: (reason: string) => `The change cannot be shown: ${reason}`,
  previewNote: "From the file as it is now to the file after this undo.",
  previewKept: "The file stays exactly as it is now.",
  confirm: (undone: number, keep: number) => {
    if (keep === 0) return `Undo ${undone}`;
    return undone === 0 ? `Keep ${keep}` : `Undo ${undone}, keep ${keep}`;
  },
  working: "Undoing…",
  nothing: "Nothing left to undo here",
  done: (number: number) => `Undid ${files(number)}`,
  merged: (number: number) => `later edits in ${files(number)} stay`,
  kept: (number: number) => `${number} kept as ${number === 1 ? "it is" : "they are"}`,
  redone: (number: number) => `Brought back ${files(number)}`,
  redo: "Redo",
  undoAgain: "Undo",
  details: "Details",
  detailsTitle: "What was undone",
  detailsRedone: "What was brought back",
  conflictsTitle: "Kept as they are",
  skippedTitle: "Left out",
  failed: (reason: string) => `Not undone: ${reason}`,
  redoFailed: (reason: string) => `Not brought back: ${reason}`,
  running: "Stop the agent first: it is still changing files.",
};
