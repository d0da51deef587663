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

const endLines = (event: Extract<SessionEvent, { type: "tool-call-end" }>): readonly string[] =>
  event.status === "completed"
    ? repairLines(event)
    : [...repairLines(event), `  ${event.status}: ${brief(event.result)}`];

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
        note(
          `Needs an approval: ${event.title}\n${event.detail}\nGo on with: ${goOn} ${event.sessionId} --approve ${event.callId}`,
        );
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
        if (event.error !== undefined) note(`${event.status}: ${event.error.message}`);
        if (event.error?.leaveOut !== undefined)
          note(`Leave it out with: ${goOn} ${event.sessionId} --leave-out ${event.error.leaveOut}`);
        break;
      case "usage-add":
        note(
          `  ${event.inputTokens} in, ${event.outputTokens} out${event.cost === null ? ", price unknown" : `, ${displayMoney(event.cost)}`}`,
        );
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
