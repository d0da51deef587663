import { displayMoney } from "../../shared/money.ts";
import type { Repair, SessionEvent } from "../../shared/events.ts";
import { shellWord } from "./open-folder.ts";
import { printable, type CommandIo } from "./output.ts";

const repairs: Readonly<Record<Repair, string>> = {
  "text-call": "the model had written it as text",
  arguments: "arguments of another type were taken as meant",
  escapes: "line ends that were escaped twice are real ones",
  json: "a missing brace or end mark was added",
};

const repairLines = ({
  repairs: kinds = [],
}: {
  readonly repairs?: readonly Repair[] | undefined;
}) =>
  kinds.length === 0 ? [] : [`  Repaired call: ${kinds.map((kind) => repairs[kind]).join("; ")}`];

type EventOf<Type extends SessionEvent["type"]> = Extract<SessionEvent, { type: Type }>;

/** Failures after which the same step may go better, by itself or with another model. */
const passing: ReadonlySet<string> = new Set(["unavailable", "rate-limited", "model-not-found"]);

const mayGoOn = ({ status, error }: EventOf<"turn-end">): boolean =>
  status === "cancelled" || passing.has(error?.code ?? "");

/** The first successor of a model that is gone, as the option that takes it. */
const other = ({ error }: EventOf<"turn-end">): string => {
  const [successor] = error?.successors ?? [];
  return successor === undefined ? "" : ` --model ${shellWord(successor)}`;
};

const endLines = (event: EventOf<"tool-call-end">): readonly string[] =>
  event.status === "completed"
    ? repairLines(event)
    : [...repairLines(event), `  ${event.status}: ${brief(event.result)}`];

/** How a turn ended badly, and the command that goes on. */
function turnEndLines(event: EventOf<"turn-end">, goOn: string): readonly string[] {
  const { error, status, sessionId } = event;
  const leaveOut = error?.leaveOut;
  return [
    ...(error === undefined ? [] : [`${status}: ${error.message}`]),
    ...(leaveOut === undefined
      ? []
      : [`Leave it out with: ${goOn} ${sessionId} --leave-out ${leaveOut}`]),
    ...(mayGoOn(event) ? [`Go on with: ${goOn} ${sessionId} --continue${other(event)}`] : []),
  ];
}

const approvalText = (event: EventOf<"approval-request">, goOn: string): string =>
  `Needs an approval: ${event.title}\n${event.reason}\n${event.detail}\nGo on with: ${goOn} ${event.sessionId} --approve ${event.callId}`;

const usageLine = ({ inputTokens, outputTokens, cost }: EventOf<"usage-add">): string =>
  `  ${inputTokens} in, ${outputTokens} out, ${cost === null ? "price unknown" : displayMoney(cost)}`;

const boundTo = ({ model, region, protocol }: EventOf<"model-bind">): string =>
  `${model} in ${region}, by ${protocol}`;

/** Prints events for a person: the answer on standard output, what happened beside it on standard error. */
export function createTranscript(io: CommandIo, workspace: string): (event: SessionEvent) => void {
  let midLine = false;
  // On standard output itself: there the texts of two steps must not run into each other.
  const endLine = (): void => {
    if (midLine) io.out("\n");
    midLine = false;
  };
  const note = (line: string): void => {
    endLine();
    io.error(`${printable(line)}\n`);
  };
  let bound = "";
  const goOn = `belay run --workspace ${shellWord(workspace)} --session`;
  return (event) => {
    switch (event.type) {
      case "text-delta":
        io.out(printable(event.text));
        midLine = !event.text.endsWith("\n");
        break;
      case "tool-call-start":
        note(`▸ ${event.name} ${brief(event.argumentsText)}`);
        for (const line of repairLines(event)) note(line);
        break;
      case "tool-call-end":
        for (const line of endLines(event)) note(line);
        break;
      case "approval-request":
        note(approvalText(event, goOn));
        break;
      case "retry":
        note(`Retry ${event.attempt} in ${Math.ceil(event.waitMs / 1000)} s: ${event.message}`);
        break;
      case "notice":
        note(event.message);
        break;
      case "compact-start":
        note(`Compacting the conversation with ${event.model} …`);
        break;
      case "history-compact":
        note(`Compacted: about ${event.tokensBefore} tokens → ${event.tokensAfter}`);
        break;
      case "compact-end":
        note(`Not compacted: ${event.message}`);
        break;
      case "turn-end":
        endLine();
        for (const line of turnEndLines(event, goOn)) note(line);
        break;
      case "model-bind":
        if (boundTo(event) !== bound) note(boundTo(event));
        bound = boundTo(event);
        break;
      case "usage-add":
        note(usageLine(event));
        break;
      default:
        break;
    }
  };
}

function brief(text: string): string {
  const line = text.replaceAll(/\s+/g, " ");
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}
