import { useCallback } from "react";
import type { ModelOption } from "../../../shared/app.ts";
import type { Messages } from "../messages/en.ts";
import { useApp, useServices } from "./services.tsx";
import { useAnswer, type Answer } from "./use-answer.ts";

/** The models of the account; asked again when the key or its address changes. */
export function useModels(): Answer<readonly ModelOption[]> {
  const { client } = useServices();
  const account = useApp(({ key, settings }) =>
    [key?.source, key?.last4, settings?.region, settings?.baseUrl, settings?.workspaceId].join(" "),
  );
  return useAnswer(
    // oxlint-disable-next-line react/exhaustive-deps -- another account is what has to ask again
    useCallback(() => client("model.list", {}), [client, account]),
  );
}

/** A model's price per million tokens and whether it caches, in one line. */
export function modelDetail(model: ModelOption, { settings, endpoint }: Messages): string {
  const retired = model.retired?.slice(0, 10);
  if (retired !== undefined && isPast(model.retired)) return settings.retired(retired);
  const sign = model.currency === "CNY" ? "¥" : "$";
  const price =
    model.inputPrice === null || model.outputPrice === null
      ? settings.priceUnknown
      : settings.price(sign + twoDecimals(model.inputPrice), sign + twoDecimals(model.outputPrice));
  const cache = model.cache ? settings.cacheYes : settings.cacheNo;
  return [
    price,
    cache,
    ...(model.tools === false ? [endpoint.noTools] : []),
    ...(retired === undefined ? [] : [settings.retires(retired)]),
  ].join(" · ");
}

/** Whether a date has come; none never does. */
export const isPast = (date: string | null): boolean =>
  date !== null && Date.parse(date) <= Date.now();

/** "0.3" as "0.30", "0.0125" as it is: prices of one list are compared, so they are written alike. */
function twoDecimals(amount: string): string {
  const [whole = "0", fraction = ""] = amount.split(".");
  return `${whole}.${fraction.padEnd(2, "0")}`;
}
