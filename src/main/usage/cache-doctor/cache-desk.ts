import type { CacheGroup, CacheReport, CachedCall, CacheVerdict } from "../../../shared/context.ts";
import type { RequestId } from "../../../shared/ids.ts";
import { formatNano, parseNano, type Currency, type Money } from "../../../shared/money.ts";
import type { UsageCall, UsageFilter } from "../../../shared/usage-panel.ts";
import type { Catalogue } from "../../catalogue/catalogue.ts";
import type { Pricing } from "../pricing.ts";
import type { UsageReads } from "../usage-reads.ts";
import { diagnose } from "./diagnose.ts";
import { lostMoney } from "./lost-money.ts";
import type { PrefixFacts, PrefixStore } from "./prefix-records.ts";

export interface CacheDeskOptions {
  readonly reads: Pick<UsageReads, "calls">;
  readonly prefixes: Pick<PrefixStore, "facts">;
  readonly pricing: Pick<Pricing, "cost">;
  readonly catalogue: Pick<Catalogue, "caches">;
}

/** What the provider's cache did, request by request and in sum. */
export interface CacheDesk {
  /** Of the requests of sessions that the filter chooses, the newest 20,000 at most; `limit` of them one by one. */
  report(filter: UsageFilter, limit: number): Promise<CacheReport>;
  /** Of these requests, in their order. */
  verdicts(calls: readonly UsageCall[]): Promise<CacheVerdict[]>;
}

const mostCalls = 20_000;
const pageSize = 2000;

/** Requests that are sent in a conversation. Others begin anew each time, and no cache can have them. */
const spoken: ReadonlySet<UsageCall["purpose"]> = new Set([
  "chat",
  "quick-ask",
  "compaction",
] as const);

export function createCacheDesk(options: CacheDeskOptions): CacheDesk {
  async function verdicts(calls: readonly UsageCall[]): Promise<CacheVerdict[]> {
    const facts = await options.prefixes.facts(calls.map(({ requestId }) => requestId));
    const byId = new Map<RequestId, PrefixFacts>(facts.map((one) => [one.requestId, one]));
    return calls.map((call) => verdictOf(options, call, byId.get(call.requestId)));
  }

  async function report(filter: UsageFilter, limit: number): Promise<CacheReport> {
    const sums = createSums(limit);
    let before: number | undefined;
    for (let read = 0; read < mostCalls; read += pageSize) {
      const query = { filter, limit: pageSize, ...(before === undefined ? {} : { before }) };
      const { calls, next } = await options.reads.calls(query);
      const sent = calls.filter(isSent);
      for (const [index, verdict] of (await verdicts(sent)).entries()) {
        const call = sent[index];
        if (call !== undefined) sums.add({ call, verdict });
      }
      if (next === null) break;
      before = next;
    }
    return sums.report();
  }
  return { report, verdicts };
}

/** One that was refused before it was read says nothing of a cache. */
const isSent = ({ purpose, usage }: UsageCall): boolean =>
  spoken.has(purpose) && usage?.inputTokens !== 0;

function verdictOf(
  { catalogue, pricing }: CacheDeskOptions,
  call: UsageCall,
  facts: PrefixFacts | undefined,
): CacheVerdict {
  const { model, region, protocol, keyFingerprint, usage, billing } = call;
  const caches = catalogue.caches(model, region);
  const found = diagnose({
    model,
    region,
    protocol,
    keyFingerprint,
    usage,
    caches,
    sentAt: Date.parse(call.at),
    record: facts?.record ?? null,
    base: facts?.base ?? null,
  });
  const { missedTokens } = found;
  if (usage === null || missedTokens === null) return { ...found, lost: null };
  const explicitCache = facts?.explicitCache ?? false;
  const missed = { model, region, billing, usage, explicitCache, missedTokens };
  return { ...found, lost: lostMoney(pricing, caches, missed) };
}

type Amounts = ReadonlyMap<Currency, bigint>;

interface Sums {
  add(one: CachedCall): void;
  report(): CacheReport;
}

interface OpenGroup extends Omit<CacheGroup, "lost"> {
  readonly lost: Amounts;
}

function createSums(limit: number): Sums {
  const groups = new Map<string, OpenGroup>();
  const requests: CachedCall[] = [];
  let lost: Amounts = new Map();
  const sum = { calls: 0, unknownCalls: 0, inputTokens: 0, cachedTokens: 0, missedTokens: 0 };
  return {
    add(one) {
      const { call, verdict } = one;
      const { status, causes, missedTokens } = verdict;
      sum.calls += 1;
      if (call.usage === null) sum.unknownCalls += 1;
      sum.inputTokens += call.usage?.inputTokens ?? 0;
      sum.cachedTokens += call.usage?.cachedTokens ?? 0;
      sum.missedTokens += missedTokens ?? 0;
      lost = withMoney(lost, verdict.lost);
      const cause = causes[0]?.cause ?? null;
      const key = `${status} ${cause}`;
      const group = groups.get(key) ?? { status, cause, ...emptyGroup, lost: new Map() };
      groups.set(key, {
        ...group,
        calls: group.calls + 1,
        missedTokens: group.missedTokens + (missedTokens ?? 0),
        lost: withMoney(group.lost, verdict.lost),
        unpricedCalls: group.unpricedCalls + (status === "miss" && verdict.lost === null ? 1 : 0),
      });
      if (requests.length < limit) requests.push(one);
    },
    report: () => ({
      ...sum,
      lost: moneyOf(lost),
      groups: [...groups.values()]
        .toSorted((a, b) => b.missedTokens - a.missedTokens || b.calls - a.calls)
        .map(({ lost: amounts, ...group }) => Object.assign(group, { lost: moneyOf(amounts) })),
      requests,
    }),
  };
}

const emptyGroup = { calls: 0, missedTokens: 0, unpricedCalls: 0 };

/** Amounts of two currencies are never added. */
function withMoney(sums: Amounts, money: Money | null): Amounts {
  const nano = money === null ? 0n : (parseNano(money.amount) ?? 0n);
  if (money === null || nano === 0n) return sums;
  return new Map(sums).set(money.currency, (sums.get(money.currency) ?? 0n) + nano);
}

const moneyOf = (sums: Amounts): Money[] =>
  [...sums].map(([currency, nano]) => ({ amount: formatNano(nano), currency }));
