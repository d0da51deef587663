/** A key and where it came from. `origin` null: it is not bound yet. */
export interface FoundKey {
  readonly key: string;
  readonly origin: string | null;
  readonly source: "environment" | "memory" | "keychain";
}

/** Keys that need no keychain: the environment's, and those kept for this run. */
export interface KeysAtHand {
  /** The environment's key while it is not taken; null when there is none or it is in use. */
  offered(): string | null;
  /** With null any key will do. Does not bind. */
  find(origin: string | null): FoundKey | null;
  /** As `find`, and binds an unbound environment key to this origin: it is the one the person runs against. */
  use(origin: string): FoundKey | null;
  /** False when the environment has no usable key. */
  takeEnvironment(origin: string): boolean;
  keep(origin: string, key: string): void;
  forget(origin: string): void;
  forgetAll(): void;
}

/** `environmentKey` is in use from the start when `taken`. */
export function createKeysAtHand(environmentKey: string | null, taken: boolean): KeysAtHand {
  const memory = new Map<string, string>();
  let bound: string | null = null;
  let inUse = taken;

  function fromEnvironment(origin: string | null): FoundKey | null {
    if (!inUse || environmentKey === null) return null;
    if (origin !== null && bound !== null && bound !== origin) return null;
    return { key: environmentKey, origin: bound ?? origin, source: "environment" };
  }
  function fromMemory(origin: string | null): FoundKey | null {
    for (const [own, key] of memory)
      if (origin === null || origin === own) return { key, origin: own, source: "memory" };
    return null;
  }
  const find = (origin: string | null): FoundKey | null =>
    fromEnvironment(origin) ?? fromMemory(origin);
  /** A key given later wins over the environment's. */
  function dropEnvironment(origin: string): void {
    if (bound === origin) inUse = false;
  }

  return {
    offered: () => (inUse ? null : environmentKey),
    find,
    use: (origin) => {
      const found = find(origin);
      if (found?.source === "environment") bound ??= origin;
      return found;
    },
    takeEnvironment: (origin) => {
      if (environmentKey === null) return false;
      bound = origin;
      inUse = true;
      return true;
    },
    keep: (origin, key) => {
      memory.set(origin, key);
      dropEnvironment(origin);
    },
    forget: (origin) => {
      memory.delete(origin);
      dropEnvironment(origin);
    },
    forgetAll: () => {
      memory.clear();
      inUse = false;
    },
  };
}
