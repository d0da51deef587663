import type { Authority } from "./authority.ts";
import type { OpenPlace } from "./find-destination.ts";
import { isStillOpen, type NetworkGrants } from "./network-grants.ts";

/** The connections of a command, each for as long as something opens it. */
export interface Connections {
  /**
   * Call it once a connection is there, and call what it answers when that has ended. `cut` ends it when no grant opens it any more:
   * at once, where that happened while it was being made.
   */
  hold(place: Pick<OpenPlace, "authority" | "grant">, cut: () => void): () => void;
  /** Cuts what is not open any more. */
  check(): void;
}

interface Held {
  readonly authority: Authority;
  readonly isPrivate: boolean;
  readonly cut: () => void;
}

export function createConnections(grants: () => NetworkGrants): Connections {
  const held = new Set<Held>();
  function judge(one: Held): void {
    if (isStillOpen(one, grants())) return;
    held.delete(one);
    one.cut();
  }
  return {
    hold({ authority, grant }, cut) {
      const one: Held = { authority, isPrivate: grant.private === true, cut };
      held.add(one);
      judge(one);
      return () => void held.delete(one);
    },
    check() {
      for (const one of held) judge(one);
    },
  };
}
