import type { PrefixChange } from "../../../shared/context.ts";
import type { PrefixPart } from "./prefix-parts.ts";

/** How a request's parts stand to those of an earlier one. */
export interface PrefixComparison {
  /** Parts from the beginning that are the same. */
  readonly kept: number;
  readonly keptBytes: number;
  /** Of parts that the earlier one had, wherever they stand now. */
  readonly knownBytes: number;
  readonly totalBytes: number;
  /** What made the prefix end before parts that are there still; empty where nothing did. */
  readonly changes: readonly PrefixChange[];
}

/**
 * Compares two requests part by part. A change is told only where something known comes after it: what was only added at the
 * end, or left away there, costs the cache nothing.
 */
export function comparePrefixes(
  base: readonly PrefixPart[],
  next: readonly PrefixPart[],
): PrefixComparison {
  const kept = sharedLength(base, next);
  const keptBytes = bytesOf(next.slice(0, kept));
  const totalBytes = keptBytes + bytesOf(next.slice(kept));
  if (kept === base.length)
    return { kept, keptBytes, knownBytes: keptBytes, totalBytes, changes: [] };
  const had = hashesOf(base);
  const known = next.slice(kept).filter(({ hash }) => had.has(hash));
  const knownBytes = keptBytes + bytesOf(known);
  const changes = known.length === 0 ? [] : changesBetween(base, next, had);
  return { kept, keptBytes, knownBytes, totalBytes, changes };
}

/** How many parts from the beginning are the same. */
export function sharedLength(base: readonly PrefixPart[], next: readonly PrefixPart[]): number {
  const most = Math.min(base.length, next.length);
  let kept = 0;
  while (kept < most && base[kept]?.hash === next[kept]?.hash) kept += 1;
  return kept;
}

const bytesOf = (parts: readonly PrefixPart[]): number =>
  parts.reduce((sum, { bytes }) => sum + bytes, 0);

/** Sections are compared each on its own, so that of two changes both are named. */
function changesBetween(
  base: readonly PrefixPart[],
  next: readonly PrefixPart[],
  had: ReadonlySet<string>,
): PrefixChange[] {
  const changes: PrefixChange[] = [];
  const both = (kind: PrefixPart["kind"]) => [base, next].map((all) => ofKind(all, kind));
  const [oldSystem = [], newSystem = []] = both("system");
  if (!isSame(oldSystem, newSystem)) changes.push({ cause: "system" });
  const [oldMemory = [], newMemory = []] = both("memory");
  if (!isSame(oldMemory, newMemory))
    changes.push({ cause: "memory", names: differing(oldMemory, newMemory) });
  const [oldTools = [], newTools = []] = both("tool");
  if (!isSame(oldTools, newTools)) changes.push(toolChange(oldTools, newTools));
  const said = saidChange(base, next, had);
  return said === null ? changes : [...changes, said];
}

const ofKind = (parts: readonly PrefixPart[], kind: PrefixPart["kind"]): readonly PrefixPart[] =>
  parts.filter((part) => part.kind === kind);

const isSame = (one: readonly PrefixPart[], other: readonly PrefixPart[]): boolean =>
  one.length === other.length && sharedLength(one, other) === one.length;

const hashesOf = (parts: readonly PrefixPart[]): ReadonlySet<string> =>
  new Set(parts.map(({ hash }) => hash));

function differing(old: readonly PrefixPart[], now: readonly PrefixPart[]): string[] {
  const [before, after] = [hashesOf(old), hashesOf(now)];
  return [
    ...new Set(
      [
        ...now.filter(({ hash }) => !before.has(hash)),
        ...old.filter(({ hash }) => !after.has(hash)),
      ].map(({ label }) => label),
    ),
  ];
}

function toolChange(old: readonly PrefixPart[], now: readonly PrefixPart[]): PrefixChange {
  const before = new Map(old.map(({ label, hash }) => [label, hash]));
  const after = new Map(now.map(({ label, hash }) => [label, hash]));
  return {
    cause: "tools",
    added: [...after.keys()].filter((name) => !before.has(name)),
    removed: [...before.keys()].filter((name) => !after.has(name)),
    changed: [...after].flatMap(([name, hash]) =>
      before.has(name) && before.get(name) !== hash ? [name] : [],
    ),
  };
}

/** The first difference in the conversation, where what comes after it was sent before. */
function saidChange(
  base: readonly PrefixPart[],
  next: readonly PrefixPart[],
  had: ReadonlySet<string>,
): PrefixChange | null {
  const [old, now] = [base.filter(isSaid), next.filter(isSaid)];
  const at = sharedLength(old, now);
  if (at === old.length) return null;
  const part = now[at];
  if (part === undefined || !now.slice(at).some(({ hash }) => had.has(hash))) return null;
  if (part.kind === "summary") return { cause: "compaction" };
  const { kind, label } = part;
  return { cause: "part", at: next.indexOf(part) + 1, kind, label };
}

const leading: ReadonlySet<PrefixPart["kind"]> = new Set(["system", "memory", "tool"] as const);

const isSaid = ({ kind }: PrefixPart): boolean => !leading.has(kind);
