import { undoReasons, type UndoReason } from "../../../../shared/undo-reasons.ts";

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
  edit: "Edit merge",
  edited: "edited merge",
  undoHeld: "Undo it",
  undoPlain: "Undo it",
  undoNamed: (path: string) => `Undo ${path}`,
  heldRows: (held: number) =>
    `${files(held)} may hold changes of yours, and ${held === 1 ? "stays" : "stay"} unless you tick ${held === 1 ? "it" : "them"}.`,
  heldReason: (reason: string) => `Not ticked: ${reason}.`,
  steeringRows: (number: number) =>
    `${files(number)} can run code or steer the agent, and ${number === 1 ? "stays" : "stay"} unless you tick ${number === 1 ? "it" : "them"}.`,
  steersReason: (reason: string) => `Not ticked by itself. ${reason}`,
  steeringTitle: "Bring this back too?",
  steeringDetail: (number: number) =>
    `${files(number)} can run code or steer the agent, and ${number === 1 ? "was" : "were"} left as ${number === 1 ? "it is" : "they are"}.`,
  bringBack: (number: number) => `Bring back ${files(number)}`,
  leave: "Leave as now",
  /** Why a path is held or kept. */
  reasons: undoReasons as Readonly<Record<UndoReason, string>>,
  changedMeanwhile: (number: number) =>
    `${files(number)} changed while you were choosing, and ${number === 1 ? "was" : "were"} left as ${number === 1 ? "it is" : "they are"}. Look again.`,
  changedNow: "Changed just now ·",
  changedHere: "This file changed while the dialog was open. What you chose for it was not done.",
  notMergeable: "This file is no text that can be merged: keep it or restore the old version.",
  editNote: (overlaps: number) =>
    overlaps === 0
      ? "Nothing overlaps: this is the file after the undo."
      : `${overlaps === 1 ? "1 overlap" : `${overlaps} overlaps`}: choose a text to start from and change it as you like. Everything else is merged already.`,
  overlapOf: (number: number, of: number) => `Overlap ${number} of ${of}`,
  overlapText: "Text of this part",
  takeNow: "As it is now",
  takeOld: "Old version",
  takeBoth: "Both",
  sameLines: (lines: number) => `Show ${lines.toLocaleString("en")} lines that are settled`,
  view: "View",
  savePatch: "Save as patch…",
  savedAs: (path: string) => `Saved as ${path}`,
  nothingToSave: "Nothing to save here",
  patchSaved: "Saved as a patch",
  patchEmpty: "There is no patch to save",
  onlyBinary: "A patch holds texts. What was changed here is none.",
  leftOut: (number: number) =>
    number === 1 ? "1 file is not in the patch" : `${number} files are not in the patch`,
  notText: "not a text file",
  switched: (from: string, to: string) =>
    `You switched ${from} → ${to}; earlier undo waits for ${from}.`,
  waitsTitle: (branch: string) => `Undo waits for ${branch}`,
  waitsDetail: (branch: string) =>
    `These changes were made on ${branch}. Switch back to it and undo works again; until then they can be looked at in Review and saved as a patch.`,
  choiceFor: (path: string) => `What to do with ${path}`,
  actions: {
    restore: "old content comes back",
    create: "the file comes back",
    delete: "the file goes away",
    merge: "merged with later edits",
    none: "nothing to do",
  },
  acted: {
    restore: "content put back",
    create: "file put back",
    delete: "file removed",
    merge: "merged with later edits",
    none: "nothing to do",
  },
  files: "Files",
  preview: "Before and after",
  previewLoading: "Comparing…",
  previewFailed: (reason: string) => `The change cannot be shown: ${reason}`,
  previewNote: "From the file as it is now to the file after this undo.",
  previewKept: "The file stays exactly as it is now.",
  previewIfUndone: "The file stays exactly as it is now. Undone it would become:",
  confirm: (undone: number, keep: number) => {
    if (keep === 0) return `Undo ${undone}`;
    return undone === 0 ? `Keep ${keep}` : `Undo ${undone}, keep ${keep}`;
  },
  working: "Undoing…",
  nothing: "Nothing left to undo here",
  undidNothing: "Nothing was undone",
  redidNothing: "Nothing was brought back",
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
  doneTitle: "Done",
  skippedTitle: "Left out",
  failed: (reason: string) => `Not undone: ${reason}`,
  redoFailed: (reason: string) => `Not brought back: ${reason}`,
  running: "Stop the agent first: it is still changing files.",
};
