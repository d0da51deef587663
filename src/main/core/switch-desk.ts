import type { ModelStanding, SwitchCosts } from "../../shared/switching.ts";
import type { SessionId } from "../../shared/ids.ts";
import type { Money } from "../../shared/money.ts";
import { fitsInto } from "../agent/weigh.ts";
import type { Pricing } from "../usage/pricing.ts";
import { isPaidByToken, type FreeQuota } from "../usage/free-quota.ts";
import { resendPrice } from "../usage/resend-price.ts";
import type { ModelHub } from "./model-hub.ts";
import type { SessionHub } from "./session-hub.ts";

/** What another model means for a session, before it is chosen. */
export interface SwitchDesk {
  /** What it costs to send the session's conversation to each of these models, and whether it fits. */
  costs(sessionId: SessionId, models: readonly string[]): Promise<SwitchCosts>;
  /** Whether a model is gone, and what to take instead. */
  standing(model: string): Promise<ModelStanding>;
}

export interface SwitchDeskOptions {
  readonly models: Pick<ModelHub, "catalogue" | "place" | "list" | "served">;
  readonly sessions: Pick<SessionHub, "open">;
  readonly pricing: Pricing;
  readonly freeQuota: Pick<FreeQuota, "left">;
}

export function createSwitchDesk(options: SwitchDeskOptions): SwitchDesk {
  const { models, pricing, freeQuota } = options;
  const { catalogue } = models;
  return {
    async costs(sessionId, wanted) {
      const session = await options.sessions.open(sessionId);
      const tokens = session.tokens();
      const { region } = models.place();
      const listed = new Map((await models.list()).map((option) => [option.id, option]));
      const costOf = async (model: string): Promise<SwitchCosts["models"][number]> => {
        const explicitCache = catalogue.hasExplicitCache(model, region);
        const price = resendPrice(pricing, { model, region, tokens, explicitCache });
        const isPaid = await isPaidByToken(pricing, freeQuota, { model, region, tokens });
        const paid = (money: Money): Money => (isPaid ? money : { ...money, amount: "0" });
        const limit =
          listed.get(model)?.maxInputTokens ?? catalogue.find(model)?.maxInputTokens ?? null;
        return {
          model,
          first: price === null ? null : paid(price.first),
          step: price === null ? null : paid(price.step),
          maxInputTokens: limit,
          fits: fitsInto(tokens, limit),
        };
      };
      return { tokens, models: await Promise.all(wanted.map(costOf)) };
    },
    standing: (model) => standingOf(options, model),
  };
}

/** A model is gone when the endpoint lists others and not it; where it lists none, when its date has passed. */
async function standingOf({ models }: SwitchDeskOptions, model: string): Promise<ModelStanding> {
  const { catalogue } = models;
  const { region } = models.place();
  const served = await models.served();
  const date = catalogue.find(model)?.retiresAt ?? null;
  const retired = date !== null && Date.parse(date) <= Date.now() ? date : null;
  const isGone = model !== "" && (served === null ? retired !== null : !served.includes(model));
  if (!isGone) return { gone: false, retired: null, region, successors: [] };
  const options = await models.list();
  const known = catalogue
    .successorsOf(model)
    .flatMap((id) => options.find((option) => option.id === id) ?? []);
  const others = options.filter((option) => option.id !== model && !known.includes(option));
  return { gone: true, retired, region, successors: [...known, ...others].slice(0, 3) };
}
