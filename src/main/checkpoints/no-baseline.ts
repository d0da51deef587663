import { noCoverage } from "./baseline/coverage.ts";
import type { Baseline } from "./baseline/types.ts";

/** Where nothing is kept of the workspace: commands run, and nothing of them can be undone. */
export const noBaseline: Baseline = {
  start: () => undefined,
  coverage: () => noCoverage,
  onCoverage: () => () => undefined,
  settle: async () => noCoverage,
  look: async () => ({ changes: [], coverage: noCoverage, previousMark: null }),
  confirm: async () => undefined,
  object: async (blob) => {
    throw new Error(`No content is kept here, so not ${blob} either`);
  },
  size: async () => 0,
  close: async () => undefined,
};
