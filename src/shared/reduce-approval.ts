import type { SessionEvent } from "./events.ts";
import type { ToolItem } from "./session-state.ts";

type EventOf<Type extends SessionEvent["type"]> = Extract<SessionEvent, { type: Type }>;

/** A step about which a person is asked now. Of one that the sandbox stopped, what it came to is kept, whatever becomes of the question. */
export function askedAbout(item: ToolItem, event: EventOf<"approval-request">): ToolItem {
  const {
    reason,
    title,
    detail,
    onlyOnce,
    unconfined,
    command,
    blocked,
    cautions,
    seq: question,
  } = event;
  const once = onlyOnce === undefined ? {} : { onlyOnce };
  const bare = unconfined === undefined ? {} : { unconfined };
  const facts = command === undefined ? {} : { command };
  const parts = cautions === undefined ? {} : { cautions };
  const approval = { reason, title, detail, question, ...once, ...bare, ...facts, ...parts };
  const asked: ToolItem = { ...item, status: "awaiting-approval", approval };
  if (blocked === undefined) return asked;
  const { result, exitCode, changes, notes } = blocked;
  const run = { ...blocked, output: item.output, way: null };
  return {
    ...asked,
    result,
    exitCode,
    changes,
    notes,
    blockedRuns: [...item.blockedRuns, run],
  };
}

const allows: ReadonlySet<string> = new Set(["allow", "allow-session", "allow-always"]);

/** A step whose question is answered. */
export function answeredAbout(item: ToolItem, event: EventOf<"approval-end">): ToolItem {
  const { way, decision } = event;
  const running: ToolItem = { ...item, status: "running" };
  const last = item.blockedRuns.at(-1);
  if (way === undefined || last === undefined)
    return { ...running, isAllowed: allows.has(decision) };
  const blockedRuns = [...item.blockedRuns.slice(0, -1), { ...last, way }];
  if (way === "tell") return { ...running, blockedRuns };
  // What is printed from here on is the next run's.
  const next: ToolItem = { ...running, blockedRuns, output: "" };
  return way === "here" ? { ...next, isAllowed: true, result: null, exitCode: null } : next;
}
