import type { SessionEvent } from "../../src/shared/events.ts";
import { sessionIdSchema, turnIdSchema } from "../../src/shared/ids.ts";

/** A session's first events: start, then `turns` turns of prompt, text and (but for the last, when `open`) end. */
export function sessionEvents(
  name: string,
  options: { readonly turns: number; readonly open?: boolean; readonly text?: string },
): SessionEvent[] {
  const sessionId = sessionIdSchema.parse(name);
  const events: SessionEvent[] = [];
  const base = () => ({ sessionId, seq: events.length + 1, at: timeOf(events.length) });
  events.push({
    ...base(),
    type: "session-start",
    workspace: "/home/person/shop",
    kind: "chat",
    mode: "edit",
    model: "qwen3-coder-plus",
    title: `Title of ${name}`,
  });
  for (let turn = 1; turn <= options.turns; turn += 1) {
    const turnId = turnIdSchema.parse(`${name}-t${turn}`);
    events.push({ ...base(), type: "turn-start", turnId, prompt: "Rename the button" });
    events.push({ ...base(), type: "text-delta", turnId, text: options.text ?? "Done. ✓" });
    if (turn < options.turns || options.open !== true)
      events.push({ ...base(), type: "turn-end", turnId, status: "completed" });
  }
  return events;
}

function timeOf(offset: number): string {
  return new Date(Date.UTC(2026, 0, 1) + offset * 1000).toISOString();
}
