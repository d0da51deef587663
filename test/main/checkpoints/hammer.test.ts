import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { allow } from "../../support/allow-error.ts";
import { createCheckpointFixture, write } from "../../support/checkpoint-fixture.ts";

const child = fileURLToPath(new URL("../../support/hammer.ts", import.meta.url));

const quiet = (): void => undefined;

/** Every blob of the store, whatever holds it. */
function storedContents(store: string): Set<string> {
  const git = (args: readonly string[], input?: string): string =>
    execFileSync("git", ["--git-dir", store, ...args], {
      encoding: "utf8",
      maxBuffer: 1 << 28,
      ...(input === undefined ? {} : { input }),
    });
  const ids = git(["rev-list", "--objects", "--all", "--no-object-names"]);
  return new Set(
    git(["cat-file", "--batch"], ids)
      .split("\n")
      .map((line) => `${line}\n`),
  );
}

it.each(["rename", "in-place"])(
  "what another program writes by %s while the agent edits is replaced only when a copy of it is kept",
  async (how) => {
    await using fixture = await createCheckpointFixture();
    const path = fixture.path("f");
    writeFileSync(path, "start\n");
    const hammer = spawn(process.execPath, [child, path, how], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    hammer.stdout.resume();
    await once(hammer.stdout, "data");
    const replaced: string[] = [];
    let conflicts = 0;
    for (let round = 0; round < 150; round += 1) {
      const before = readFileSync(path);
      const mine = `agent ${round}\n`;
      await fixture.apply([write("f", mine, before)]).then(
        () => replaced.push(before.toString()),
        (error: unknown) => {
          expect(error).toMatchObject({ code: "conflict" });
          conflicts += 1;
        },
      );
    }
    hammer.kill("SIGKILL");
    await once(hammer, "close");
    await fixture.service.list({});
    const stored = storedContents(fixture.store);
    const gone = replaced.filter((content) => content !== "" && !stored.has(content));
    expect(gone).toEqual([]);
    expect(fixture.fsck()).toBe("");
    expect(replaced.length + conflicts).toBe(150);
  },
);

it("the last version that another program wrote is on the disk or in the store, wherever the two met", async () => {
  await using fixture = await createCheckpointFixture();
  const path = fixture.path("f");
  writeFileSync(path, "start\n");
  for (let round = 0; round < 25; round += 1) {
    const hammer = spawn(process.execPath, [child, path, "rename"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let said = "";
    hammer.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
    await once(hammer.stdout, "data");
    const closed = once(hammer, "close");
    setTimeout(() => hammer.kill("SIGKILL"), Math.random() * 15);
    const before = readFileSync(path);
    await fixture.apply([write("f", `agent ${round}\n`, before)]).catch(allow("conflict"));
    await closed;
    await fixture.service.list({});
    const last = said.split("\n").at(-2) ?? "";
    // The kill may have come between writing a version and saying so.
    const next = last.replace(/\d+$/, (version) => String(Number(version) + 1));
    const found = storedContents(fixture.store).add(readFileSync(path, "utf8"));
    expect([last, next].filter((version) => found.has(`${version}\n`))).not.toEqual([]);
  }
});

it("what is written between the last look and the swap becomes a safety copy, named to the person", async () => {
  const { nodeFileOps } = await import("../../../src/main/checkpoints/file-ops.ts");
  let strike = quiet;
  await using fixture = await createCheckpointFixture({
    ...nodeFileOps,
    exchange(names) {
      strike();
      nodeFileOps.exchange(names);
    },
  });
  const { renameSync } = await import("node:fs");
  const path = fixture.path("f");
  const attacks: Readonly<Record<string, () => void>> = {
    "by rename\n": () => {
      writeFileSync(`${path}.other`, "by rename\n");
      renameSync(`${path}.other`, path);
    },
    "in place\n": () => writeFileSync(path, "in place\n"),
  };
  for (const [content, attack] of Object.entries(attacks)) {
    strike = quiet;
    writeFileSync(path, "before\n");
    strike = attack;
    const { notes } = await fixture.apply([write("f", "agent\n", "before\n")]);
    expect(notes.join()).toContain("safety copy");
    expect(readFileSync(path, "utf8")).toBe("agent\n");
    await fixture.service.list({});
    expect(storedContents(fixture.store).has(content)).toBe(true);
  }
  expect(fixture.fsck()).toBe("");
});

it("a file that appears while a new one is made is left alone, and nothing is written", async () => {
  const { nodeFileOps } = await import("../../../src/main/checkpoints/file-ops.ts");
  let path = "";
  await using fixture = await createCheckpointFixture({
    ...nodeFileOps,
    exchange(names) {
      writeFileSync(path, "theirs");
      nodeFileOps.exchange(names);
    },
  });
  path = fixture.path("f");
  const effects = [write("f", "agent", null)];
  await expect(fixture.apply(effects)).rejects.toMatchObject({ code: "conflict" });
  expect(readFileSync(path, "utf8")).toBe("theirs");
});
