import { toJson } from "./openai-frames.ts";
import { deltasOf, type Delta, type ScriptedMessage, type Telling } from "./message.ts";
import type { Frame } from "./wire-form.ts";

type Json = Readonly<Record<string, unknown>>;

/** A message as the native endpoint streams it: the status in a comment, "null" until the end, usage that grows, no mark of the end. */
export function nativeFrames(message: ScriptedMessage, telling: Telling): readonly Frame[] {
  const deltas = deltasOf(message, telling);
  const last = deltas.length + 1;
  const usageAt = (at: number): Json | null => {
    if (message.usage === null || (at < last && telling.usageIn !== "every frame")) return null;
    const { input, output } = message.usage;
    return {
      input_tokens: input,
      // Each frame has new tokens: the provider counts none for what it only repeats.
      output_tokens: at === last ? output : at + 1,
      total_tokens: input + output,
    };
  };
  const frame = (at: number, delta: Json, finish: string): Frame => {
    const usage = usageAt(at);
    const body = {
      output: { choices: [{ message: { role: "assistant", ...delta }, finish_reason: finish }] },
      ...(usage === null && !telling.nulls ? {} : { usage }),
      request_id: "r",
    };
    return [`id:${at + 1}`, "event:result", ":HTTP_STATUS/200", `data:${toJson(body, telling)}`];
  };
  const finish =
    message.finish === "length" ? "length" : message.calls.length > 0 ? "tool_calls" : "stop";
  return [
    frame(0, { content: contentOf("", telling) }, "null"),
    ...deltas.map((delta, at) => frame(at + 1, wireDelta(delta, telling), "null")),
    frame(last, { content: contentOf("", telling) }, finish),
  ];
}

/** One path writes text, the other parts. */
function contentOf(text: string, { nulls }: Telling): unknown {
  if (!nulls) return text;
  return text === "" ? [] : [{ text }];
}

function wireDelta(delta: Delta, telling: Telling): Json {
  switch (delta.kind) {
    case "text":
      return { content: contentOf(delta.text, telling) };
    case "reasoning":
      return { content: contentOf("", telling), reasoning_content: delta.text };
    case "call": {
      const { index, id, name, text } = delta;
      const called = { arguments: text, ...(name === null ? {} : { name }) };
      const call = {
        function: called,
        ...(index === null ? {} : { index }),
        ...(id === null && !telling.nulls ? {} : { id }),
        type: "function",
      };
      return { content: contentOf("", telling), tool_calls: [call] };
    }
  }
}
