import type { Danger } from "../../shared/approvals.ts";

/** What a dangerous shape does, for a person at the command line; the window has the same in its language. */
const sentences: Readonly<Record<Danger, string>> = {
  "recursive-delete": "It deletes whole folders, with everything in them.",
  "empty-variable":
    "It works on a path that begins with a variable: if that is empty, it hits another folder than meant.",
  disk: "It writes to a disk or device itself, which erases what is on it.",
  "download-run": "It downloads a program and runs it at once, unseen.",
  "text-run": "It runs text that is only known when it runs.",
  "fork-bomb": "It starts copies of itself without end, until the computer stops answering.",
  "kill-many": "It ends processes by name or all at once, also those of others.",
  shutdown: "It shuts the computer or its services down.",
  administrator: "It runs as the administrator, who may change everything.",
  "force-push": "It overwrites or deletes what is on the server, also the work of others.",
  "discard-changes": "It throws away changes that are in no commit.",
  "rewrite-history": "It changes or removes commits that are there already.",
  "recursive-permissions": "It changes who may use everything below a folder.",
  "drop-data": "It deletes data of a database.",
  "remote-destroy": "It deletes or changes what runs on servers or in the cloud.",
  publish: "It publishes something that others get, and that can hardly be taken back.",
  schedule: "It has something run later, or at each start.",
  "hidden-characters":
    "It holds characters that cannot be seen or that change the order of what is shown.",
  unreadable: "It cannot be read with certainty: which programs it runs shows only when it runs.",
};

export const dangerText = (dangers: readonly Danger[]): string =>
  dangers.map((danger) => sentences[danger]).join(" ");
