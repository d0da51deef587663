import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { openHistory } from "../../../src/main/history/open-history.ts";
import { sessionIdSchema } from "../../../src/shared/ids.ts";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";

const child = fileURLToPath(new URL("../../support/append-forever.ts", import.meta.url));

/** Runs the child and kills it a random while after its first acknowledged batch; answers the last acknowledged seq. */
async function killOne(file: string, backups: string): Promise<number> {
  const running = spawn(process.execPath, [child, file, backups], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  running.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  await once(running.stdout, "data");
  setTimeout(() => running.kill("SIGKILL"), Math.random() * 60);
  await once(running, "close");
  const lines = output.split("\n").slice(0, -1);
  return Number(lines.at(-1));
}

test("kill -9 while appending loses nothing acknowledged, tears no batch and frees the session", async () => {
  using home = createTemporaryFolder();
  const place = { file: join(home.path, "history.db"), backups: join(home.path, "backups") };
  const sessionId = sessionIdSchema.parse("s-killed");
  for (let round = 0; round < 8; round += 1) {
    const acknowledged = await killOne(place.file, place.backups);
    const history = await openHistory(place);
    const events = await history.loadEvents(sessionId);
    expect(events.length).toBeGreaterThanOrEqual(acknowledged);
    expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
    expect((events.length - 2) % 7).toBe(0);
    expect(await history.check()).toBeNull();
    expect(history.warnings).toEqual([]);
    expect((await history.interruptedSessions()).map((one) => one.sessionId)).toEqual([sessionId]);
    await (await history.claimSession(sessionId)).release();
    const entries = await history.ledger.entries({});
    expect(entries.length).toBeGreaterThan(round);
    expect(new Set(entries.map((entry) => entry.status))).toEqual(new Set(["unknown"]));
    const { unknown, reserved } = await history.ledger.spending(
      { scope: "session", key: sessionId },
      "USD",
    );
    expect([unknown, reserved]).toEqual([BigInt(entries.length), 0n]);
    await history.close();
  }
});

test("a process that awaits close goes on after it, and one that forgets to close still ends", () => {
  using home = createTemporaryFolder();
  const module = new URL("../../../src/main/history/open-history.ts", import.meta.url).href;
  const run = (after: string): string =>
    execFileSync(
      process.execPath,
      [
        "--input-type=module",
        "-e",
        `const { openHistory } = await import(${JSON.stringify(module)});
         const history = await openHistory({ file: "history.db", backups: "backups" });
         ${after}`,
      ],
      { cwd: home.path, encoding: "utf8", timeout: 20_000 },
    );
  expect(run(`await history.close(); console.log("after");`)).toBe("after\n");
  expect(run(`console.log(await history.check());`)).toBe("null\n");
});
