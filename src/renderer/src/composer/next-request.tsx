import { useCallback, useEffect, useState } from "react";
import type { Forecast } from "../../../shared/forecast.ts";
import { roughMoney } from "../../../shared/money.ts";
import { isAtWork, type SessionState } from "../../../shared/session-state.ts";
import { tokenCount } from "../app/format.ts";
import { useServices } from "../app/services.tsx";
import { useAnswer } from "../app/use-answer.ts";
import type { Messages } from "../messages/en.ts";
import { useMessages } from "../messages/messages.tsx";
import { Button } from "../ui/button.tsx";

export interface NextRequestProps {
  readonly session: SessionState;
  readonly draft: string;
  /** Called as compacting begins: its button goes then. */
  readonly onCompact: () => void;
}

/** What sending the draft is likely to cost, where that is much or more than before, and what compacting first would save. */
export function NextRequest({ session, draft, onCompact }: NextRequestProps) {
  const messages = useMessages();
  const { client, attempt } = useServices();
  const { sessionId } = session;
  const forecast = useForecast(session, draft);
  if (forecast === null || draft.trim() === "") return null;
  const text = forecastText(forecast, messages);
  if (text === "") return null;
  const { crossing, saving } = forecast;
  const { composer: words } = messages;
  return (
    <div className="flex items-center gap-3 px-3 pt-1 pb-2 text-label text-pretty text-secondary tabular-nums">
      <output className="min-w-0 flex-1">{text}</output>
      {crossing !== null && saving !== null && (
        <Button
          title={words.compactFirstHint(saving.requests)}
          onClick={() => {
            attempt(() => client("session.compact", { sessionId }));
            onCompact();
          }}
        >
          {words.compactFirst(roughMoney(saving.cost))}
        </Button>
      )}
    </div>
  );
}

function forecastText({ cost, isNotable, crossing }: Forecast, messages: Messages): string {
  const { composer: words } = messages;
  const parts: string[] = [];
  if (cost !== null && (isNotable || crossing !== null)) {
    const [least, most] = [roughMoney(cost.least), roughMoney(cost.most)];
    parts.push(least === most ? words.nextCost(most) : words.nextCostRange(least, most));
  }
  if (crossing !== null)
    parts.push(words.crossing(tokenCount(crossing.edgeTokens), String(crossing.factor)));
  return words.sentences(parts);
}

/** Asked once typing pauses: a forecast goes by sizes, not by words. */
const pauseMs = 300;

const encoder = new TextEncoder();

function useForecast(session: SessionState, draft: string): Forecast | null {
  const { client } = useServices();
  const { sessionId, model, compaction, usage } = session;
  // What is written while a prompt runs goes out on top of what that brings: it is foretold when that has ended.
  const isBusy = isAtWork(session);
  const [promptBytes, setPromptBytes] = useState(0);
  useEffect(() => {
    const timer = setTimeout(() => {
      const prompt = draft.trim();
      setPromptBytes(prompt === "" ? 0 : encoder.encode(JSON.stringify(prompt)).byteLength);
    }, pauseMs);
    return () => {
      clearTimeout(timer);
    };
  }, [draft]);
  return useAnswer(
    useCallback(
      async () =>
        promptBytes === 0 || isBusy ? null : client("context.forecast", { sessionId, promptBytes }),
      // oxlint-disable-next-line react/exhaustive-deps -- asked anew after each request, compaction and switch
      [client, sessionId, promptBytes, isBusy, model, compaction, usage.calls],
    ),
  ).value;
}
