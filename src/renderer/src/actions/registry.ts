import type { LucideIcon } from "lucide-react";
import { createStore, type StoreApi } from "zustand/vanilla";
import type { Services } from "../app/services.tsx";
import type { Messages } from "../messages/en.ts";
import { matchesShortcut, type KeyPress, type Platform, type Shortcut } from "./shortcut.ts";

/** One thing a person can do. Its button, menu entry, shortcut and palette row all come from here. */
export interface Action {
  /** Stable, such as "session.new": the menu and the tray name it too. */
  readonly id: string;
  readonly label: (messages: Messages) => string;
  readonly icon?: LucideIcon;
  /** One chord, or one per platform where they differ. */
  readonly shortcut?: Shortcut | Readonly<Record<Platform, Shortcut>>;
  /** A key without ⌘, Ctrl or Alt acts only outside of text fields; left out of the palette when true. */
  readonly hidden?: boolean;
  readonly isEnabled: (services: Services) => boolean;
  readonly perform: (services: Services) => void;
}

export interface ActionRegistry {
  readonly store: StoreApi<{ readonly actions: readonly Action[] }>;
  /** Adds actions until the returned function is called. An id that is there already is replaced. */
  readonly add: (actions: readonly Action[]) => () => void;
  readonly find: (id: string) => Action | undefined;
  /** Performs an action if it is there and enabled; says whether it did. */
  readonly perform: (id: string, services: Services) => boolean;
  /** Performs the enabled action that this press stands for; says whether there was one. */
  readonly press: (press: KeyPress & { readonly inText: boolean }, services: Services) => boolean;
}

/** The chord of an action on a platform. */
export function shortcutOf(action: Action, platform: Platform): Shortcut | undefined {
  return typeof action.shortcut === "object" ? action.shortcut[platform] : action.shortcut;
}

/** Empty; views add their actions while they are shown, so that what cannot be done is not there. */
export function createActionRegistry(): ActionRegistry {
  const store = createStore<{ readonly actions: readonly Action[] }>(() => ({ actions: [] }));
  const find = (id: string): Action | undefined =>
    store.getState().actions.find((action) => action.id === id);
  const run = (action: Action | undefined, services: Services): boolean => {
    if (action?.isEnabled(services) !== true) return false;
    action.perform(services);
    return true;
  };
  return {
    store,
    find,
    add: (added) => {
      const ids = new Set(added.map((action) => action.id));
      const others = store.getState().actions.filter((action) => !ids.has(action.id));
      store.setState({ actions: [...others, ...added] });
      return () => {
        store.setState({
          actions: store.getState().actions.filter((action) => !added.includes(action)),
        });
      };
    },
    perform: (id, services) => run(find(id), services),
    press: (press, services) => {
      const platform = services.app.getState().info?.platform ?? "linux";
      const plain = !press.metaKey && !press.ctrlKey && !press.altKey;
      if (plain && press.inText) return false;
      return store.getState().actions.some((action) => {
        const shortcut = shortcutOf(action, platform);
        return (
          shortcut !== undefined &&
          matchesShortcut(press, shortcut, platform) &&
          run(action, services)
        );
      });
    },
  };
}
