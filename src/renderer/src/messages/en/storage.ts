const files = (number: number): string => number.toLocaleString("en");
const count = (number: number, one: string, many: string): string =>
  number === 1 ? `1 ${one}` : `${files(number)} ${many}`;

/** The settings' page about what undo keeps on the disk. */
export const storage = {
  intro:
    "Before a file is changed, a safety copy of it is kept: that is what Undo brings back. Copies live in Belay's own folder, outside of your project and its git.",
  project: "Project",
  failed: "The size could not be read.",
  none: "No project has been opened yet.",
  size: "On the disk",
  of: (used: string, quota: string) => `${used} of ${quota}`,
  baseline: "First look at the project, so that commands can be undone",
  baselineApart: "Not counted towards the limit: it follows the project, not the work.",
  copies: (checkpoints: number) => count(checkpoints, "safety copy", "safety copies"),
  since: (date: Date) =>
    `since ${date.toLocaleDateString("en", { day: "numeric", month: "short", year: "numeric" })}`,
  pinned: (pinned: number) => `${count(pinned, "copy is", "copies are")} pinned and never dropped`,
  dropped: (date: Date, checkpoints: number) =>
    `On ${date.toLocaleDateString("en", { day: "numeric", month: "short", year: "numeric" })} the limit dropped ${count(checkpoints, "old copy", "old copies")}.`,
  quota: "Most space per project, in MB",
  quotaHelp: (inForce: string) =>
    `The oldest copies go first. In force for this project: ${inForce}; never more than a tenth of the free disk.`,
  quotaInvalid: "A whole number from 64 to 1,048,576.",
  days: "Days that copies are kept",
  daysHelp: "Pinned copies, the newest prompts, undos and rescued files stay longer.",
  daysInvalid: "A whole number from 1 to 3650.",
  caches: "Private home and package caches of commands",
  cachesDetail:
    "Only sandboxed commands of this project see them. What they need is fetched again.",
  held: (copies: number) =>
    `${count(copies, "file that was taken back", "files that were taken back")} from commands, each kept for 30 days at least`,
  clearCaches: "Clear caches",
  cleared: (bytes: string) => `Cleared ${bytes} of caches`,
  free: "Free space…",
  freeTitle: "Free space",
  freeDetail: (project: string) =>
    `Drops old safety copies of ${project}. What they would bring back can then no longer be undone. Your files are not touched.`,
  olderThan: "Older than, in days",
  olderThanInvalid: "A number from 0 to 36,500.",
  asking: "Looking what would go…",
  would: (checkpoints: number, sessions: number, bytes: string) =>
    sessions === 0
      ? `${count(checkpoints, "copy", "copies")} would go: ${bytes}.`
      : `${count(checkpoints, "copy", "copies")} would go, and with them all of ${count(sessions, "session", "sessions")}: ${bytes}.`,
  wouldNothing: "Nothing is that old.",
  spared: (spared: number) =>
    `${count(spared, "older one stays", "older ones stay")}: pinned, newest, an undo or a rescued file.`,
  confirm: (bytes: string) => `Free ${bytes}`,
  freed: (checkpoints: number, bytes: string) =>
    `Freed ${bytes}: ${count(checkpoints, "copy", "copies")} dropped`,
};
