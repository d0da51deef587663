import type { KeyCheck, KeyStatus, ModelOption, RegionOption } from "../../shared/app.ts";
import { AppError } from "../../shared/errors.ts";
import { isLoopback } from "../egress/key-origin.ts";
import type { EndpointNote } from "../../shared/endpoint.ts";
import type { SessionKind } from "../../shared/events.ts";
import type { SettingsPatch } from "../../shared/settings.ts";
import type { ModelPort } from "../agent/ports.ts";
import type { ModelBinding } from "../agent/turn-context.ts";
import type { Catalogue } from "../catalogue/catalogue.ts";
import type { RegionFacts } from "../catalogue/region-facts.ts";
import { checkKey, hostsForKey, type HostToTry } from "../providers/key-check.ts";
import { isModelStudio } from "../providers/regions.ts";
import type { CompletionMode } from "../completion/completion-request.ts";
import { bindingOf, providerParts, type BindParts } from "./bind-model.ts";
import { firstDayBudget } from "../usage/first-budget.ts";
import { createPromptProvider, createProvider } from "./create-provider.ts";
import {
  createEndpoints,
  type Endpoint,
  type Endpoints,
  type EndpointsOptions,
} from "./endpoints.ts";

export interface ModelHubOptions extends EndpointsOptions, BindParts {
  readonly saveSettings: (patch: SettingsPatch) => Promise<unknown>;
  readonly onKeyChange: () => void;
}

export interface KeyCheckInput {
  readonly key: string;
  readonly baseUrl?: string | undefined;
  readonly region?: string | undefined;
  readonly workspaceId?: string | undefined;
  readonly persist: "keychain" | "memory";
}

/** A model for completions, and how it can complete; null = not known. */
export interface CompletionBinding {
  /** Fill-in-the-middle goes over the compatible protocol, whichever one is chosen. */
  modelFor(mode: CompletionMode): ModelPort;
  readonly modelId: string;
  readonly region: string;
  readonly completion: { readonly partial: boolean | null; readonly fim: boolean | null };
}

/** Which endpoint, which key, which model. */
export interface ModelHub {
  readonly catalogue: Catalogue;
  /**
   * The endpoint of the settings with the wanted model; "" = the first of the ordered list that the account answers, or for a
   * quick question the cheapest.
   */
  bind(wanted: string, kind?: SessionKind): Promise<ModelBinding>;
  /** The same for completions, with what is known of the model's; "" = the first of its own ordered list. */
  bindForCompletion(wanted: string): Promise<CompletionBinding>;
  list(): Promise<ModelOption[]>;
  /** The endpoint of the settings. AppError("invalid-input") for a region that does not exist. */
  place(): Endpoint;
  /** Ids that the endpoint lists for the key; null when it lists none or cannot be asked. */
  served(): Promise<readonly string[] | null>;
  regions(): RegionOption[];
  keyStatus(): Promise<KeyStatus>;
  /** Hosts that a check of this key will ask. */
  hostsFor(input: Omit<KeyCheckInput, "persist">): string[];
  /** Tries the hosts; keeps the key and sets region and model when one accepts it. */
  check(input: KeyCheckInput): Promise<KeyCheck>;
  /** Asks every region about the key of the present one; nothing is kept. */
  findRegion(): Promise<KeyCheck>;
  /** The hosts that it will ask. */
  regionHosts(): Promise<string[]>;
  /** Takes the present key to that region, which is asked once more. */
  useRegion(region: string): Promise<KeyCheck>;
  useEnvironment(): Promise<KeyCheck>;
  removeKey(): Promise<void>;
}

export function createModelHub(
  options: ModelHubOptions,
  endpoints: Endpoints = createEndpoints(options),
): ModelHub {
  const { keys } = options;
  return {
    catalogue: options.catalogue,
    async bind(wanted, kind = "chat") {
      const place = endpoints.current();
      const key = await endpoints.keyFor(place);
      const use = kind === "quick" ? "quick" : "session";
      const modelId = wanted === "" ? await endpoints.choose(place, key, use) : wanted;
      return bindingOf(options, { place, key, modelId });
    },
    bindForCompletion: (wanted) => bindCompletion(options, endpoints, wanted),
    list: () => listOptions(options, endpoints),
    place: () => endpoints.current(),
    served: () => servedIds(options, endpoints),
    regions: () => options.regions.all().map((region) => regionOption(options, region)),
    async keyStatus() {
      const place = placeOrNull(endpoints);
      if (place !== null && needsNoKey(options, place))
        return { ...(await keys.status(place.baseUrl)), present: true, region: place.region };
      const status = await keys.status();
      return status.present && status.region === null
        ? { ...status, region: place?.region ?? null }
        : status;
    },
    hostsFor: (input) => hostsToTry(options, input).map((host) => new URL(host.baseUrl).host),
    check: (input) => checkAndKeep(options, endpoints, input),
    ...regionSearch(options, endpoints),
    async useEnvironment() {
      const key = keys.offered();
      if (key === null)
        throw new AppError("not-found", "DASHSCOPE_API_KEY is not set in Belay's environment.");
      return checkAndKeep(options, endpoints, { key, persist: "memory" });
    },
    async removeKey() {
      await keys.remove();
      endpoints.forget();
      options.onKeyChange();
    },
  };
}

async function bindCompletion(
  options: ModelHubOptions,
  endpoints: Endpoints,
  wanted: string,
): Promise<CompletionBinding> {
  const place = endpoints.current();
  const key = await endpoints.keyFor(place);
  const modelId = wanted === "" ? await endpoints.choose(place, key, "completion") : wanted;
  const { region } = place;
  const parts = providerParts(options, { place, key, modelId });
  const known = options.catalogue.completion(modelId, region);
  const tested = options.notes.find(place.baseUrl, modelId)?.test?.abilities.partial ?? null;
  return {
    modelFor: (mode) =>
      mode === "fim" ? createPromptProvider(place, parts) : createProvider(place, parts),
    modelId,
    region,
    completion: { ...known, partial: tested ?? known.partial },
  };
}

async function listOptions(options: ModelHubOptions, endpoints: Endpoints): Promise<ModelOption[]> {
  const { catalogue, notes } = options;
  const place = endpoints.current();
  return catalogue
    .options(place.region, await servedIds(options, endpoints))
    .map((option) => asSeen(option, notes.find(place.baseUrl, option.id)));
}

async function servedIds(
  options: ModelHubOptions,
  endpoints: Endpoints,
): Promise<readonly string[] | null> {
  const place = endpoints.current();
  const key = await options.keys.get(place.baseUrl);
  const mayAsk = key !== null || isLoopback(place.baseUrl);
  const ids = mayAsk ? await endpoints.available(place, key).catch(() => []) : [];
  return ids.length === 0 ? null : ids;
}

/** What the server itself has shown wins over what is written of the model. */
function asSeen(option: ModelOption, note: EndpointNote | undefined): ModelOption {
  return {
    ...option,
    maxInputTokens: note?.limits?.maxInputTokens ?? option.maxInputTokens,
    maxOutputTokens: note?.limits?.maxOutputTokens ?? option.maxOutputTokens,
    tools: note?.test?.abilities.tools ?? option.tools,
  };
}

function hostsToTry(
  { regions }: ModelHubOptions,
  { key, baseUrl, region, workspaceId }: Omit<KeyCheckInput, "persist">,
): readonly HostToTry[] {
  return hostsForKey(key, {
    regions,
    ...(baseUrl === undefined ? {} : { baseUrl }),
    ...(region === undefined ? {} : { region }),
    ...(workspaceId === undefined ? {} : { workspaceId }),
  });
}

async function checkAndKeep(
  options: ModelHubOptions,
  endpoints: Endpoints,
  input: KeyCheckInput,
): Promise<KeyCheck> {
  const { catalogue, userAgent, keys } = options;
  const hosts = hostsToTry(options, input);
  const found = await checkKey({ key: input.key, hosts, catalogue, userAgent });
  const accepted = hosts.find((host) => host.region === found.region);
  if (accepted === undefined) return { ...found, kept: null, keptReason: null, dayBudgetSet: null };
  const hadKey = (await keys.status()).present;
  const saved =
    input.key === ""
      ? ({ kept: "none", reason: null } as const)
      : await keys.save({ key: input.key, origin: accepted.baseUrl, persist: input.persist });
  endpoints.forget();
  const baseUrl = input.baseUrl === undefined ? null : accepted.baseUrl;
  const workspaceId =
    input.workspaceId === undefined || input.workspaceId === "" ? null : input.workspaceId;
  const dayBudgetSet =
    saved.kept === "none" || saved.kept === null
      ? null
      : firstDayBudget({
          settings: options.settings(),
          hadKey,
          currency: catalogue.currencyIn(accepted.region),
        });
  await options.saveSettings({
    ...(dayBudgetSet === null ? {} : { dayBudget: dayBudgetSet }),
    region: accepted.region,
    baseUrl,
    workspaceId,
    model: found.model,
    // A base URL is for one protocol; a region's host has both, and the chosen one stays.
    ...(baseUrl === null || found.protocol === null ? {} : { protocol: found.protocol }),
  });
  options.onKeyChange();
  return { ...found, kept: saved.kept, keptReason: saved.reason, dayBudgetSet };
}

/** Null while the settings name a region that cannot be asked yet: the key's status is shown all the same. */
function placeOrNull(endpoints: Endpoints): Endpoint | null {
  try {
    return endpoints.current();
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

const regionOption = ({ catalogue }: ModelHubOptions, region: RegionFacts): RegionOption => ({
  id: region.id,
  label: region.label,
  kind: region.kind,
  host: region.baseUrl === null ? null : new URL(region.baseUrl).host,
  takesWorkspace: region.workspaceBaseUrl !== null,
  native: region.native,
  reported: region.reported,
  currency: catalogue.currencyIn(region.id),
});

/** A server on this machine that the person chose; a region that a test has put there still wants its key. */
const needsNoKey = ({ regions }: ModelHubOptions, { baseUrl, region }: Endpoint): boolean =>
  isLoopback(baseUrl) && (region === "custom" || regions.byId(region)?.kind === "local");

function regionSearch(
  options: ModelHubOptions,
  endpoints: Endpoints,
): Pick<ModelHub, "findRegion" | "regionHosts" | "useRegion"> {
  const { regions, catalogue, userAgent, keys } = options;
  const present = async (): Promise<string> => {
    const place = endpoints.current();
    const key = await endpoints.keyFor(place);
    if (key === null)
      throw new AppError(
        "not-found",
        "A server on this machine needs no key: there is none to find.",
      );
    const kind = regions.byBaseUrl(place.baseUrl)?.kind;
    if (isModelStudio(place.baseUrl) || kind === "general" || kind === "plan") return key;
    throw new AppError(
      "denied",
      `The key of ${new URL(place.baseUrl).host} is not sent to Model Studio, which has nothing to do with it.`,
    );
  };
  return {
    async findRegion() {
      const key = await present();
      const found = await checkKey({
        key,
        hosts: hostsForKey(key, { regions }),
        catalogue,
        userAgent,
      });
      return { ...found, kept: null, keptReason: null, dayBudgetSet: null };
    },
    async regionHosts() {
      return hostsForKey(await present(), { regions }).map(({ baseUrl }) => new URL(baseUrl).host);
    },
    async useRegion(region) {
      const { baseUrl } = endpoints.current();
      const [key, { source }] = [await present(), await keys.status(baseUrl)];
      const persist = source === "keychain" ? "keychain" : "memory";
      return checkAndKeep(options, endpoints, { key, region, persist });
    },
  };
}
