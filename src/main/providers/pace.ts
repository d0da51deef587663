/** What the provider allows one model, for all keys of the account together; null = no limit is known. */
export interface RateLimits {
  readonly rpm: number | null;
  readonly tpm: number | null;
}

/** Keeps the requests to one model of one endpoint under its limits, instead of running into them. */
export interface Pace {
  /** Counts a request of about so many tokens; milliseconds to wait before it may go. */
  reserve(tokens: number): number;
  /** Puts the estimate right once the provider has told what was used. */
  settle(estimated: number, used: number): void;
  readonly limits: RateLimits | null;
}

/** One pace for each endpoint and model, shared by every session. */
export type Paces = (endpoint: string, model: string, limits: RateLimits | null) => Pace;

export function createPaces(now: () => number = () => performance.now()): Paces {
  const known = new Map<string, Pace>();
  return (endpoint, model, limits) => {
    const id = JSON.stringify([endpoint, model, limits]);
    const pace = known.get(id) ?? createPace(limits, now);
    known.set(id, pace);
    return pace;
  };
}

/** A pace that never waits. */
export const noPace: Pace = { reserve: () => 0, settle: () => {}, limits: null };

const minuteMs = 60_000;

function createPace(limits: RateLimits | null, now: () => number): Pace {
  const requests = bucketsOf(limits?.rpm ?? null, now);
  const tokens = bucketsOf(limits?.tpm ?? null, now);
  return {
    limits,
    reserve: (amount) => Math.ceil(Math.max(takeOf(requests, 1), takeOf(tokens, amount))),
    settle: (estimated, used) => void takeOf(tokens, used - estimated),
  };
}

/** The longest wait that one of them asks for. */
const takeOf = (buckets: readonly Bucket[], amount: number): number =>
  Math.max(0, ...buckets.map((bucket) => bucket.take(amount)));

interface Bucket {
  /** Takes now, going into debt when there is not enough; milliseconds until the debt is paid. */
  take(amount: number): number;
}

/** The provider counts by the minute and, as a sixtieth of that, by the second [rate limits, 2026-03]. */
function bucketsOf(perMinute: number | null, now: () => number): readonly Bucket[] {
  if (perMinute === null) return [];
  const perMs = perMinute / minuteMs;
  return [
    createBucket(perMinute, perMs, now),
    createBucket(Math.max(1, perMinute / 60), perMs, now),
  ];
}

function createBucket(capacity: number, perMs: number, now: () => number): Bucket {
  let level = capacity;
  let at = now();
  return {
    take(amount) {
      const moment = now();
      level = Math.min(capacity, level + (moment - at) * perMs);
      at = moment;
      // A request larger than the whole bucket may go when the bucket is full: it counts as all of it.
      level = Math.min(capacity, level - Math.min(amount, capacity));
      return level >= 0 ? 0 : -level / perMs;
    },
  };
}
