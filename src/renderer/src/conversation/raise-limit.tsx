import type { TurnError } from "../../../shared/events.ts";
import type { SessionId } from "../../../shared/ids.ts";
import { displayMoney } from "../../../shared/money.ts";
import type { SettingsPatch } from "../../../shared/settings.ts";
import { useServices, useSessions } from "../app/services.tsx";
import { useMessages } from "../messages/messages.tsx";
import { Button } from "../ui/button.tsx";

export interface RaiseLimitProps {
  readonly sessionId: SessionId;
  readonly raise: NonNullable<TurnError["raise"]>;
}

/** Raises the one limit that stood in the way, as far as the button says, and goes on. */
export function RaiseLimit({ sessionId, raise: { limit, to } }: RaiseLimitProps) {
  const { conversation: words } = useMessages();
  const { client, attempt } = useServices();
  const kind = useSessions((state) => state.sessions[sessionId]?.kind);
  const amount = `${to.amount}${to.currency}`;
  const changes: Readonly<Record<typeof limit, SettingsPatch>> = {
    session: kind === "quick" ? { quickAskBudget: amount } : { sessionBudget: amount },
    workspace: { projectBudget: amount },
    day: { dayBudget: amount },
    month: { monthBudget: amount },
  };
  return (
    <Button
      variant="primary"
      onClick={() => {
        attempt(async () => {
          await client("settings.set", changes[limit]);
          await client("session.retry", { sessionId });
        });
      }}
    >
      {words.raiseLimit(words.limits[limit], displayMoney(to))}
    </Button>
  );
}
