import { setTimeout as sleep } from "node:timers/promises";
import { canTrustFolderTimes } from "../../workspace/scan/folder-times.ts";
import { foldersInUse } from "../../workspace/scan/heavy-folders.ts";
import { openBaselineFile, type BaselineFile } from "./baseline-file.ts";
import { createBuild } from "./build.ts";
import { coverageOf, noCoverage } from "./coverage.ts";
import { createTracking } from "./tracking.ts";
import { createLazyHints } from "./lazy-hints.ts";
import { fillContents } from "./fill.ts";
import { confirmLook, openWindow, takeLook, type LookPlace } from "./look.ts";
import { runUntil, timeUntil } from "./run-steps.ts";
import { createScanRules } from "./scan-rules.ts";
import type { Baseline, BaselineOptions, Coverage, Look, LookOptions } from "./types.ts";

/** The baseline in the thread that calls it: looks are synchronous, so this is for the worker's own thread and for tests. */
export type BaselineEngine = Baseline;

export function createBaselineEngine(options: BaselineOptions): BaselineEngine {
  const file = openBaselineFile(options.storeFolder);
  const memory = createMemory(options, file);
  const { place, stale, tell, refreshTracked } = memory;
  const build = createBuild({
    place,
    stale,
    tell,
    prepare: () => refreshTracked(null),
    sound: file.sound,
    onComplete: options.watch === false ? () => {} : memory.watch,
  });
  return {
    start: () => build.start(),
    coverage: () => memory.last(),
    onCoverage: (listener) => memory.listen(listener),
    async settle(limitMs, signal) {
      const until = performance.now() + limitMs;
      const isOver = (): boolean => performance.now() >= until || signal?.aborted === true;
      build.start();
      build.hurry(until);
      while (!isOver() && !memory.last().complete) await sleep(5);
      return file.sound(tell);
    },
    async look(look) {
      await refreshTracked(look.budgetMs ?? null);
      return file.sound(() => memory.look(look));
    },
    confirm: async () => file.sound(() => confirmLook(file.store())),
    object: async (blob) => file.store().content(blob),
    size: async () => file.size(),
    async close() {
      await build.stop();
      await memory.unwatch();
      file.close();
    },
  };
}

/** What the engine knows beside its file. */
interface Memory {
  readonly place: () => LookPlace;
  /** Changed since the last look, as the build found out. */
  readonly stale: Set<string>;
  readonly tell: () => Coverage;
  /** Waits for the first answer, so many milliseconds at most; later ones come while the last known holds. */
  readonly refreshTracked: (limitMs: number | null) => Promise<void>;
  /** Starts the hints. */
  readonly watch: () => void;
  readonly unwatch: () => Promise<void>;
  last(): Coverage;
  listen(listener: (coverage: Coverage) => void): () => void;
  look(options: LookOptions): Look;
}

function createMemory(options: BaselineOptions, file: BaselineFile): Memory {
  const { root } = options.workspace;
  const { privateFolders, capBytes } = options;
  const listeners = new Set<(coverage: Coverage) => void>();
  const stale = new Set<string>();
  let inUse: ReadonlySet<string> = new Set();
  let unreadable: readonly string[] = [];
  let last = noCoverage;
  let isChanged = false;

  const trustTimes = canTrustFolderTimes(root);
  const place = (): LookPlace => ({
    root,
    trustTimes,
    capBytes,
    tree: file.tree(),
    store: file.store(),
    rules: createScanRules({ root, privateFolders, inUse }),
  });
  function tell(): Coverage {
    const tree = file.tree();
    const { restarted } = tree.refresh(file.store());
    const changedSince = isChanged || stale.size > 0;
    last = coverageOf({ tree, capBytes, unreadable, restarted, changedSince, stale });
    for (const listener of listeners) listener(last);
    return last;
  }
  function onChange(): void {
    if (isChanged) return;
    isChanged = true;
    last = { ...last, changedSince: true };
    for (const listener of listeners) listener(last);
  }
  const hints = createLazyHints(root, onChange);
  return {
    place,
    stale,
    tell,
    last: () => last,
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    refreshTracked: createTracking(options.tracked, (paths) => void (inUse = foldersInUse(paths))),
    watch: hints.start,
    unwatch: hints.close,
    look(look) {
      const deadline = look.budgetMs === undefined ? null : performance.now() + look.budgetMs;
      const { changes, previousMark, ...found } = takeLook(place(), look, deadline);
      unreadable = found.unreadable;
      stale.clear();
      isChanged = false;
      hints.follow(changes);
      if (deadline !== null) fillUntil(place(), stale, deadline);
      if (look.window === "open") openWindow(file.store(), look.durable);
      return { changes, previousMark, coverage: tell() };
    },
  };
}

function fillUntil(place: LookPlace, stale: Set<string>, deadline: number): void {
  const steps = fillContents({ ...place, stale, mayRead: timeUntil(deadline) });
  runUntil(steps, deadline);
  steps.return(true);
}
