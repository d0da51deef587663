import { noCoverage } from "./baseline/coverage.ts";
import type { Baseline } from "./baseline/types.ts";
import type { Coverage } from "./records.ts";

/** A baseline that is not opened before something is wanted of it. One that could not be opened is tried again the next time. */
export function lazyBaseline(open: () => Promise<Baseline>): Baseline {
  let opening: Promise<Baseline> | undefined;
  let opened: Baseline | undefined;
  const listeners = new Set<(coverage: Coverage) => void>();
  async function openIt(): Promise<Baseline> {
    const baseline = await open();
    baseline.onCoverage((coverage) => {
      for (const listener of listeners) listener(coverage);
    });
    opened = baseline;
    return baseline;
  }
  function get(): Promise<Baseline> {
    opening ??= openIt().catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  }
  return {
    // What goes wrong is told to whoever waits for a look.
    start: () =>
      void get().then(
        (baseline) => baseline.start(),
        () => undefined,
      ),
    coverage: () => opened?.coverage() ?? noCoverage,
    onCoverage(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    settle: async (limitMs, signal) => (await get()).settle(limitMs, signal),
    look: async (options) => (await get()).look(options),
    confirm: async () => (await get()).confirm(),
    object: async (blob) => (await get()).object(blob),
    size: async () => (await get()).size(),
    close: async () => (await opening?.catch(() => undefined))?.close(),
  };
}
