/** Why an undo holds or keeps a path, as main says it: listed here once, so that a window can say the same in its own language. */
export const undoReasons = {
  background: "the command ran in the background",
  besideBackground: "a command in the background ran at the same time",
  session: "another conversation wrote it at the same time",
  long: "the command ran for over 5 s",
  slowLook: "looking at what the command changed took over 5 s",
  personBefore: "you had changed it just before the command",
  person: "you changed it as well",
  interrupted: "Belay ended while the command ran",
  deleted: "it was deleted since",
  folderInPlace: "a folder stands in its place now",
  fileInPlace: "a file stands in the folder's place now",
  made: "a file of that name was made since",
  changed: "it was changed since in the same place",
  changedLater: "a later step changed the same lines",
  steers: "it can run code or steer the agent",
} as const;

export type UndoReason = keyof typeof undoReasons;

const byText = new Map<string, UndoReason>();
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of the very object
for (const name of Object.keys(undoReasons) as UndoReason[]) byText.set(undoReasons[name], name);

/** Which of the listed reasons a text is; undefined for one that names particulars. */
export const undoReasonOf = (text: string): UndoReason | undefined => byText.get(text);
