import type { AnswerChunk } from "./answer-reader.ts";
import { readFrame } from "./open-stream.ts";
import type { SseFrame } from "./sse.ts";
import { createTextGrowth, type SendingHabit } from "./text-growth.ts";

/** Reads the frames of one answer in the native protocol as chunks of the other one, which the shared reader takes. */
export interface NativeAnswer {
  /** Throws what readFrame throws. */
  take(frame: SseFrame): readonly AnswerChunk[];
  /** What was held back; the answer is over, however it ended. */
  rest(): AnswerChunk;
  /** Whether the model has ended it: there is no other mark of the end. */
  isFinished(): boolean;
}

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null;

export function createNativeAnswer(): NativeAnswer {
  const habit: SendingHabit = { kind: "unknown" };
  const content = createTextGrowth(habit);
  const reasoning = createTextGrowth(habit);
  let tokens = 0;
  let isOver = false;

  function chunkOf(body: Json): AnswerChunk {
    const { message, finish } = choiceIn(body["output"]);
    isOver ||= finish !== null;
    const counted = outputTokens(body["usage"]);
    // Some count only now and then, but at the end everything is counted.
    const isSilent = isOver && counted > 0 && counted === tokens;
    tokens = counted;
    const said = textIn(message["content"]);
    const thought = reasoning.take(textIn(message["reasoning_content"]), isSilent);
    const text = content.take(said, isSilent);
    const delta = {
      reasoning_content: said === "" && !isOver ? thought : thought + reasoning.settle(),
      content: isOver ? text + content.settle() : text,
      tool_calls: message["tool_calls"],
    };
    return {
      request_id: body["request_id"],
      choices: [{ delta, finish_reason: finish }],
      usage: sharedUsage(body["usage"]),
    };
  }

  return {
    take: (frame) =>
      isEndMark(frame)
        ? []
        : bodiesOf(frame).flatMap((body) => (body === null ? [] : [chunkOf(body)])),
    rest() {
      const delta = { reasoning_content: reasoning.settle(), content: content.settle() };
      return { choices: [{ delta }] };
    },
    isFinished: () => isOver,
  };
}

/** Known to the provider's own client and to relays; neither says how the answer ended. */
const isEndMark = ({ event, data }: SseFrame): boolean => event === "done" || data === "[DONE]";

/** One, but for streams without blank lines between their frames, as some recordings have them: event and status are the last one's. */
function bodiesOf(frame: SseFrame): readonly (Json | null)[] {
  const lines = frame.data.split("\n");
  try {
    return [readFrame(frame)];
  } catch (error) {
    if (!(error instanceof SyntaxError) || lines.length === 1) throw error;
    const last = lines.length - 1;
    return lines.map((data, index) =>
      readFrame(index === last ? { ...frame, data } : { event: "", data, status: null }),
    );
  }
}

/** The message of an answer, and the reason for its end; "null" is none. Servers that do not hear `result_format` send bare text. */
function choiceIn(output: unknown): { readonly message: Json; readonly finish: string | null } {
  if (!isObject(output)) return { message: {}, finish: null };
  const choices = output["choices"];
  const choice: unknown = Array.isArray(choices) ? choices[0] : undefined;
  const { message, finish_reason: finish } = isObject(choice)
    ? choice
    : { message: { content: output["text"] }, finish_reason: output["finish_reason"] };
  return {
    message: isObject(message) ? message : {},
    finish: typeof finish === "string" && finish !== "null" && finish !== "" ? finish : null,
  };
}

/** Content is a string on one path and a list of parts, often empty, on the other. */
function textIn(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content
    .map((part: unknown) =>
      isObject(part) && typeof part["text"] === "string" ? part["text"] : "",
    )
    .join("");
}

function outputTokens(usage: unknown): number {
  const count = isObject(usage) ? usage["output_tokens"] : undefined;
  return typeof count === "number" ? count : 0;
}

/** The same figures under the names of the other protocol. `text_tokens` means another thing from model to model and is left out. */
function sharedUsage(usage: unknown): Json | undefined {
  if (!isObject(usage) || typeof usage["input_tokens"] !== "number") return undefined;
  const { input_tokens: input, output_tokens: output, ...rest } = usage;
  return {
    ...rest,
    prompt_tokens: input,
    completion_tokens: output,
    prompt_tokens_details: {
      ...(isObject(usage["input_tokens_details"]) ? usage["input_tokens_details"] : {}),
      ...(isObject(usage["prompt_tokens_details"]) ? usage["prompt_tokens_details"] : {}),
    },
    completion_tokens_details: usage["output_tokens_details"],
  };
}
