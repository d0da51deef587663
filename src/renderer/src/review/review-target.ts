import { createStore, type StoreApi } from "zustand/vanilla";
import type { SessionId } from "../../../shared/ids.ts";
import type { Services } from "../app/services.tsx";
import type { DiffTarget } from "../diff/use-diff.ts";

type Targets = Readonly<Record<SessionId, DiffTarget>>;
const stores = new WeakMap<Services, StoreApi<Targets>>();

/** What each session's review shows, where somebody has chosen. */
export function reviewTargetsOf(services: Services): StoreApi<Targets> {
  const store = stores.get(services) ?? createStore<Targets>(() => ({}));
  stores.set(services, store);
  return store;
}

/** Opens the review on one prompt's or one step's changes. */
export function showReview(services: Services, sessionId: SessionId, target: DiffTarget): void {
  reviewTargetsOf(services).setState({ [sessionId]: target });
  services.commands.toggleReview(true);
}
