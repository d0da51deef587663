/** How often the identical call may bring the identical result before the model is told, and before the turn stops. */
const warnAt = 3;
const stopAt = 6;
/** So many calls in a row of which none brought anything new end the turn, however many different ones there are. */
const staleStopAt = 30;

export interface LoopGuard {
  /** Call after each finished call. `warn`: replace the result by advice; `stop`: end the turn. */
  record(name: string, argumentsText: string, result: string): "go-on" | "warn" | "stop";
}

/**
 * Catches a model that repeats itself for ever: one call, or several in turns. A call or a result that this turn has not seen yet
 * is progress and starts the count again.
 */
export function createLoopGuard(): LoopGuard {
  const seen = new Set<string>();
  const counts = new Map<string, number>();
  let stale = 0;
  return {
    record(name, argumentsText, result) {
      const key = `${name}\0${argumentsText}\0${result}`;
      if (!seen.has(key)) {
        seen.add(key);
        counts.clear();
        counts.set(key, 1);
        stale = 0;
        return "go-on";
      }
      stale += 1;
      // Not counted since the last progress, but seen before it.
      const count = (counts.get(key) ?? 1) + 1;
      counts.set(key, count);
      if (count >= stopAt || stale >= staleStopAt) return "stop";
      return count >= warnAt ? "warn" : "go-on";
    },
  };
}

export const repeatedCallResult =
  "You have made this identical call several times and the result did not change. Do something else: read the message above, use other arguments, or say what blocks you.";
