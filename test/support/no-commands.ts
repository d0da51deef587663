import type { CommandRunner } from "../../src/main/shell/command-runner.ts";

const refuse = (): never => {
  throw new Error("No command runs in this test");
};

/** For tests that only read calls: the real runner makes a folder of its own. */
export const noCommands: CommandRunner = {
  run: refuse,
  start: refuse,
  openOutput: refuse,
  killAll: refuse,
};
