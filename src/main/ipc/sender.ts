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

export interface CallToCheck {
  readonly operation: unknown;
  readonly input: unknown;
}

/**
 * Whether this caller may make the call: our window, its main frame, our origin. Quick ask is held to its list of operations,
 * to quick sessions, and among those to the ones it made itself.
 */
export function mayCall(
  caller: Caller,
  call: CallToCheck,
  ownSessions: ReadonlySet<string>,
): boolean {
  if (caller.kind === undefined || !caller.isMainFrame) return false;
  if (!caller.url.startsWith(`${appOrigin}/`)) return false;
  return caller.kind === "main" || mayQuickAsk(call, ownSessions);
}

function mayQuickAsk({ operation, input }: CallToCheck, ownSessions: ReadonlySet<string>): boolean {
  if (typeof operation !== "string" || !isOperation(operation)) return false;
  if (!quickAskOperations.has(operation)) return false;
  if (operation === "session.create") return fieldOf(input, "kind") === "quick";
  const sessionId = fieldOf(input, "sessionId");
  return sessionId === undefined || (typeof sessionId === "string" && ownSessions.has(sessionId));
}

/** The session that a successful reply to `session.create` made. */
export function sessionMade(operation: unknown, reply: unknown): string | undefined {
  if (operation !== "session.create") return undefined;
  const sessionId = fieldOf(fieldOf(reply, "value"), "sessionId");
  return typeof sessionId === "string" ? sessionId : undefined;
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
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
