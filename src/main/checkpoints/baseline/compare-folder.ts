import type { BigIntStats } from "node:fs";
import {
  identityOf,
  isRacy,
  kindOf,
  modeOf,
  type EntryKind,
} from "../../workspace/scan/identity.ts";
import { joinPath, type ScanFolder } from "../../workspace/scan/scan-folder.ts";
import { absent } from "../records.ts";
import type { ContentReader } from "./content-reader.ts";
import { isSameImage } from "./join-changes.ts";
import {
  packFolder,
  type BaselineEntry,
  type FolderTimes,
  type PackedFolder,
} from "./packed-folder.ts";
import type { ScanRules } from "./scan-rules.ts";
import type { LookChange, SeenImage } from "./types.ts";

/** What a comparison needs to know, and where it reports. */
export interface Comparison {
  readonly rules: ScanRules;
  readonly reader: ContentReader;
  /** When the look began, nanoseconds since 1970. */
  readonly lookNs: bigint;
  readonly mayOpen: boolean;
  report(change: LookChange): void;
  /** A folder went, or became something else: everything below it is gone too. */
  removeBelow(path: string): void;
  /** A folder to look into; `isSilent` when what is in it was there before and is only now seen. */
  enter(folder: FolderToEnter): void;
}

export interface FolderToEnter {
  readonly path: string;
  /** The folder as its parent saw it. */
  readonly stats: BigIntStats;
  readonly isSilent: boolean;
}

export interface ComparedFolder {
  readonly path: string;
  readonly open: ScanFolder;
  readonly known: PackedFolder | null;
  /** First seen, without being new: nothing is reported, contents are left for the build. */
  readonly isSilent: boolean;
}

/** What the baseline knows of the entry at hand. */
interface Known {
  readonly folder: PackedFolder;
  readonly index: number;
}

/** Compares one folder with what is known; answers its new row, or null when it needs none. */
export function compareFolder(here: ComparedFolder, to: Comparison): PackedFolder | null {
  const { path, open, known } = here;
  const knownNames = known?.names() ?? [];
  const kept: (number | BaselineEntry)[] = [];
  let at = 0;
  const times = timesOf(open.stats, to.lookNs);
  let isChanged = known === null || !sameTimes(times, known.times());
  const removeUpTo = (name: string | null): void => {
    for (; at < knownNames.length; at += 1) {
      const own = knownNames[at] ?? "";
      if (known === null || (name !== null && own >= name)) return;
      isChanged = true;
      remove({ folder: known, index: at }, joinPath(path, own), to);
    }
  };
  for (const name of open.names) {
    if (to.rules.leavesOut(path, name)) continue;
    const stats = open.look(name);
    if (stats === null) continue;
    removeUpTo(name);
    const isKnown = known !== null && knownNames[at] === name;
    const before = isKnown ? { folder: known, index: at } : null;
    if (isKnown) at += 1;
    const entry = see({ here, name, before }, stats, to);
    isChanged ||= typeof entry !== "number";
    if (entry !== null) kept.push(entry);
  }
  removeUpTo(null);
  if (!isChanged) return null;
  return packFolder(
    times,
    kept.flatMap((entry) =>
      typeof entry === "number" ? (known?.entry(entry, knownNames[entry] ?? "") ?? []) : entry,
    ),
  );
}

const timesOf = (stats: BigIntStats, lookNs: bigint): FolderTimes => ({
  dev: stats.dev,
  ino: stats.ino,
  mtimeNs: stats.mtimeNs,
  ctimeNs: stats.ctimeNs,
  racy: isRacy(stats, lookNs),
});

const sameTimes = (a: FolderTimes, b: FolderTimes): boolean =>
  a.mtimeNs === b.mtimeNs &&
  a.ctimeNs === b.ctimeNs &&
  a.ino === b.ino &&
  a.dev === b.dev &&
  a.racy === b.racy;

/** Whether a folder surely holds the names that it held when it was listed. */
export function hasSameNames(known: PackedFolder, stats: BigIntStats): boolean {
  const times = known.times();
  return !times.racy && sameTimes(times, { ...timesOf(stats, 0n), racy: false });
}

interface Sight {
  readonly here: ComparedFolder;
  readonly name: string;
  readonly before: Known | null;
}

/** The known entry's index when nothing changed, the new entry, or null when it is gone by now. */
function see(sight: Sight, stats: BigIntStats, to: Comparison): number | BaselineEntry | null {
  const { here, name, before } = sight;
  const path = joinPath(here.path, name);
  const knownKind = before?.folder.kind(before.index) ?? null;
  const kind = kindFor(sight, stats, to);
  if (kind === "folder") {
    const wasOther = knownKind === "file" || knownKind === "link" || knownKind === "special";
    to.enter({ path, stats, isSilent: here.isSilent || (before !== null && !wasOther) });
  }
  if (before !== null && knownKind === kind && isUnchanged(before, kind, stats))
    return before.index;
  const entry = read(sight, { kind, stats }, to);
  if (entry === null) {
    if (before !== null) remove(before, path, to);
    return null;
  }
  if (!here.isSilent) reportChange({ path, before, entry }, to);
  if (knownKind === "folder" && entry.kind !== "folder") to.removeBelow(path);
  return entry;
}

function kindFor({ here, name, before }: Sight, stats: BigIntStats, to: Comparison): EntryKind {
  const kind = kindOf(stats);
  if (kind !== "folder") return kind;
  return to.rules.folderKind({
    parent: here.open,
    parentPath: here.path,
    name,
    known: before?.folder.kind(before.index) ?? null,
    mayOpen: to.mayOpen || here.isSilent,
  });
}

function isUnchanged({ folder, index }: Known, kind: EntryKind, stats: BigIntStats): boolean {
  switch (kind) {
    case "folder":
    case "git":
      return folder.mode(index) === modeOf(stats);
    case "heavy":
      return folder.matches(index, stats);
    case "special":
      // A pipe's times move with what goes through it.
      return folder.entry(index, "").ino === stats.ino && folder.mode(index) === modeOf(stats);
    case "file":
    case "link":
      return folder.matches(index, stats) && !(folder.isRacy(index) && folder.hasBlob(index));
  }
}

interface Seen {
  readonly kind: EntryKind;
  readonly stats: BigIntStats;
}

const attempts = 4;

/** The entry with its content, as far as it can be had; null when it is gone. */
function read(sight: Sight, seen: Seen, to: Comparison): BaselineEntry | null {
  const { here, name } = sight;
  let { kind, stats } = seen;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    if ((kind !== "file" && kind !== "link") || here.isSilent)
      return entryOf(name, { kind, stats }, to);
    const result = to.reader.read(here.open, name, stats);
    if (result === "left") return keepUnverified(sight, { kind, stats }, to);
    if (result === "unreadable") return { ...entryOf(name, { kind, stats }, to), unreadable: true };
    if (result !== "changed") return { ...entryOf(name, { kind, stats }, to), blob: result.blob };
    const now = here.open.look(name);
    if (now === null) return null;
    stats = now;
    kind = kindFor(sight, stats, to);
    if (kind === "folder") to.enter({ path: joinPath(here.path, name), stats, isSilent: false });
  }
  return entryOf(name, { kind, stats }, to);
}

/** A racy entry that there was no time to read again stays as it was known, and racy. */
function keepUnverified({ name, before }: Sight, seen: Seen, to: Comparison): BaselineEntry {
  const isSame =
    before !== null &&
    before.folder.kind(before.index) === seen.kind &&
    before.folder.matches(before.index, seen.stats);
  return isSame ? before.folder.entry(before.index, name) : entryOf(name, seen, to);
}

function entryOf(name: string, { kind, stats }: Seen, to: Comparison): BaselineEntry {
  return {
    ...identityOf(stats),
    name,
    kind,
    racy: isRacy(stats, to.lookNs),
    unreadable: false,
    blob: null,
  };
}

function reportChange(
  { path, before, entry }: { path: string; before: Known | null; entry: BaselineEntry },
  to: Comparison,
): void {
  const old = before?.folder.entry(before.index, entry.name) ?? null;
  if (entry.kind === "git" || (old?.kind === "git" && entry.kind === "folder")) return;
  const was = old === null || old.kind === "git" ? absent : imageOf(old);
  const is = imageOf(entry);
  // Opened up, not changed: its contents are only now looked at.
  if (old?.kind === "heavy" && entry.kind === "folder") return;
  if (!isSameImage(was, is)) to.report({ path, before: was, after: is });
}

function remove(known: Known, path: string, to: Comparison): void {
  const entry = known.folder.entry(known.index, "");
  if (entry.kind !== "git") to.report({ path, before: imageOf(entry), after: absent });
  if (entry.kind === "folder") to.removeBelow(path);
}

/** What the baseline's entry is as an image of the journal. */
export function imageOf(entry: BaselineEntry): SeenImage {
  const { kind, mode, blob } = entry;
  if (kind === "folder") return { type: "folder", mode };
  if (blob === null) return "unknown";
  return kind === "link"
    ? { type: "link", blob }
    : { type: "file", blob, mode, size: Number(entry.size) };
}
