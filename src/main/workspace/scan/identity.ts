import type { BigIntStats } from "node:fs";

/** What tells that an entry is still the one that was read. Times are nanoseconds since 1970; `mode` is the low 12 bits. */
export interface Identity {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly size: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
  readonly mode: number;
}

/** `heavy` is a folder of which only the presence is known; `git` belongs to git; `special` is a pipe, socket or device. */
export type EntryKind = "file" | "link" | "folder" | "heavy" | "git" | "special";

const typeMask = 0o170000n;
const typeKinds: ReadonlyMap<bigint, EntryKind> = new Map([
  [0o100000n, "file"],
  [0o120000n, "link"],
  [0o040000n, "folder"],
]);

export const kindOf = (stats: BigIntStats): EntryKind =>
  typeKinds.get(stats.mode & typeMask) ?? "special";

export const modeOf = (stats: BigIntStats): number => Number(stats.mode & 0o7777n);

export const identityOf = (stats: BigIntStats): Identity => ({
  dev: stats.dev,
  ino: stats.ino,
  size: stats.size,
  mtimeNs: stats.mtimeNs,
  ctimeNs: stats.ctimeNs,
  mode: modeOf(stats),
});

export const sameIdentity = (a: Identity, b: Identity): boolean =>
  a.ino === b.ino &&
  a.ctimeNs === b.ctimeNs &&
  a.mtimeNs === b.mtimeNs &&
  a.size === b.size &&
  a.mode === b.mode &&
  a.dev === b.dev;

/** FAT keeps times to two seconds; what was written that short before a look may be written again without a trace. */
const racyMarginNs = 2_000_000_000n;

/**
 * The racily-clean rule: whether the entry's times are so close to the look (or after it, when the clock went back) that a
 * later write could leave the same identity. Such an entry is read again at the next look.
 */
export const isRacy = (
  times: { readonly mtimeNs: bigint; readonly ctimeNs: bigint },
  lookNs: bigint,
): boolean => times.mtimeNs >= lookNs - racyMarginNs || times.ctimeNs >= lookNs - racyMarginNs;

/** Now, on the wall clock that file times are in. */
export const nowNs = (): bigint => BigInt(Date.now()) * 1_000_000n;
