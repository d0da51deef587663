import type { ModelStanding, SwitchCosts } from "../../shared/switching.ts";
import type { SessionId } from "../../shared/ids.ts";
import { fitsInto } from "../agent/weigh.ts";
import type { Pricing } from "../usage/pricing.ts";
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
}

export function createSwitchDesk(options: SwitchDeskOptions): SwitchDesk {
  const { models, pricing } = options;
  const { catalogue } = models;
  return {
    async costs(sessionId, wanted) {
      const session = await options.sessions.open(sessionId);
      const tokens = session.tokens();
      const { region } = models.place();
      const listed = new Map((await models.list()).map((option) => [option.id, option]));
      return {
        tokens,
        models: wanted.map((model) => {
          const explicitCache = catalogue.hasExplicitCache(model, region);
          const price = resendPrice(pricing, { model, region, tokens, explicitCache });
          const limit =
            listed.get(model)?.maxInputTokens ?? catalogue.find(model)?.maxInputTokens ?? null;
          return {
            model,
            first: price?.first ?? null,
            step: price?.step ?? null,
            maxInputTokens: limit,
            fits: fitsInto(tokens, limit),
          };
        }),
      };
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
