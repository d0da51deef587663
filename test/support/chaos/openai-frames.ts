import { deltasOf, type Delta, type ScriptedMessage, type Telling } from "./message.ts";
import type { Frame } from "./wire-form.ts";

type Json = Readonly<Record<string, unknown>>;

const envelope = { id: "chatcmpl-1", object: "chat.completion.chunk" };

/** A message as the OpenAI-compatible endpoint streams it. */
export function openAiFrames(message: ScriptedMessage, telling: Telling): readonly Frame[] {
  const usage = message.usage === null ? null : usageOf(message.usage);
  const inEvery = telling.usageIn === "every frame" ? usage : null;
  const frame = (choices: readonly Json[], told: Json | null): Frame => [
    `data: ${toJson({ ...envelope, choices, ...(told === null && !telling.nulls ? {} : { usage: told }) }, telling)}`,
  ];
  const chunk = (delta: Json, finish: string | null, told: Json | null): Frame =>
    frame(
      [
        {
          index: 0,
          delta,
          ...(finish === null && !telling.nulls ? {} : { finish_reason: finish }),
        },
      ],
      told,
    );
  const finish =
    message.finish === "length" ? "length" : message.calls.length > 0 ? "tool_calls" : "stop";
  return [
    chunk({ role: "assistant", content: "" }, null, inEvery),
    ...deltasOf(message, telling).map((delta) => chunk(wireDelta(delta, telling), null, inEvery)),
    chunk({}, finish, telling.usageIn === "finish frame" ? usage : inEvery),
    ...(usage !== null && telling.usageIn === "own frame" ? [frame([], usage)] : []),
    ["data: [DONE]"],
  ];
}

function wireDelta(delta: Delta, { nulls }: Telling): Json {
  switch (delta.kind) {
    case "text":
      return {
        content: delta.text,
        ...(nulls ? { reasoning_content: null, tool_calls: null } : {}),
      };
    case "reasoning":
      return {
        reasoning_content: delta.text,
        ...(nulls ? { content: null, function_call: null } : {}),
      };
    case "call":
      return {
        ...(nulls ? { content: null, refusal: null } : {}),
        tool_calls: [
          withoutNulls(
            {
              index: delta.index,
              id: delta.id,
              type: "function",
              function: withoutNulls({ name: delta.name, arguments: delta.text }, nulls),
            },
            nulls,
          ),
        ],
      };
  }
}

function withoutNulls(value: Json, keep: boolean): Json {
  if (keep) return value;
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== null));
}

const usageOf = ({ input, output }: { readonly input: number; readonly output: number }): Json => ({
  prompt_tokens: input,
  completion_tokens: output,
  total_tokens: input + output,
});

/** JSON as Python writes it by default, or as JavaScript does. */
export function toJson(value: unknown, { ascii }: Pick<Telling, "ascii">): string {
  const text = JSON.stringify(value);
  if (!ascii) return text;
  return text.replaceAll(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
