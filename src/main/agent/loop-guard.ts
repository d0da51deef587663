/** How often the identical call may come in a row, with the identical result, before the model is told, and before the turn stops. */
const warnAt = 3;
const stopAt = 6;

export interface LoopGuard {
  /** Call after each finished call. `warn`: replace the result by advice; `stop`: end the turn. */
  record(name: string, argumentsText: string, result: string): "go-on" | "warn" | "stop";
}

/** Catches a model that repeats one call for ever. A different call, or a different result, starts the count again. */
export function createLoopGuard(): LoopGuard {
  let lastKey = "";
  let count = 0;
  return {
    record(name, argumentsText, result) {
      const key = `${name}\0${argumentsText}\0${result}`;
      count = key === lastKey ? count + 1 : 1;
      lastKey = key;
      if (count >= stopAt) return "stop";
      return count >= warnAt ? "warn" : "go-on";
    },
  };
}

export const repeatedCallResult =
  "You have made this identical call several times and the result did not change. Do something else: read the message above, use other arguments, or say what blocks you.";
