import type { CacheCause, CacheVerdict } from "../../../shared/context.ts";
import type { TokenUsage } from "../../../shared/usage.ts";
import { cacheRules } from "../../catalogue/context-cache.ts";
import type { AnsweredPrefix, ComparedPrefix } from "./prefix-records.ts";

/** One request, as far as it says why it was or was not read from a cache. */
export interface CacheCase {
  readonly usage: TokenUsage | null;
  readonly model: string;
  readonly region: string;
  readonly protocol: string;
  readonly keyFingerprint: string | null;
  /** When it was sent, UTC milliseconds. */
  readonly sentAt: number;
  /** Which caches the model has; null = not known. */
  readonly caches: { readonly explicit: boolean; readonly implicit: boolean } | null;
  /** null: nothing was kept of what it sent. */
  readonly record: ComparedPrefix | null;
  /** The request before it that it is compared with; null: there is none. */
  readonly base: AnsweredPrefix | null;
}

/** What is left of a verdict when the price is added. */
export type Diagnosis = Omit<CacheVerdict, "lost">;

/** So much of what had been sent before may be missing in a hit: caches keep whole blocks. */
const blockShare = 0.05;

/**
 * What the provider's cache did for a request, and why. A request that read what had been sent before is a hit, whatever else was
 * the case; what did not say what it used stays unknown; of a miss every cause that is known is named, the decisive one first.
 */
export function diagnose(request: CacheCase): Diagnosis {
  const { usage, record } = request;
  if (usage === null) return unknown({ cause: "unknown-usage" }, null);
  // Refused before anything of it was read.
  if (usage.inputTokens === 0) return verdict(usage, { status: "new", known: 0, causes: [] });
  if (record === null) return unknown({ cause: "not-recorded" }, usage);
  const { base } = request;
  if (base === null)
    return usage.cachedTokens >= usage.inputTokens * (1 - blockShare) && usage.cachedTokens > 0
      ? verdict(usage, { status: "hit", known: usage.cachedTokens, causes: [] })
      : verdict(usage, { status: "new", known: 0, causes: [{ cause: "first-call" }] });
  return compare(request, { usage, record, base });
}

interface Compared {
  readonly usage: TokenUsage;
  readonly record: ComparedPrefix;
  readonly base: AnsweredPrefix;
}

function compare(request: CacheCase, compared: Compared): Diagnosis {
  const { usage, record, base } = compared;
  const { minimumTokens } = cacheRules;
  const known = knownTokens(request, compared);
  const causes = causesOf(request, compared);
  if (known === 0 && usage.cachedTokens === 0)
    return verdict(usage, { status: "new", known, causes: [{ cause: "first-call" }] });
  if (isHit(compared, known)) {
    const isCompacted = record.changes.some(({ cause }) => cause === "compaction");
    return isCompacted
      ? verdict(usage, { status: "new", known, causes: [{ cause: "compaction" }] })
      : verdict(usage, { status: "hit", known, causes: [] });
  }
  if (usage.cachedTokens === 0) {
    const { caches } = request;
    if (caches === null) return unknown({ cause: "cache-unknown" }, usage);
    if (!caches.explicit && !caches.implicit)
      return verdict(usage, { status: "new", known, causes: [{ cause: "no-cache" }] });
    if (Math.min(known, base.usage.inputTokens) < minimumTokens)
      return verdict(usage, {
        status: "new",
        known,
        causes: [{ cause: "below-minimum", minimumTokens }],
      });
  }
  return verdict(usage, {
    status: "miss",
    known,
    causes: causes.length === 0 ? [{ cause: "not-hit" }] : causes,
  });
}

/** About how many of the input tokens the base had sent: exact where this request begins with all of it. */
function knownTokens({ model }: CacheCase, { usage, record, base }: Compared): number {
  const { isWhole, knownBytes, totalBytes } = record;
  // Another model may count the same text otherwise.
  if (isWhole && base.model === model) return Math.min(base.usage.inputTokens, usage.inputTokens);
  return shareOf(usage.inputTokens, knownBytes, totalBytes);
}

const shareOf = (tokens: number, bytes: number, of: number): number =>
  of === 0 ? 0 : Math.round((tokens * bytes) / of);

function isHit({ usage, record }: Compared, known: number): boolean {
  const { cachedTokens, inputTokens } = usage;
  if (cachedTokens === 0) return false;
  if (cachedTokens >= known) return true;
  if (record.changes.length > 0) {
    // What a change leaves is read, what comes after it is not: whichever of the two the figure is nearer to.
    const kept = shareOf(inputTokens, record.keptBytes, record.totalBytes);
    return cachedTokens > (kept + known) / 2;
  }
  const slack = Math.max(Math.min(cacheRules.minimumTokens, known / 2), known * blockShare);
  return known - cachedTokens <= slack;
}

function causesOf(request: CacheCase, { record, base }: Compared): readonly CacheCause[] {
  return [...switches(request, base), ...expiry(request, base), ...record.changes];
}

function switches(request: CacheCase, base: AnsweredPrefix): readonly CacheCause[] {
  const { model, region, protocol, keyFingerprint } = request;
  const isOtherKey =
    keyFingerprint !== null &&
    base.keyFingerprint !== null &&
    keyFingerprint !== base.keyFingerprint;
  return [
    ...(base.model === model ? [] : [{ cause: "model-switch", from: base.model } as const]),
    ...(base.region === region ? [] : [{ cause: "region-switch", from: base.region } as const]),
    ...(base.protocol === protocol
      ? []
      : [{ cause: "protocol-switch", from: base.protocol } as const]),
    ...(isOtherKey ? [{ cause: "key-switch" } as const] : []),
  ];
}

function expiry({ sentAt, caches }: CacheCase, base: AnsweredPrefix): readonly CacheCause[] {
  const { explicitMs } = cacheRules;
  const gapMs = Math.max(0, Math.round(sentAt - base.endedAt));
  if (gapMs <= explicitMs) return [];
  return [{ cause: "expired", gapMs, ttlMs: caches?.explicit === true ? explicitMs : null }];
}

interface Found {
  readonly status: CacheVerdict["status"];
  readonly known: number;
  readonly causes: readonly CacheCause[];
}

function verdict(usage: TokenUsage, { status, known, causes }: Found): Diagnosis {
  const { cachedTokens, inputTokens } = usage;
  return {
    status,
    hitShare: inputTokens === 0 ? null : Math.min(1, cachedTokens / inputTokens),
    cachedTokens,
    knownTokens: known,
    missedTokens: status === "miss" ? Math.max(0, Math.min(known, inputTokens) - cachedTokens) : 0,
    causes: [...causes],
  };
}

function unknown(cause: CacheCause, usage: TokenUsage | null): Diagnosis {
  const known = usage === null ? null : verdict(usage, { status: "unknown", known: 0, causes: [] });
  return {
    status: "unknown",
    hitShare: known?.hitShare ?? null,
    cachedTokens: usage?.cachedTokens ?? null,
    knownTokens: null,
    missedTokens: null,
    causes: [cause],
  };
}
