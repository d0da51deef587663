import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Freed } from "../../../shared/storage.ts";
import type { Snapshot } from "../journal.ts";
import type { PackRef, SegmentRef } from "../journal/manifest.ts";
import { readLog, type LoggedRecord } from "../journal/read-log.ts";
import { recordsOf, writeSegment, type FoldPlace } from "../packs/fold.ts";
import { createPackReader } from "../packs/pack-reader.ts";
import { createPackWriter } from "../packs/pack-writer.ts";
import { imageBlobs, type Drop, type Intent } from "../records.ts";
import { createRanking, type Ranked, type RetentionRules } from "./policy.ts";

export interface RetentionLimits extends RetentionRules {
  /** What packs and records may take together. */
  readonly quota: number;
}

/** What is to go. Numbers are those of the records in the order of the history. */
interface Plan {
  readonly records: ReadonlySet<number>;
  readonly garbage: ReadonlySet<string>;
  /** Garbage that was a version of somebody's file. */
  readonly versions: ReadonlySet<string>;
  readonly shallow: readonly string[];
  readonly freed: Freed;
  /** The newest that goes. */
  readonly through: number;
}

/**
 * Drops what is too old, and the oldest while there is too much: own mark and sweep. What is to go is worked out beside the work
 * and swapped in under the writer's lock, unless something that came meanwhile needs it: then nothing changes, and null is answered.
 * To be called under the lock of folds, after a fold.
 */
export async function retain(
  place: FoldPlace,
  limits: RetentionLimits,
  dryRun: boolean,
): Promise<Freed | null> {
  const { journal, alone } = place;
  const snapshot = await alone(() => journal.snapshot());
  try {
    const plan = await planDrop(place, snapshot, limits);
    if (plan.records.size === 0 || dryRun) return { ...plan.freed, dryRun };
    const segments = await keepSegments(place, snapshot, plan);
    const packs = await keepPacks(place, snapshot, plan);
    return await alone(async () => {
      if (await needsGarbage(await journal.snapshot(), plan.garbage)) return null;
      await writeShallow(place, plan.shallow);
      await journal.append(dropRecord(plan, limits), [], true);
      const all = { ...snapshot, end: snapshot.tail.start };
      const next = { segments, packs, isNewHistory: true, keepsOld: false };
      return (await journal.replace(all, next)) ? { ...plan.freed, dryRun } : null;
    });
  } finally {
    snapshot.release();
  }
}

function dropRecord({ freed, through }: Plan, { now }: RetentionLimits): Drop {
  return {
    record: "drop",
    at: new Date(now).toISOString(),
    through: new Date(through).toISOString(),
    checkpoints: freed.checkpoints,
    bytes: freed.bytes,
  };
}

/** Sealed records and those of the journal file, with their numbers. */
async function* historyOf(place: FoldPlace, snapshot: Snapshot): AsyncIterable<Numbered> {
  let number = 0;
  for (const { name } of snapshot.tail.manifest.segments) {
    for await (const logged of readLog(join(place.folder, "segments", name), place.ops)) {
      yield { number, logged, isSealed: true };
      number += 1;
    }
  }
  for await (const logged of recordsOf(snapshot)) {
    yield { number, logged, isSealed: false };
    number += 1;
  }
}

interface Numbered {
  readonly number: number;
  readonly logged: LoggedRecord;
  readonly isSealed: boolean;
}

async function planDrop(
  place: FoldPlace,
  snapshot: Snapshot,
  limits: RetentionLimits,
): Promise<Plan> {
  const ranking = createRanking();
  let sealed = 0;
  for await (const { logged, isSealed } of historyOf(place, snapshot)) {
    ranking.add(logged.record);
    if (isSealed) sealed += 1;
  }
  const ranked = onlySealed(ranking.rank(limits), sealed);
  const size = sizeOf(snapshot);
  const wanted = size > limits.quota ? size - limits.quota * 0.9 : 0;
  if (ranked.aged === 0 && (wanted === 0 || ranked.units.length === 0)) return nothing(ranked);
  return markFor(place, snapshot, { ranked, wanted });
}

const sizeOf = ({ tail }: Snapshot): number =>
  [...tail.manifest.packs, ...tail.manifest.segments].reduce(
    (sum, { bytes }) => sum + bytes,
    tail.end(),
  );

/** What is still in the journal file waits for the next fold. */
function onlySealed(ranked: Ranked, sealed: number): Ranked {
  const isIn = ({ records }: Ranked["units"][number]): boolean =>
    records.every((number) => number < sealed);
  const aged = ranked.units.slice(0, ranked.aged).filter(isIn);
  return {
    ...ranked,
    units: [...aged, ...ranked.units.slice(ranked.aged).filter(isIn)],
    aged: aged.length,
  };
}

const nothing = ({ spared }: Ranked): Plan => ({
  records: new Set(),
  garbage: new Set(),
  versions: new Set(),
  shallow: [],
  freed: { dryRun: false, checkpoints: 0, sessions: 0, bytes: 0, spared },
  through: 0,
});

interface Marking {
  readonly ranked: Ranked;
  /** Bytes that must go beside what is too old. */
  readonly wanted: number;
}

interface Marked {
  /** With the unit of this place in the order the object loses its last use; Infinity: it stays. */
  release: number;
  bytes: number;
  isVersion: boolean;
}

async function markFor(
  place: FoldPlace,
  snapshot: Snapshot,
  { ranked, wanted }: Marking,
): Promise<Plan> {
  const places = new Map<number, number>();
  for (const [order, { records }] of ranked.units.entries())
    for (const number of records) places.set(number, order);
  const objects = new Map<string, Marked>();
  for await (const { number, logged } of historyOf(place, snapshot)) {
    const release = places.get(number) ?? Number.POSITIVE_INFINITY;
    const versions = imageBlobs(logged.record);
    for (const [id, bytes] of usesOf(logged)) {
      const known = objects.get(id) ?? { release: -1, bytes: 0, isVersion: false };
      known.release = Math.max(known.release, release);
      known.bytes = Math.max(known.bytes, bytes);
      known.isVersion ||= versions.has(id);
      objects.set(id, known);
    }
  }
  const cut = cutFor({ ranked, wanted }, objects);
  const gone = [...objects].filter(([, { release }]) => release < cut);
  const units = ranked.units.slice(0, cut);
  const records = new Set(units.flatMap((unit) => unit.records));
  const { sessions, shallow } = await commitsLeft(place, snapshot, records);
  return {
    records,
    garbage: new Set(gone.map(([id]) => id)),
    versions: new Set(gone.flatMap(([id, { isVersion }]) => (isVersion ? [id] : []))),
    shallow,
    freed: {
      dryRun: false,
      checkpoints: units.filter(({ isCheckpoint }) => isCheckpoint).length,
      sessions,
      bytes: gone.reduce((sum, [, { bytes }]) => sum + bytes, 0),
      spared: ranked.spared,
    },
    through: Math.max(...units.map(({ at }) => at), 0),
  };
}

/** Every object that a record needs, whatever its kind: what it links, and every git id in it. With its compressed length, 0 if unknown. */
function usesOf({ links, json }: LoggedRecord): Map<string, number> {
  const uses = new Map<string, number>();
  for (const [id] of json.toString("latin1").matchAll(/\b[0-9a-f]{40}\b/g)) uses.set(id, 0);
  for (const { id, length } of links) uses.set(id, length);
  return uses;
}

/** How many of the units go. */
function cutFor(
  { ranked, wanted }: Marking,
  objects: ReadonlyMap<string, { readonly release: number; readonly bytes: number }>,
): number {
  const freed = ranked.units.map(() => 0);
  for (const { release, bytes } of objects.values())
    if (Number.isFinite(release)) freed[release] = (freed[release] ?? 0) + bytes;
  let sum = 0;
  for (const [order, bytes] of freed.entries()) {
    if (order >= ranked.aged && sum >= wanted) return order;
    sum += bytes;
  }
  return freed.length;
}

interface CommitsLeft {
  /** Sessions that lose their last operation. */
  readonly sessions: number;
  /** Commits that stay and whose parent goes: git is told that history starts there. */
  readonly shallow: readonly string[];
}

async function commitsLeft(
  place: FoldPlace,
  snapshot: Snapshot,
  gone: ReadonlySet<number>,
): Promise<CommitsLeft> {
  const before = new Map<string, { readonly isKept: boolean }>();
  const known = new Set(await readShallow(place));
  const shallow = new Set<string>();
  const [all, left] = [new Set<string>(), new Set<string>()];
  for await (const { number, logged } of historyOf(place, snapshot)) {
    if (logged.record.record !== "intent") continue;
    const { sessionId, commit }: Intent = logged.record;
    const isKept = !gone.has(number);
    all.add(sessionId);
    if (isKept) left.add(sessionId);
    if (isKept && (before.get(sessionId)?.isKept === false || known.has(commit)))
      shallow.add(commit);
    before.set(sessionId, { isKept });
  }
  return { sessions: all.size - left.size, shallow: [...shallow] };
}

const readShallow = async ({ folder }: FoldPlace): Promise<string[]> =>
  (await readFile(join(folder, "shallow"), "utf8").catch(() => "")).split("\n").filter(Boolean);

/** Where history starts, for git [gitrepository-layout(5)]. */
async function writeShallow(
  { folder, writeFile }: FoldPlace,
  commits: readonly string[],
): Promise<void> {
  if (commits.length === 0) return;
  await writeFile(join(folder, "shallow"), commits.map((commit) => `${commit}\n`).join(""));
}

async function keepSegments(
  place: FoldPlace,
  { tail }: Snapshot,
  { records }: Plan,
): Promise<readonly SegmentRef[]> {
  const kept: SegmentRef[] = [];
  let number = 0;
  for (const segment of tail.manifest.segments) {
    const file = join(place.folder, "segments", segment.name);
    const left: LoggedRecord[] = [];
    let gone = 0;
    for await (const record of readLog(file, place.ops)) {
      if (records.has(number)) gone += 1;
      else left.push(record);
      number += 1;
    }
    if (gone === 0) kept.push(segment);
    else if (left.length > 0) kept.push(await writeSegment(place, left));
  }
  return kept;
}

async function keepPacks(
  place: FoldPlace,
  { tail }: Snapshot,
  plan: Plan,
): Promise<readonly PackRef[]> {
  const kept: PackRef[] = [];
  for (const pack of tail.manifest.packs) {
    const left = await keepPack(place, pack, plan);
    if (left !== null) kept.push(left);
  }
  return kept;
}

/** The pack itself where nothing of it goes, else one with what is left. Null when nothing is. */
async function keepPack(
  place: FoldPlace,
  pack: PackRef,
  { garbage, versions }: Plan,
): Promise<PackRef | null> {
  const folder = join(place.folder, "objects/pack");
  const reader = createPackReader(folder, pack.name, place.ops);
  try {
    let isTouched = false;
    for await (const id of reader.ids()) isTouched ||= garbage.has(id);
    if (!isTouched) return pack;
    const writer = await createPackWriter(folder, place.ops);
    try {
      let changed = pack.changed;
      for await (const { id, bytes } of reader.entries()) {
        if (!garbage.has(id)) await writer.addRaw(id, [bytes]);
        else if (versions.has(id)) changed -= bytes.length;
      }
      const left = await writer.finish();
      return left === null ? null : { ...left, changed: Math.max(0, changed) };
    } catch (error) {
      await writer.discard();
      throw error;
    }
  } finally {
    await reader.close();
  }
}

/** Whether what was written since relies on something that is to go: it was taken as held. */
async function needsGarbage(now: Snapshot, garbage: ReadonlySet<string>): Promise<boolean> {
  try {
    for await (const record of recordsOf(now))
      for (const id of usesOf(record).keys()) if (garbage.has(id)) return true;
    return false;
  } finally {
    now.release();
  }
}
