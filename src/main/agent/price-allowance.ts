import { AppError } from "../../shared/errors.ts";
import type { PriceLasts } from "../../shared/events.ts";
import type { TurnId } from "../../shared/ids.ts";
import type { SessionState } from "../../shared/session-state.ts";
import type { SessionLog } from "./event-log.ts";

interface Asked {
  readonly model: string;
  readonly region: string;
  readonly turnId: TurnId;
}

/** Whether the person lets requests of this model go out under a limit although nobody knows what they cost. */
export const isPriceAllowed = (
  { allowedPrices }: Pick<SessionState, "allowedPrices">,
  { model, region, turnId }: Asked,
): boolean =>
  allowedPrices.some(
    (one) =>
      one.model === model &&
      one.region === region &&
      (one.lasts === "session" || one.turnId === turnId),
  );

/** The person's yes to the model that was asked last, for this prompt or for the session. It is in the history, and counts nowhere else. */
export function allowPrice(log: SessionLog, turnId: TurnId, lasts: PriceLasts): void {
  const { sessionId, answerer } = log.state();
  if (answerer === null)
    throw new AppError("conflict", "No model was asked in this session yet: send a prompt first.");
  const { model, region } = answerer;
  log.append({ type: "price-allow", sessionId, turnId, model, region, lasts });
  const until = lasts === "session" ? "this session" : "this prompt";
  log.append({
    type: "notice",
    sessionId,
    turnId,
    level: "info",
    message: `${model} may be used although its price is unknown, for ${until}. What it uses is counted apart, and is in no limit.`,
  });
}
