import { open } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createOutputSink } from "../../../src/main/shell/output-sink.ts";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";

const full = async (): Promise<never> => {
  throw new Error("ENOSPC: no space left on device, write");
};

/** A file that takes one write, then is on a full disk. */
const fullDisk: typeof open = async (...place) => {
  const file = await open(...place);
  let writes = 0;
  return new Proxy(file, {
    get(target, name) {
      if (name === "write" && writes > 0) return full;
      writes += name === "write" ? 1 : 0;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
};

it("lets the command go on when its output cannot be kept, and says so", async () => {
  using folder = createTemporaryFolder();
  const sink = await createOutputSink(folder.path, "o-1", fullDisk);
  for (let index = 0; index < 50; index += 1) await sink.write(`${index} `.repeat(500));
  const { text, truncated } = sink.collected();
  expect([truncated, text.startsWith("0 0 "), text.includes("49 49 ")]).toEqual([true, true, true]);
  expect(text).toMatch(/could not be kept: ENOSPC: no space left on device\)$/);
  await sink.close(true);
  expect((await open(join(folder.path, "o-1.txt"))).fd).toBeGreaterThan(0);
});
