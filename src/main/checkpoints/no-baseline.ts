import type { Baseline } from "./baseline/types.ts";
import type { Coverage } from "./records.ts";

export const nothingCovered: Coverage = {
  complete: false,
  files: 0,
  covered: 0,
  heavy: [],
  tooLarge: [],
  special: [],
};

/** Where nothing is kept of the workspace: commands run, and nothing of them can be undone. */
export const noBaseline: Baseline = {
  start: () => undefined,
  coverage: () => nothingCovered,
  onCoverage: () => () => undefined,
  settle: async () => nothingCovered,
  look: async () => ({ changes: [], coverage: nothingCovered, previousMark: null }),
  confirm: async () => undefined,
  object: async (blob) => {
    throw new Error(`No content is kept here, so not ${blob} either`);
  },
  size: async () => 0,
  close: async () => undefined,
};
