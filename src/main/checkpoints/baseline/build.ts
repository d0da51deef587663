import { setTimeout as sleep } from "node:timers/promises";
import { createContentReader } from "./content-reader.ts";
import { fillContents } from "./fill.ts";
import type { LookPlace } from "./look.ts";
import { runUntil } from "./run-steps.ts";
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
  /** Called after each round in which everything was filled. */
  readonly onComplete: () => void;
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
const idleMs = 1000;
const retryMs = 3000;

export function createBuild(options: BuildOptions): Build {
  const stopping = new AbortController();
  let running: Promise<void> | null = null;
  let hurryUntil = 0;
  let wake: (() => void) | null = null;

  const pause = async (ms: number, hurriedMs = 0): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    wake = resolve;
    const hurried = performance.now() < hurryUntil;
    await Promise.race([
      sleep(hurried ? hurriedMs : ms, undefined, { signal: stopping.signal }),
      promise,
    ]);
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
    let finished = -1;
    for (;;) {
      const { state, isEmpty } = options.sound(() => {
        const { store, tree } = options.place();
        return { state: tree.refresh(store), isEmpty: tree.folder("") === null };
      });
      if (isOpen(state)) freeIfAbandoned(options.place().store, state);
      else if (isEmpty) await firstWalk(options, runSteps);
      else if (state.generation !== finished) finished = await fill(options, runSteps);
      // Between rounds it costs one small query.
      await pause(isEmpty ? 0 : idleMs, 20);
    }
  }
  return {
    start() {
      running ??= runUntilStopped(run, stopping.signal);
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

/** A full disk or a busy database end a round, not the build: what is not covered is said, and a look tells its own failure. */
async function runUntilStopped(run: () => Promise<void>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await run().catch(() => undefined);
    await sleep(retryMs, undefined, { signal }).catch(() => undefined);
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
  const reader = createContentReader({ store, capBytes: 0, mayRead: () => false, look: 0 });
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

/** The generation in which all is filled; -1 when something is left for later. */
async function fill(options: BuildOptions, runSteps: RunSteps): Promise<number> {
  const { stale, tell, sound } = options;
  const here = options.place();
  const { looks } = here.store.state();
  let told = performance.now();
  const steps = fillContents({ ...here, stale, mayRead: () => true });
  const isLeft = await runSteps(steps, () => {
    if (performance.now() - told > 1000) {
      told = performance.now();
      tell();
    }
    const state = here.tree.refresh(here.store);
    return state.looks === looks && !isOpen(state);
  });
  sound(tell);
  if (isLeft === false) options.onComplete();
  return (isLeft ?? true) ? -1 : sound(() => options.place().store.state().generation);
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
