import type { CommandCover } from "../../src/main/checkpoints/command-types.ts";
import type { Coverage } from "../../src/main/checkpoints/records.ts";

export const allCovered: Coverage = {
  complete: true,
  files: 3,
  covered: 3,
  heavy: [],
  tooLarge: [],
  special: [],
};

const nothing = { checkpointId: null, changes: [], notes: [] };

/** Commands run as they are, and are held to have changed nothing. */
export const freeCommands: CommandCover = {
  coverage: () => allCovered,
  settle: async () => allCovered,
  aroundCommand: async (_scope, run) => ({ value: await run(), ...nothing }),
  openWindow: async () => ({ close: async () => nothing, closeLate: async () => undefined }),
};
