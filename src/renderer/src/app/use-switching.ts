import { useCallback } from "react";
import type { ModelOption } from "../../../shared/app.ts";
import type { Output } from "../../../shared/contract.ts";
import type { SessionId } from "../../../shared/ids.ts";
import { roughMoney } from "../../../shared/money.ts";
import type { SwitchCost } from "../../../shared/switching.ts";
import type { Messages } from "../messages/en.ts";
import { tokenCount } from "./format.ts";
import { useApp, useServices } from "./services.tsx";
import { useAnswer } from "./use-answer.ts";

type SwitchCosts = Output<"session.switchCosts">;

const none: SwitchCosts = { tokens: 0, models: [] };

/** What it costs to go on with each of these models; asked when `isWanted` begins. */
export function useSwitchCosts(
  sessionId: SessionId,
  ids: readonly string[],
  isWanted: boolean,
): SwitchCosts {
  const { client } = useServices();
  const joined = ids.join("\n");
  const ask = useCallback(async () => {
    const models = joined.split("\n").filter((id) => id !== "");
    if (!isWanted || models.length === 0) return none;
    return client("session.switchCosts", { sessionId, models });
  }, [client, sessionId, joined, isWanted]);
  return useAnswer(ask).value ?? none;
}

/** Smaller conversations cost next to nothing to send again. */
const worthTelling = 10_000;

/** What going on with a model means, in one line; undefined where there is nothing to tell. */
export function switchDetail(
  tokens: number,
  cost: SwitchCost | undefined,
  { switching: words }: Messages,
): string | undefined {
  if (cost === undefined) return undefined;
  if (!cost.fits && cost.maxInputTokens !== null)
    return words.tooLong(tokenCount(cost.maxInputTokens));
  if (tokens < worthTelling) return undefined;
  const size = tokenCount(tokens);
  return cost.first === null || cost.step === null
    ? words.resendsUnpriced(size)
    : words.resends(size, roughMoney(cost.first), roughMoney(cost.step));
}

interface Standing extends Output<"model.standing"> {
  readonly model: string;
}

/** How a model stands with the endpoint of the settings; null until that is known, and where it cannot be. */
export function useStanding(model: string): Standing | null {
  const { client } = useServices();
  const account = useApp(({ key, settings }) =>
    [key?.source, key?.last4, settings?.region, settings?.baseUrl].join(" "),
  );
  const ask = useCallback(
    async (): Promise<Standing | null> =>
      model === "" ? null : { ...(await client("model.standing", { model })), model },
    // oxlint-disable-next-line react/exhaustive-deps -- another account is what has to ask again
    [client, model, account],
  );
  const { value } = useAnswer(ask);
  // The answer about the model before stays until the new one has come.
  return value?.model === model ? value : null;
}

/** Goes on with another model. Where the one that is left is also that of new sessions, they get the new one too. */
export function useReplaceModel(sessionId: SessionId): (model: ModelOption["id"]) => Promise<void> {
  const { client, app, commands, sessions } = useServices();
  return async (model) => {
    const before = sessions.store.getState().sessions[sessionId]?.model;
    await client("session.update", { sessionId, model });
    if (before !== undefined && before !== "" && app.getState().settings?.model === before)
      await commands.changeSettings({ model });
  };
}
