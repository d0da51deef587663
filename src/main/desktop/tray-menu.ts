import type { Words } from "./words.ts";

/** A session as the tray lists it. */
export interface TraySession {
  readonly sessionId: string;
  readonly title: string;
}

/** What is at work, for icon, tooltip and menu. */
export interface Activity {
  readonly running: readonly TraySession[];
  readonly needsYou: boolean;
  /** A quick question was answered behind the hidden window. */
  readonly answerReady: boolean;
}

export type TrayState = "idle" | "running" | "needs-you";

export function trayState({ running, needsYou }: Activity): TrayState {
  if (needsYou) return "needs-you";
  return running.length > 0 ? "running" : "idle";
}

export function trayTooltip(activity: Activity, words: Words): string {
  if (activity.needsYou) return words.needsYou;
  if (activity.answerReady) return words.answerReady;
  return activity.running.length > 0 ? words.running(activity.running.length) : words.idle;
}

export interface TrayActions {
  openMain(): void;
  quickAsk(): void;
  openSession(sessionId: string): void;
  quit(): void;
}

export type TrayItem =
  | { readonly type: "separator" }
  | { readonly label: string; readonly click: () => void };

/** As many as a menu holds at a glance; the window lists them all. */
const listed = 8;
const longestTitle = 60;

export function trayItems(activity: Activity, words: Words, actions: TrayActions): TrayItem[] {
  const sessions = activity.running.slice(0, listed).map(({ sessionId, title }) => ({
    label: labelOf(title === "" ? words.untitled : title),
    click: () => actions.openSession(sessionId),
  }));
  return [
    { label: words.openBelay, click: () => actions.openMain() },
    {
      label: activity.answerReady ? words.answerReady : words.quickAsk,
      click: () => actions.quickAsk(),
    },
    { type: "separator" },
    ...sessions,
    ...(sessions.length === 0 ? [] : [{ type: "separator" } as const]),
    { label: words.quit, click: () => actions.quit() },
  ];
}

/** One line, and no & that Windows and Linux would take for a mnemonic. */
function labelOf(title: string): string {
  const line = title.replaceAll(/\s+/g, " ").slice(0, longestTitle);
  return line.replaceAll("&", "&&");
}
