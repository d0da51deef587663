import { z } from "zod";
import { callIdSchema, sessionIdSchema, turnIdSchema } from "../../shared/ids.ts";

/** What is at a path: nothing, a file with its bytes, a link with its target (as a blob too), or a folder. Modes are the low 12 bits. */
export const imageSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("absent") }),
  z.object({ type: z.literal("file"), blob: z.string(), mode: z.int(), size: z.int() }),
  z.object({ type: z.literal("link"), blob: z.string() }),
  z.object({ type: z.literal("folder"), mode: z.int() }),
]);
export type Image = z.infer<typeof imageSchema>;

export const absent: Image = { type: "absent" };

/** One path of an operation: what was there, what it is to become, and the names used on the way. */
export const entrySchema = z.object({
  path: z.string(),
  pre: imageSchema,
  post: imageSchema,
  temporary: z.string(),
  aside: z.string(),
});
export type Entry = z.infer<typeof entrySchema>;

/** Which paths of an earlier operation this one takes back. */
export const reversalSchema = z.object({ id: z.string(), paths: z.array(z.string()) });

/**
 * What stands of a change at a path after a part of it was taken back (or came back), and `was` before. The change and those after it
 * at the same path count from then on as if they had been made without that part.
 */
export const leftSchema = z.object({
  id: z.string(),
  path: z.string(),
  pre: imageSchema,
  post: imageSchema,
  was: z.object({ pre: imageSchema, post: imageSchema }),
});
export type Left = z.infer<typeof leftSchema>;

/** What is covered of a workspace, or of a change: the counts are of regular files and links. Names are bounded where they are recorded. */
export const coverageSchema = z.object({
  complete: z.boolean(),
  files: z.int(),
  covered: z.int(),
  /** Dependency and build folders: only their presence is known. */
  heavy: z.array(z.string()),
  tooLarge: z.array(z.object({ path: z.string(), size: z.int() })),
  /** Sockets, devices, pipes, what cannot be read, nested `.git`. */
  special: z.array(z.string()),
});
export type Coverage = Readonly<z.infer<typeof coverageSchema>>;

/** Of one command: what it changed and undo cannot bring back, with the counts of the moment before it. */
export const uncoveredSchema = coverageSchema.extend({
  /** Files that were changed or deleted before their bytes were ever kept. */
  unknown: z.array(z.string()),
});
export type Uncovered = Readonly<z.infer<typeof uncoveredSchema>>;

/**
 * Why a path that changed during a command may be somebody else's: a command in the background ran as well; another session wrote
 * it; the command itself ran long (over 5 s) or in the background; the person had changed it just before; Belay ended meanwhile.
 */
export const sharedBySchema = z.enum(["background", "session", "long", "person", "interrupted"]);
export type SharedBy = z.infer<typeof sharedBySchema>;

/** What a command did to the repository itself, in lines for a person. `snapshot`: the blob with refs, HEAD, index and config before it. */
export const historyChangeSchema = z.object({
  lines: z.array(z.string()),
  snapshot: z.string().nullable(),
});
export type HistoryChange = Readonly<z.infer<typeof historyChangeSchema>>;

/** Of a `command` intent. One that is split because of its size has the whole of `uncovered` and `history` in its last part. */
export const commandSchema = z.object({
  /** The look that found these changes. */
  look: z.string(),
  line: z.string(),
  startedAt: z.string(),
  endedAt: z.string(),
  background: z.boolean(),
  interrupted: z.boolean(),
  /** Of this intent's own entries. A path may have several reasons. */
  shared: z.array(z.object({ path: z.string(), by: sharedBySchema })),
  uncovered: uncoveredSchema,
  history: historyChangeSchema.nullable(),
});
export type CommandFacts = z.infer<typeof commandSchema>;

/** The user's HEAD: `branch` is null while it is detached, `commit` while the branch has none. */
export const headSchema = z.object({
  branch: z.string().nullable(),
  commit: z.string().nullable(),
});
export type Head = z.infer<typeof headSchema>;

/**
 * Written durably before anything is touched. `id` is a checkpoint's for a write or command, an undo's for an undo or redo. A
 * `command` has happened already when it is written, and is not executed: its `done` follows at once. It may have no entries, where
 * it changed only what cannot be taken back.
 */
export const intentSchema = z.object({
  record: z.literal("intent"),
  id: z.string(),
  kind: z.enum(["write", "command", "undo", "redo"]),
  sessionId: sessionIdSchema,
  turnId: turnIdSchema.nullable(),
  callId: callIdSchema.nullable(),
  tool: z.string(),
  at: z.string(),
  commit: z.string(),
  entries: z.array(entrySchema),
  /** Folders that did not exist and are made for this, outermost first. */
  folders: z.array(z.string()),
  /** Folders that the operations taken back had made: they go, outermost last, as far as they are empty. */
  emptied: z.array(z.string()).default([]),
  /** Where `left` has an operation's path, only a part of it is taken back. */
  reverses: z.array(reversalSchema),
  left: z.array(leftSchema).default([]),
  command: commandSchema.optional(),
  /** The user's HEAD then; null where there is no repository, absent in records of before it was kept. */
  head: headSchema.nullable().optional(),
});
export type Intent = z.infer<typeof intentSchema>;

/** How an operation ended. `paths` really took effect; `rescued` are safety copies of bytes that another writer left. */
export const doneSchema = z.object({
  record: z.literal("done"),
  id: z.string(),
  paths: z.array(z.string()),
  rescued: z.array(z.object({ path: z.string(), blob: z.string() })),
  recovered: z.boolean(),
});
export type Done = z.infer<typeof doneSchema>;

/** Bytes of another writer that would be nowhere else any more, durable before their last name goes. `id` is the operation's. */
export const rescueSchema = z.object({
  record: z.literal("rescue"),
  id: z.string(),
  path: z.string(),
  blob: z.string(),
});

/** Durable before a command starts: from here on changes may be its own. */
export const windowSchema = z.object({
  record: z.literal("window"),
  id: z.string(),
  sessionId: sessionIdSchema,
  turnId: turnIdSchema,
  callId: callIdSchema,
  line: z.string(),
  at: z.string(),
  background: z.boolean(),
  /** Names the process that watches over it, see `process-owner.ts`. */
  owner: z.string(),
  /** The blob with the repository's refs, HEAD, index and config before it; null where none was taken. */
  snapshot: z.string().nullable(),
});
export type WindowRecord = z.infer<typeof windowSchema>;

/** The command has ended and its changes are recorded. */
export const windowEndSchema = z.object({ record: z.literal("window-end"), id: z.string() });

/** Changes that no tool and no command made: the person's. Listed, never undone. A content is kept as far as the record stays small. */
export const outsideSchema = z.object({
  record: z.literal("outside"),
  id: z.string(),
  /** The look that found these changes. */
  look: z.string(),
  at: z.string(),
  /** When the look before was taken; null for the first. */
  since: z.string().nullable(),
  entries: z.array(z.object({ path: z.string(), pre: imageSchema, post: imageSchema })),
});
export type Outside = z.infer<typeof outsideSchema>;

/** A pinned checkpoint is never dropped. The newest of an id counts. */
export const pinSchema = z.object({
  record: z.literal("pin"),
  id: z.string(),
  pinned: z.boolean(),
  at: z.string(),
});

/** The storage limit dropped something. `through` is when the newest of it was made. */
export const dropSchema = z.object({
  record: z.literal("drop"),
  at: z.string(),
  through: z.string(),
  checkpoints: z.int(),
  bytes: z.int(),
});
export type Drop = z.infer<typeof dropSchema>;

export const recordSchema = z.discriminatedUnion("record", [
  intentSchema,
  doneSchema,
  rescueSchema,
  windowSchema,
  windowEndSchema,
  outsideSchema,
  pinSchema,
  dropSchema,
]);
export type JournalRecord = z.infer<typeof recordSchema>;

/** The blob of a file's bytes or a link's target; null for what has none. */
export const blobOf = (image: Image): string | null => ("blob" in image ? image.blob : null);

const modeOf = (image: Image): number | null => ("mode" in image ? image.mode : null);

/** Same kind of thing with the same bytes, whatever its mode. */
export const sameContent = (a: Image, b: Image): boolean =>
  a.type === b.type && blobOf(a) === blobOf(b);

/** Whether there is nothing to do from one to the other: same content and, of a file or folder, same mode. */
export const sameImage = (a: Image, b: Image): boolean =>
  sameContent(a, b) && modeOf(a) === modeOf(b);

/** The blobs of the versions that a record tells of. */
export function imageBlobs(record: JournalRecord): ReadonlySet<string> {
  const entries = record.record === "intent" || record.record === "outside" ? record.entries : [];
  return new Set(
    entries.flatMap(({ pre, post }) =>
      [pre, post].flatMap((image) => ("blob" in image ? [image.blob] : [])),
    ),
  );
}
