import { mkdirSync, realpathSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createBaselineEngine } from "../../src/main/checkpoints/baseline/engine.ts";
import {
  defaultCapBytes,
  type Baseline,
  type BaselineOptions,
  type Look,
  type LookOptions,
} from "../../src/main/checkpoints/baseline/types.ts";
import { createTemporaryFolder } from "./temporary-folder.ts";

export interface BaselineFixture extends AsyncDisposable {
  readonly root: string;
  readonly storeFolder: string;
  readonly baseline: Baseline;
  /** Another engine on the same store. */
  open(change?: Partial<BaselineOptions>): Baseline;
  look(options?: Partial<LookOptions>): Promise<Look>;
}

/** A folder with an engine in this thread. */
export function createBaselineFixture(change: Partial<BaselineOptions> = {}): BaselineFixture {
  const folder = createTemporaryFolder();
  const root = join(realpathSync(folder.path), "work");
  const storeFolder = join(folder.path, "store");
  mkdirSync(root, { recursive: true });
  const opened: Baseline[] = [];
  const open = (own: Partial<BaselineOptions> = {}): Baseline => {
    const baseline = createBaselineEngine({
      workspace: { root, id: "work" },
      storeFolder,
      privateFolders: [],
      tracked: () => Promise.resolve(null),
      capBytes: defaultCapBytes,
      ...change,
      ...own,
    });
    opened.push(baseline);
    return baseline;
  };
  const baseline = open();
  return {
    root,
    storeFolder,
    baseline,
    open,
    look: (options = {}) => baseline.look({ mark: "m", durable: false, ...options }),
    async [Symbol.asyncDispose]() {
      for (const one of opened) await one.close();
      rmSync(folder.path, { recursive: true, force: true });
    },
  };
}
