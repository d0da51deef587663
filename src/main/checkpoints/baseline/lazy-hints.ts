import { dirname } from "node:path";
import type { ChangeHints } from "../../workspace/scan/change-hints.ts";
import type { LookChange } from "./types.ts";

export interface LazyHints {
  readonly start: () => void;
  /** Follows the folders in which something changed. */
  follow(changes: readonly LookChange[]): void;
  readonly close: () => Promise<void>;
}

/** Hints whose library is loaded when they are first wanted: opening a folder must not wait for it. */
export function createLazyHints(root: string, onChange: () => void): LazyHints {
  let hints: Promise<ChangeHints> | null = null;
  return {
    start() {
      hints ??= import("../../workspace/scan/change-hints.ts").then((module) =>
        module.watchForHints({ root, onChange }),
      );
    },
    follow(changes) {
      const folders = new Set(changes.map(({ path }) => dirname(path).replace(/^\.$/, "")));
      void hints?.then((started) => started.follow(folders));
    },
    close: async () => (await hints)?.close(),
  };
}
