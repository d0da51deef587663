import type { IpcMainInvokeEvent, WebContents } from "electron";
import { isOperation, quickAskOperations } from "../../shared/contract.ts";

/** Which of our windows a call may come from. */
export type WindowKind = "main" | "quick-ask";

/** The only origin that our windows show. */
export const appOrigin = "belay://app";

/** What is known of a call's sender. */
export interface Caller {
  readonly kind: WindowKind | undefined;
  readonly isMainFrame: boolean;
  readonly url: string;
}

/** Whether this caller may use the operation: our window, its main frame, our origin, and within its list. */
export function mayCall(caller: Caller, operation: unknown): boolean {
  if (caller.kind === undefined || !caller.isMainFrame) return false;
  if (!caller.url.startsWith(`${appOrigin}/`)) return false;
  if (caller.kind === "main") return true;
  return (
    typeof operation === "string" && isOperation(operation) && quickAskOperations.has(operation)
  );
}

/** Reads a caller off Electron's event. */
export function callerOf(
  event: IpcMainInvokeEvent,
  kindOf: (contents: WebContents) => WindowKind | undefined,
): Caller {
  const frame = event.senderFrame;
  return {
    kind: kindOf(event.sender),
    isMainFrame: frame !== null && frame === event.sender.mainFrame,
    url: frame?.url ?? "",
  };
}

/** Calls per window and second before further ones are refused: a loop in a window must not starve main. */
const callsPerSecond = 500;

/** Counts calls; answers false for those above the limit. */
export function createRateLimit(now: () => number = Date.now): (key: number) => boolean {
  const windows = new Map<number, { second: number; calls: number }>();
  return (key) => {
    const second = Math.floor(now() / 1000);
    const entry = windows.get(key);
    if (entry === undefined || entry.second !== second) {
      windows.set(key, { second, calls: 1 });
      return true;
    }
    entry.calls += 1;
    return entry.calls <= callsPerSecond;
  };
}
