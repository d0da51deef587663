import { proseStops } from "../../shared/bare-code.ts";
import { messagesOf } from "./messages.ts";
import type { FinishReason, ModelEvent, ModelRequest } from "./ports.ts";
import { rescueCalls, type DoubtfulCall } from "./rescue-calls.ts";
import { requestOf, sendRequest } from "./send-request.ts";
import type { BoundContext, ModelCall } from "./turn-context.ts";

export interface StepAnswer {
  readonly calls: readonly ModelCall[];
  readonly finish: FinishReason;
  /** A call that was written as text and not run: what the model has to know of it. */
  readonly doubt: string | null;
}

/** The model's answer to the conversation as it stands, streamed into the log. */
export async function streamStep(context: BoundContext): Promise<StepAnswer> {
  const collector = createCollector(context);
  const events = sendRequest(context, stepRequest(context));
  // An answer that is to be bare code is code throughout, without the marks that tell it from prose.
  const answer = isCodeOnly(context) ? events : rescueCalls(events, context.tools);
  for await (const event of answer) collector.take(event);
  return collector.result();
}

/** The request of the next step. */
export function stepRequest(context: BoundContext): ModelRequest {
  const request = requestOf(context, messagesOf(context.log.state()));
  return isCodeOnly(context) ? { ...request, stop: proseStops } : request;
}

const isCodeOnly = ({ log }: BoundContext): boolean => log.state().turns.at(-1)?.codeOnly === true;

interface Collector {
  take(event: ModelEvent | DoubtfulCall): void;
  result(): StepAnswer;
}

function createCollector({ log, turnId }: BoundContext): Collector {
  const base = { sessionId: log.state().sessionId, turnId };
  const calls: ModelCall[] = [];
  let finish: FinishReason = "other";
  let doubt: string | null = null;
  return {
    take(event) {
      switch (event.type) {
        case "text-delta":
        case "reasoning-delta":
          log.append({ ...base, type: event.type, text: event.text });
          break;
        case "tool-call":
          calls.push(event);
          break;
        case "doubtful-call":
          doubt = event.note;
          break;
        case "finish":
          finish = event.reason;
          break;
        case "retry":
        case "usage":
          // Logged where the request is sent.
          break;
      }
    },
    result: () => ({ calls, finish, doubt }),
  };
}
