import { AppError } from "../../shared/errors.ts";
import { isLoopback } from "../egress/key-origin.ts";
import type { Protocol } from "../../shared/events.ts";
import type { Settings } from "../../shared/settings.ts";
import type { Catalogue } from "../catalogue/catalogue.ts";
import type { KeyStore } from "../keys/key-store.ts";
import { checkKey } from "../providers/key-check.ts";
import { compatibleBase } from "../providers/native-url.ts";
import { baseUrlOf, type Regions } from "../providers/regions.ts";

export interface Endpoint {
  readonly baseUrl: string;
  readonly region: string;
  readonly protocol: Protocol;
}

/** What a model is chosen for. */
export type ModelUse = "session" | "completion" | "quick";

/** The endpoint that the settings name, its key, and what it serves. */
export interface Endpoints {
  /** AppError("invalid-input") for a region that does not exist. */
  current(): Endpoint;
  /** Null for a server on this machine, which needs none; else AppError("unauthorized") when there is no key. */
  keyFor(place: Endpoint): Promise<string | null>;
  /** Ids that the endpoint lists for the key; empty when it has no list. Asked once. */
  available(place: Endpoint, key: string | null): Promise<readonly string[]>;
  /**
   * The first of the ordered list that the account answers, for sessions or for completions. A quick question takes the cheapest
   * that is listed, else the sessions' model of the settings.
   */
  choose(place: Endpoint, key: string | null, use?: ModelUse): Promise<string>;
  forget(): void;
}

export interface EndpointsOptions {
  readonly settings: () => Settings;
  readonly keys: KeyStore;
  readonly regions: Regions;
  readonly catalogue: Catalogue;
  readonly userAgent: string;
}

export function createEndpoints(options: EndpointsOptions): Endpoints {
  const { regions, catalogue, userAgent } = options;
  const answered = new Map<string, Promise<readonly string[]>>();

  function available(place: Endpoint, key: string | null): Promise<readonly string[]> {
    const id = `${place.baseUrl}\0${key ?? ""}`;
    const known = answered.get(id);
    if (known !== undefined) return known;
    const asked = listModels(place, key ?? "");
    answered.set(id, asked);
    asked.catch(() => answered.delete(id));
    return asked;
  }

  async function listModels(place: Endpoint, key: string): Promise<readonly string[]> {
    return (await checkKey({ key, hosts: [place], catalogue, userAgent })).models;
  }

  function customPlace(baseUrl: string, chosen: Pick<Endpoint, "region" | "protocol">): Endpoint {
    const compatible = compatibleBase(baseUrl);
    const known = regions.byBaseUrl(compatible);
    // Model Studio's native address is for its native protocol, whatever is chosen.
    const isNative = known !== undefined && compatible !== baseUrl;
    return {
      baseUrl,
      region: known?.id ?? chosen.region,
      protocol: isNative ? "dashscope" : chosen.protocol,
    };
  }

  return {
    current() {
      const { baseUrl, region, protocol, workspaceId } = options.settings();
      if (baseUrl !== null) return customPlace(baseUrl, { region, protocol });
      const known = regions.byId(region);
      if (known !== undefined)
        return { baseUrl: baseUrlOf(known, workspaceId), region: known.id, protocol };
      const ids = regions.all().map((entry) => entry.id);
      throw new AppError(
        "invalid-input",
        `There is no region "${region}". Known: ${ids.join(", ")}`,
      );
    },
    async keyFor(place) {
      const key = await options.keys.get(place.baseUrl);
      if (key !== null || isLoopback(place.baseUrl)) return key;
      throw new AppError(
        "unauthorized",
        `There is no key for ${new URL(place.baseUrl).host}. Add one in Settings, or set DASHSCOPE_API_KEY for the command line.`,
      );
    },
    available,
    async choose(place, key, use = "session") {
      const ids = await available(place, key).catch(() => []);
      return chosenOr(
        ownChoice(options, { use, place, ids }) ?? catalogue.choose(place.region, ids),
      );
    },
    forget: () => answered.clear(),
  };
}

interface ChoiceToMake {
  readonly use: ModelUse;
  readonly place: Endpoint;
  readonly ids: readonly string[];
}

/** What a use prefers to the sessions' choice; undefined when none of it is to be had. */
function ownChoice(
  { catalogue, settings }: EndpointsOptions,
  { use, place, ids }: ChoiceToMake,
): string | undefined {
  switch (use) {
    case "session":
      return undefined;
    case "completion":
      return catalogue.chooseForCompletion(place.region, ids);
    case "quick":
      return catalogue.chooseForQuickAsk(place.region, ids) ?? settings().model ?? undefined;
  }
}

function chosenOr(chosen: string | undefined): string {
  if (chosen !== undefined) return chosen;
  throw new AppError(
    "model-not-found",
    "The endpoint lists no model that Belay knows. Name one with --model or in Settings.",
  );
}
