import type { SessionEvent } from "../../src/shared/events.ts";

/** Ids, times, what is made of them, and the protocol itself: all that two runs of one task may differ in. */
const perRun: ReadonlySet<string> = new Set([
  "sessionId",
  "turnId",
  "callId",
  "requestId",
  "checkpointId",
  "commit",
  "at",
  "durationMs",
  "protocol",
  "seq",
  "seen",
]);

interface Told {
  readonly type: string;
  /** The number of the call it belongs to, as they began; -1 = none. */
  readonly call: number;
  readonly [field: string]: unknown;
}

/** A run as far as it is the same whenever it is done: events in order, and the files it came to know. */
interface Story {
  readonly events: readonly Told[];
  readonly seen: readonly string[];
}

/**
 * Text that came in pieces is joined, and the run's own folder named as any. Reads of one step run at once and end as the disk
 * likes, so ends that follow each other are put in the order of their calls, and what they saw is told apart.
 */
export function storyOf(events: readonly SessionEvent[], folder: string): Story {
  const calls = events.flatMap((event) => (event.type === "tool-call-start" ? [event.callId] : []));
  const told: Told[] = [];
  for (const event of events) {
    const kept = Object.fromEntries(Object.entries(event).filter(([key]) => !perRun.has(key)));
    const call = "callId" in event ? calls.indexOf(event.callId) : -1;
    const last = told.at(-1);
    if (event.type === "text-delta" && last?.type === "text-delta")
      told[told.length - 1] = { ...last, text: String(last["text"]) + event.text };
    else told.push({ ...kept, type: event.type, call });
  }
  const seen = events.flatMap((event) =>
    event.type === "tool-call-end" ? (event.seen ?? []) : [],
  );
  return {
    events: inOrderOfCalls(told).map((event) => nameFolder(event, folder)),
    seen: seen.map(({ path, blobId }) => `${path} ${blobId ?? "gone"}`).toSorted(),
  };
}

function inOrderOfCalls(told: readonly Told[]): Told[] {
  const sorted: Told[] = [];
  for (const event of told) {
    let at = sorted.length;
    while (isEarlierEnd(event, sorted[at - 1])) at -= 1;
    sorted.splice(at, 0, event);
  }
  return sorted;
}

const isEarlierEnd = (one: Told, other: Told | undefined): boolean =>
  one.type === "tool-call-end" && other?.type === "tool-call-end" && one.call < other.call;

const nameFolder = (event: Told, folder: string): Told =>
  JSON.parse(JSON.stringify(event).replaceAll(folder, "/place"));
