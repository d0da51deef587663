import { mkdirSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { appFolders } from "../../src/main/app-files.ts";
import { createWriterLock } from "../../src/main/checkpoints/writer-lock.ts";
import { runBelay, type CliOptions, type CliResult } from "../support/belay-cli.ts";
import { createTemporaryFolder } from "../support/temporary-folder.ts";

/** Runs `belay` on a folder in which another process's command is at work, until it has said that it waits. */
async function behindCommand(
  command: string,
  onWait: (kill: (signal: NodeJS.Signals) => void, end: () => void) => void,
): Promise<CliResult> {
  using folder = createTemporaryFolder();
  const home = realpathSync(folder.path);
  const workspace = join(home, "project");
  const storeFolder = join(home, "store");
  for (const made of [workspace, storeFolder]) mkdirSync(made);
  const { locks } = appFolders({
    home,
    variant: "belay",
    environment: { HOME: home },
    platform: process.platform,
  });
  const lock = createWriterLock({ root: workspace }, { lockFolder: locks, storeFolder });
  const holder = {
    pid: process.pid,
    sessionId: "s",
    what: "npm run migrate\nnext line",
    since: "2026-01-01T08:15:00.000Z",
  };
  const ended = Promise.withResolvers<void>();
  const onError: CliOptions["onError"] = (said, kill) => {
    if (said.includes("Waits for")) onWait(kill, () => ended.resolve());
  };
  let ran: Promise<CliResult> | undefined;
  const holding = lock.hold({ holder }, async () => {
    const target = command === "undo" ? ["--session", "s-none"] : [];
    ran = runBelay([command, "--workspace", workspace, ...target], { home, onError });
    await Promise.race([ended.promise, ran]);
  });
  await holding;
  lock.close();
  if (ran === undefined) throw new Error("nothing ran");
  return await ran;
}

describe("an undo behind a command of another process", () => {
  it("says whom it waits for, and goes on", async () => {
    const result = await behindCommand("undo", (_kill, end) => end());
    expect(result.stderr).toContain(
      "Waits for another command in this folder: `npm run migrate`, running since 08:15 UTC.",
    );
    expect(result.stderr).toContain("Session s-none changed no file here");
  });

  it("can be interrupted while it waits, as a redo can", async () => {
    const result = await behindCommand("redo", (kill) => kill("SIGINT"));
    expect(result.stderr).toContain("Stopped while waiting");
    expect(result.code).toBe(130);
  });
});
