import { setTimeout as sleep } from "node:timers/promises";
import { createContentReader } from "./content-reader.ts";
import { fillContents } from "./fill.ts";
import type { LookPlace } from "./look.ts";
import type { Coverage } from "./types.ts";
import { walkWorkspace } from "./walk.ts";

export interface BuildOptions {
  readonly place: () => LookPlace;
  readonly stale: Set<string>;
  /** Counts and tells what is covered. */
  readonly tell: () => Coverage;
  /** Asks what is tracked. */
  readonly prepare: () => Promise<void>;
  /** Runs a step, and once more in a new file when the old one is damaged. */
  readonly sound: <T>(act: () => T) => T;
}

/** The build in the background: the first walk, then contents, in short steps with pauses between. */
export interface Build {
  start(): void;
  /** No pauses until that time, on the clock of performance.now(). */
  hurry(until: number): void;
  stop(): Promise<void>;
}

/** A look waits for the step at hand, and the writes of the agent share processor and disk with it. */
const stepMs = 12;
const pauseMs = 6;
const idleMs = 2500;

export function createBuild(options: BuildOptions): Build {
  const stopping = new AbortController();
  let running: Promise<void> | null = null;
  let hurryUntil = 0;
  let wake: (() => void) | null = null;

  const pause = async (ms: number): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    wake = resolve;
    const hurried = performance.now() < hurryUntil;
    await Promise.race([sleep(hurried ? 0 : ms, undefined, { signal: stopping.signal }), promise]);
  };
  /** Runs steps until their end, as long as `goOn` agrees between them; undefined when it does not. */
  async function runSteps<T>(
    steps: Generator<void, T | undefined>,
    goOn: () => boolean,
  ): Promise<T | undefined> {
    for (;;) {
      const step = options.sound(() => runUntil(steps, performance.now() + stepMs));
      if (step.done === true) return step.value;
      await pause(pauseMs);
      if (goOn()) continue;
      // Closes what the steps have open.
      steps.return(undefined);
      return undefined;
    }
  }
  async function run(): Promise<void> {
    await options.prepare();
    while (!stopping.signal.aborted) {
      const state = options.sound(() => {
        const { store, tree } = options.place();
        return tree.refresh(store);
      });
      if (isOpen(state)) freeIfAbandoned(options.place().store, state);
      else if (options.place().tree.folder("") === null) await firstWalk(options, runSteps);
      else await fill(options, runSteps);
      const { complete } = options.sound(options.tell);
      await pause(complete || isOpen(state) ? idleMs : 50);
    }
  }
  return {
    start() {
      running ??= run().catch((error: unknown) => {
        if (!stopping.signal.aborted) throw error;
      });
    },
    hurry(until) {
      hurryUntil = Math.max(hurryUntil, until);
      wake?.();
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** The last of the steps that were taken; at least one. */
function runUntil<T>(steps: Generator<void, T>, until: number): IteratorResult<void, T> {
  for (;;) {
    const step = steps.next();
    if (step.done === true || performance.now() >= until) return step;
  }
}

type RunSteps = <T>(
  steps: Generator<void, T | undefined>,
  goOn: () => boolean,
) => Promise<T | undefined>;

const isOpen = ({ epoch }: { readonly epoch: number }): boolean => epoch % 2 === 1;

/** Identities of everything, as long as no look came first. */
async function firstWalk({ place }: BuildOptions, runSteps: RunSteps): Promise<void> {
  const { root, tree, store, rules, trustTimes } = place();
  const { epoch } = store.state();
  const isFirst = (): boolean => {
    const state = tree.refresh(store);
    return tree.folder("") === null && state.epoch === epoch;
  };
  const reader = createContentReader({ store, capBytes: 0, deadline: null, look: 0 });
  const steps = walkWorkspace({ root, tree, rules, reader, mayOpen: true, trustTimes });
  const walk = await runSteps(steps, isFirst);
  if (walk === undefined || !walk.updates.has("")) return;
  store.transaction(false, () => {
    if (!isFirst()) return;
    const generation = store.state().generation + 1;
    store.putFolders(walk.updates, generation, 0);
    store.setState({ generation });
  });
  tree.refresh(store);
}

async function fill({ place, stale, tell }: BuildOptions, runSteps: RunSteps): Promise<void> {
  const here = place();
  const { looks } = here.store.state();
  let told = performance.now();
  const steps = fillContents({ ...here, stale, mayRead: () => true });
  await runSteps(steps, () => {
    if (performance.now() - told > 1000) {
      told = performance.now();
      tell();
    }
    const state = here.tree.refresh(here.store);
    return state.looks === looks && !isOpen(state);
  });
}

/** A process that ended in the middle of a command left its window open. */
function freeIfAbandoned(
  store: LookPlace["store"],
  { epoch, holder }: { readonly epoch: number; readonly holder: number | null },
): void {
  if (holder !== null && isAlive(holder)) return;
  store.transaction(false, () => {
    if (store.state().epoch === epoch) store.setState({ epoch: epoch + 1, holder: null });
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
