import type { HoldOptions, WriterLock } from "./writer-lock.ts";

/** Some work on the journal while the workspace is held: what other processes did is known, and nobody else works on it. */
export type Phase = <T>(work: () => Promise<T>) => Promise<T>;

/** Who works on a workspace's journal: one writer of all processes, and one reader or writer of this one. */
export interface Exclusive {
  alone<T>(act: () => Promise<T>, options?: HoldOptions): Promise<T>;
  /** Holds the workspace over several phases; in between this process may read. */
  overPhases<T>(act: (phase: Phase) => Promise<T>, options: HoldOptions): Promise<T>;
  /** For what writes nothing: does not wait for a command that runs. */
  reading<T>(act: () => Promise<T>): Promise<T>;
}

export interface ExclusiveParts {
  readonly lock: WriterLock;
  /** Takes in what other processes wrote down. */
  readonly refresh: () => Promise<void>;
  /** Settles what a crash left; only under the lock, where nobody else can be at work. */
  readonly settle: () => Promise<void>;
  readonly isSettled: () => boolean;
  /** Puts a failure in words for a person. */
  readonly explain: (error: unknown) => unknown;
}

export function createExclusive(parts: ExclusiveParts): Exclusive {
  const { lock, refresh, settle, isSettled, explain } = parts;
  let queue: Promise<unknown> = Promise.resolve();
  function inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = queue.then(act);
    queue = turn.catch(() => undefined);
    return turn;
  }
  const phase: Phase = (work) =>
    inTurn(async () => {
      try {
        await refresh();
        await settle();
        return await work();
      } catch (error) {
        throw explain(error);
      }
    });
  const alone: Exclusive["alone"] = (act, options = {}) => lock.hold(options, () => phase(act));

  return {
    alone,
    overPhases: (act, options) => lock.hold(options, () => act(phase)),
    async reading(act) {
      const found = await inTurn(async () => {
        try {
          await refresh();
          return isSettled() ? { value: await act() } : undefined;
        } catch (error) {
          throw explain(error);
        }
      });
      return found === undefined ? alone(act) : found.value;
    },
  };
}
