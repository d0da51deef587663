import type { AppCommands } from "./app-commands.ts";
import type { AppStore } from "./app-state.ts";

/** CSS pixels. */
export const sidebarWidths = { least: 200, most: 360 } as const;

type ViewCommand =
  | "setDraft"
  | "showOverlay"
  | "toggleReview"
  | "showReview"
  | "toggleUsage"
  | "toggleSidebar"
  | "setSidebarWidth";

/** The commands that ask main nothing. */
export function createViewCommands({
  getState: get,
  setState: set,
}: AppStore): Pick<AppCommands, ViewCommand> {
  return {
    setDraft: (sessionId, text) => {
      set({ drafts: { ...get().drafts, [sessionId]: text } });
    },
    showOverlay: (overlay, page) => {
      set({ overlay, ...(page === undefined ? {} : { settingsPage: page }) });
    },
    toggleReview: (open) => {
      set({ reviewOpen: open ?? !get().reviewOpen });
    },
    showReview: (sessionId, target) => {
      set({ reviewOpen: true, reviewTargets: { ...get().reviewTargets, [sessionId]: target } });
    },
    toggleUsage: (open) => {
      set({ usageOpen: open ?? !get().usageOpen });
    },
    toggleSidebar: () => {
      set({ sidebarOpen: !get().sidebarOpen });
    },
    setSidebarWidth: (width) => {
      const { least, most } = sidebarWidths;
      set({ sidebarWidth: Math.round(Math.min(most, Math.max(least, width))) });
    },
  };
}
