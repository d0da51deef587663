import { chmodSync, linkSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/*
 * What survives a power cut, as little as any file system promises. POSIX makes a file's bytes, size and mode durable with fsync of
 * the file, and names with fsync of their folder; before that each change may be lost or kept, in any combination. A rename is one
 * change. ext4 (ordered), APFS and NTFS keep more: names in their order, and ext4 a new file's name with its fsync. What holds here
 * holds there. Bytes of a record that was being appended may be kept in part.
 */

export type Inode = number;

export type Body =
  | { readonly kind: "file"; readonly bytes: Buffer; readonly mode: number }
  | { readonly kind: "link"; readonly target: Buffer }
  | { readonly kind: "folder"; readonly mode: number };

export type Event =
  | { readonly is: "body"; readonly inode: Inode; readonly body: Body }
  | {
      readonly is: "names";
      readonly folder: Inode;
      readonly set: readonly (readonly [string, Inode | null])[];
    }
  | { readonly is: "sync"; readonly inode: Inode; readonly isOthers?: boolean };

/** What happened to a disk, from the folder `root` on. */
export interface Recorded {
  readonly events: readonly Event[];
  readonly root: Inode;
}

export interface Survivor {
  readonly name: string;
  readonly isWhole: boolean;
  /** Puts it into an empty folder. */
  write(folder: string): void;
}

type Names = ReadonlyMap<string, Inode>;
type NameEvent = Event & { readonly is: "names" };

/** What is sealed at a moment, and what may be lost. */
interface Moment {
  readonly bodies: ReadonlyMap<Inode, Body>;
  readonly names: ReadonlyMap<Inode, Names>;
  readonly looseNames: readonly NameEvent[];
  /** Every version that a file may have, the sealed one first. */
  readonly looseBodies: ReadonlyMap<Inode, readonly Body[]>;
}

function momentAt(events: readonly Event[], cut: number): Moment {
  const bodies = new Map<Inode, Body>();
  const names = new Map<Inode, Map<string, Inode>>();
  let looseNames: NameEvent[] = [];
  const looseBodies = new Map<Inode, Body[]>();
  for (const event of events.slice(0, cut)) {
    if (event.is === "names") looseNames.push(event);
    else if (event.is === "body") {
      const known = looseBodies.get(event.inode) ?? [bodies.get(event.inode) ?? event.body];
      looseBodies.set(event.inode, [...known, event.body]);
    } else {
      const newest = looseBodies.get(event.inode)?.at(-1);
      if (newest !== undefined) bodies.set(event.inode, newest);
      looseBodies.delete(event.inode);
      const own = names.get(event.inode) ?? new Map<string, Inode>();
      for (const one of looseNames) if (one.folder === event.inode) setNames(own, one);
      names.set(event.inode, own);
      looseNames = looseNames.filter((one) => one.folder !== event.inode);
    }
  }
  return { bodies, names, looseNames, looseBodies };
}

function setNames(names: Map<string, Inode>, { set }: NameEvent): void {
  for (const [name, inode] of set) {
    if (inode === null) names.delete(name);
    else names.set(name, inode);
  }
}

/** Which loose names are kept, and which version of each loose body: "torn" is the newest with half of what it added. */
interface Choice {
  readonly name: string;
  readonly keeps: (index: number) => boolean;
  readonly version: (inode: Inode) => "old" | "new" | "torn";
}

function choicesAt({ looseNames, looseBodies }: Moment): Choice[] {
  const every = looseNames.map((_, index) => index);
  const files = [...looseBodies.keys()];
  const [all, none] = [() => true, () => false];
  const [fresh, stale] = [() => "new" as const, () => "old" as const];
  return [
    { name: "nothing kept", keeps: none, version: stale },
    { name: "everything kept", keeps: all, version: fresh },
    { name: "names kept, bytes lost", keeps: all, version: stale },
    { name: "bytes kept, names lost", keeps: none, version: fresh },
    ...every.flatMap((one): Choice[] => [
      { name: `name ${one} lost`, keeps: (index) => index !== one, version: fresh },
      { name: `name ${one} kept alone`, keeps: (index) => index === one, version: fresh },
      { name: `names up to ${one} kept`, keeps: (index) => index <= one, version: fresh },
      { name: `names from ${one} kept`, keeps: (index) => index >= one, version: stale },
    ]),
    ...files.flatMap((one): Choice[] => [
      {
        name: `bytes of ${one} lost`,
        keeps: all,
        version: (inode) => (inode === one ? "old" : "new"),
      },
      {
        name: `bytes of ${one} torn`,
        keeps: all,
        version: (inode) => (inode === one ? "torn" : "new"),
      },
      {
        name: `bytes of ${one} kept alone`,
        keeps: all,
        version: (inode) => (inode === one ? "new" : "old"),
      },
    ]),
  ];
}

/** Every disk that a power cut can leave: before each fsync behind the event `first`, and at the end. */
export function survivorsOf({ events, root }: Recorded, first: number): Survivor[] {
  const cuts = events.flatMap((event, index) =>
    event.is === "sync" && event.isOthers !== true && index > first ? [index] : [],
  );
  const seen = new Set<string>();
  return [...cuts, events.length].flatMap((cut) => {
    const moment = momentAt(events, cut);
    const isWhole = cut === events.length;
    return choicesAt(moment).flatMap((choice): Survivor[] => {
      const tree = treeOf(moment, choice, root);
      const print = `${String(isWhole)} ${JSON.stringify([...tree].map(([path, { body }]) => [path, body]))}`;
      if (seen.has(print)) return [];
      seen.add(print);
      const name = `after ${cut} of ${events.length} events, ${choice.name}`;
      return [{ name, isWhole, write: (folder) => plant(folder, tree) }];
    });
  });
}

interface Planted {
  readonly inode: Inode;
  readonly body: Body;
}

/** A name's newest change cannot be kept without those before it, and a rename has two names. */
function keptOf({ looseNames }: Moment, choice: Choice): NameEvent[] {
  const kept: NameEvent[] = [];
  const held = new Set<string>();
  for (const [index, event] of [...looseNames.entries()].toReversed()) {
    const names = event.set.map(([name]) => `${event.folder}/${name}`);
    if (!choice.keeps(index) && !names.some((name) => held.has(name))) continue;
    for (const name of names) held.add(name);
    kept.unshift(event);
  }
  return kept;
}

/** Every path that can be reached from the root. */
function treeOf(moment: Moment, choice: Choice, root: Inode): Map<string, Planted> {
  const names = new Map<Inode, Map<string, Inode>>();
  for (const [inode, own] of moment.names) names.set(inode, new Map(own));
  for (const event of keptOf(moment, choice)) {
    const own = names.get(event.folder) ?? new Map<string, Inode>();
    setNames(own, event);
    names.set(event.folder, own);
  }
  const tree = new Map<string, Planted>();
  const walk = (inode: Inode, path: string): void => {
    for (const [name, below] of names.get(inode) ?? []) {
      const body = bodyOf(moment, choice, below);
      if (body === undefined) continue;
      tree.set(join(path, name), { inode: below, body });
      if (body.kind === "folder") walk(below, join(path, name));
    }
  };
  walk(root, "");
  return tree;
}

function bodyOf({ bodies, looseBodies }: Moment, choice: Choice, inode: Inode): Body | undefined {
  const versions = looseBodies.get(inode);
  if (versions === undefined) return bodies.get(inode);
  const [old, fresh] = [versions[0], versions.at(-1)];
  const version = choice.version(inode);
  if (version === "old") return old;
  if (version === "new" || old?.kind !== "file" || fresh?.kind !== "file") return fresh;
  const half = Math.floor((old.bytes.length + fresh.bytes.length) / 2);
  return { ...fresh, bytes: fresh.bytes.subarray(0, half) };
}

function plant(base: string, tree: ReadonlyMap<string, Planted>): void {
  const first = new Map<Inode, string>();
  for (const [path, { inode, body }] of tree) {
    const target = join(base, path);
    const other = first.get(inode);
    if (other !== undefined && body.kind === "file") linkSync(other, target);
    else if (body.kind === "folder") mkdirSync(target);
    else if (body.kind === "link") symlinkSync(body.target, target);
    else writeFileSync(target, body.bytes);
    if (body.kind !== "link") chmodSync(target, body.mode);
    first.set(inode, target);
  }
}
