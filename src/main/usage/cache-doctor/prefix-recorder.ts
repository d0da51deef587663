import type { RequestScope, UsagePort } from "../../agent/ports.ts";
import { comparePrefixes, sharedLength } from "./compare-prefixes.ts";
import { createHashText, hashPrefix, type HashedPrefix, type SentPrefix } from "./prefix-parts.ts";
import type { KnownPrefix, PrefixRecord, PrefixStore } from "./prefix-records.ts";

export interface PrefixRecorderOptions {
  readonly store: Pick<PrefixStore, "key" | "remember" | "newest">;
  /** What could not be kept. A request never fails for it. */
  readonly onTrouble: (error: unknown) => void;
  readonly now?: () => number;
}

export interface PrefixRecorder {
  /** Takes down what an attempt sends; returns at once. */
  sent(scope: RequestScope, prefix: SentPrefix): void;
  /** An attempt was refused, or ended without usage: it has left nothing in a cache that later ones could count on. */
  unanswered(scope: Pick<RequestScope, "sessionId" | "requestId">): void;
  /** Resolves when everything taken down so far has been handed to the store. */
  settled(): Promise<void>;
}

/** Requests of a session that the next one is compared with. A failed summary, say, is not what the next prompt goes on from. */
const comparedRequests = 4;

/** Sessions whose last request is held; the others are read again when they go on. */
const heldSessions = 8;

/** What is held of a session between two requests. */
interface SessionMemory {
  /** Oldest first. */
  readonly known: readonly KnownPrefix[];
  readonly last: HashedPrefix | null;
}

/**
 * Keeps of each request what tells later why the provider's cache did not have it: parts as sizes and keyed hashes, and only where
 * they are others than in the request before. What stayed the same is compared, not hashed again.
 */
export function createPrefixRecorder(options: PrefixRecorderOptions): PrefixRecorder {
  const { store, now = Date.now } = options;
  const sessions = new Map<string, SessionMemory>();
  const queues = new Map<string, Promise<void>>();
  let hashing: Promise<ReturnType<typeof createHashText>> | null = null;

  async function note(scope: RequestScope, prefix: SentPrefix, at: number): Promise<void> {
    hashing ??= store.key().then(createHashText);
    const hash = await hashing;
    const { sessionId } = scope;
    const chain = hash("chain", [scope.model, scope.region, scope.protocol].join("\0"));
    const memory = sessions.get(sessionId) ?? {
      known: await store.newest(sessionId, chain),
      last: null,
    };
    const last = hashPrefix(prefix, hash, memory.last);
    const { requestId } = scope;
    const known: KnownPrefix = { requestId, chain, parts: last.parts };
    // Deleted first, so that the session used last is the last of the map.
    sessions.delete(sessionId);
    sessions.set(sessionId, { known: withNewest(memory.known, known), last });
    for (const old of [...sessions.keys()].slice(0, -heldSessions)) sessions.delete(old);
    await store.remember({ ...recordOf(known, memory.known), sessionId, at });
  }

  function forget({ sessionId, requestId }: Pick<RequestScope, "sessionId" | "requestId">): void {
    const memory = sessions.get(sessionId);
    if (memory === undefined) return;
    const known = memory.known.filter((one) => one.requestId !== requestId);
    sessions.set(sessionId, { ...memory, known });
  }

  /** One after the other in a session. */
  function queue(sessionId: string, act: () => Promise<void>): void {
    const before = queues.get(sessionId) ?? Promise.resolve();
    const work = before
      .then(act)
      .catch(options.onTrouble)
      .finally(() => {
        if (queues.get(sessionId) === work) queues.delete(sessionId);
      });
    queues.set(sessionId, work);
  }

  return {
    sent(scope, prefix) {
      const at = now();
      queue(scope.sessionId, () => note(scope, prefix, at));
    },
    unanswered(scope) {
      queue(scope.sessionId, async () => {
        forget(scope);
      });
    },
    async settled() {
      await Promise.all(queues.values());
    },
  };
}

/** The ledger's port, with what is sent told to the recorder. */
export const recordingPrefixes = (
  usage: UsagePort,
  recorder: Pick<PrefixRecorder, "sent" | "unanswered">,
): UsagePort => ({
  reserve: (scope, bounds, budget) => usage.reserve(scope, bounds, budget),
  settle: (scope, outcome) => {
    if (outcome.usage === null || outcome.usage.inputTokens === 0) recorder.unanswered(scope);
    return usage.settle(scope, outcome);
  },
  sent: (scope, request) => {
    recorder.sent(scope, request);
  },
});

function recordOf(
  { requestId, chain, parts }: KnownPrefix,
  known: readonly KnownPrefix[],
): Omit<PrefixRecord, "sessionId" | "at"> {
  const base = baseFor(parts, { known, chain });
  const { kept, ...compared } = comparePrefixes(base?.parts ?? [], parts);
  const tail = parts.slice(kept);
  return { requestId, chain, base: base?.requestId ?? null, kept, tail, ...compared };
}

/** Of the same model the request that shares most, then the newest; where that one has none yet, the newest of any. */
function baseFor(
  parts: KnownPrefix["parts"],
  { known, chain }: { readonly known: readonly KnownPrefix[]; readonly chain: string },
): KnownPrefix | undefined {
  const own = known.filter((one) => one.chain === chain);
  let best: KnownPrefix | undefined;
  let most = -1;
  for (const one of own) {
    const shared = sharedLength(one.parts, parts);
    if (shared >= most) [best, most] = [one, shared];
  }
  return best ?? known.at(-1);
}

/** The newest of the session, and the newest of each model that it had. */
function withNewest(known: readonly KnownPrefix[], next: KnownPrefix): readonly KnownPrefix[] {
  const all = [...known, next];
  const newestOf = new Map(all.map((one) => [one.chain, one]));
  return all.filter(
    (one, index) => index >= all.length - comparedRequests || newestOf.get(one.chain) === one,
  );
}
