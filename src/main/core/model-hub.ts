import type { KeyCheck, KeyStatus, ModelOption } from "../../shared/app.ts";
import { AppError } from "../../shared/errors.ts";
import type { Settings, SettingsPatch } from "../../shared/settings.ts";
import type { ModelBinding } from "../agent/session.ts";
import type { Catalogue } from "../catalogue/catalogue.ts";
import type { KeyStore } from "../keys/key-store.ts";
import { checkKey, hostsForKey, type HostToTry } from "../providers/key-check.ts";
import { createOpenAiProvider } from "../providers/openai-provider.ts";
import type { Regions } from "../providers/regions.ts";

export interface ModelHubOptions {
  readonly settings: () => Settings;
  readonly saveSettings: (patch: SettingsPatch) => Promise<unknown>;
  readonly keys: KeyStore;
  readonly regions: Regions;
  readonly catalogue: Catalogue;
  readonly userAgent: string;
  readonly onKeyChange: () => void;
}

export interface KeyCheckInput {
  readonly key: string;
  readonly baseUrl?: string | undefined;
  readonly region?: string | undefined;
  readonly persist: "keychain" | "memory";
}

/** Which endpoint, which key, which model. */
export interface ModelHub {
  /** The endpoint of the settings with the wanted model; "" = the first of the ordered list that the account answers. */
  bind(wanted: string): Promise<ModelBinding>;
  list(): Promise<ModelOption[]>;
  keyStatus(): Promise<KeyStatus>;
  hostsFor(key: string, baseUrl?: string): string[];
  check(input: KeyCheckInput): Promise<KeyCheck>;
  useEnvironment(): Promise<KeyCheck>;
  removeKey(): Promise<void>;
}

interface Endpoint {
  readonly baseUrl: string;
  readonly region: string;
}

/** Output tokens counted on where the catalogue does not know the model. */
const unknownOutputLimit = 32_768;

export function createModelHub(options: ModelHubOptions): ModelHub {
  /** What the endpoint answered for its list of models, by base URL and key's end. */
  const answered = new Map<string, Promise<readonly string[]>>();

  function endpoint(): Endpoint {
    const { baseUrl, region } = options.settings();
    if (baseUrl !== null) return { baseUrl, region: options.regions.byBaseUrl(baseUrl)?.id ?? "custom" };
    const known = options.regions.byId(region);
    if (known === undefined) throw new AppError("invalid-input", `There is no region "${region}". Known: ${options.regions.all().map((entry) => entry.id).join(", ")}`);
    return { baseUrl: known.baseUrl, region: known.id };
  }

  async function keyFor(place: Endpoint): Promise<string | null> {
    const key = await options.keys.get(place.baseUrl);
    if (key !== null || isLocal(place.baseUrl)) return key;
    throw new AppError("unauthorized", `There is no key for ${new URL(place.baseUrl).host}. Add one in Settings, or set DASHSCOPE_API_KEY for the command line.`);
  }

  /** Ids the endpoint lists for this key; empty when it has no list. */
  function available(place: Endpoint, key: string | null): Promise<readonly string[]> {
    const id = `${place.baseUrl}\0${key?.slice(-4) ?? ""}`;
    const known = answered.get(id);
    if (known !== undefined) return known;
    const host: HostToTry = { region: place.region, baseUrl: place.baseUrl };
    const asked = checkKey({ key: key ?? "", hosts: [host], catalogue: options.catalogue, userAgent: options.userAgent }).then((result) => result.models);
    answered.set(id, asked);
    asked.catch(() => answered.delete(id));
    return asked;
  }

  async function choose(place: Endpoint, key: string | null): Promise<string> {
    const ids = await available(place, key).catch(() => []);
    const chosen = options.catalogue.choose(place.region, ids);
    if (chosen === undefined) throw new AppError("model-not-found", "The endpoint lists no model that Belay knows. Name one with --model or in Settings.");
    return chosen;
  }

  async function check(input: KeyCheckInput): Promise<KeyCheck> {
    const hosts = hostsForKey(input.key, { regions: options.regions, ...(input.baseUrl === undefined ? {} : { baseUrl: input.baseUrl }), ...(input.region === undefined ? {} : { region: input.region }) });
    const found = await checkKey({ key: input.key, hosts, catalogue: options.catalogue, userAgent: options.userAgent });
    const accepted = hosts.find((host) => host.region === found.region);
    if (accepted === undefined) return { ...found, kept: null, keptReason: null };
    const saved = await options.keys.save({ key: input.key, origin: accepted.baseUrl, persist: input.persist });
    await adopt(accepted, found.model, input.baseUrl);
    return { ...found, kept: saved.kept, keptReason: saved.reason };
  }

  async function adopt(host: HostToTry, model: string | null, baseUrl: string | undefined): Promise<void> {
    answered.clear();
    await options.saveSettings({ region: host.region, baseUrl: baseUrl === undefined ? null : host.baseUrl, model });
    options.onKeyChange();
  }

  return {
    async bind(wanted) {
      const place = endpoint();
      const key = await keyFor(place);
      const modelId = wanted === "" ? await choose(place, key) : wanted;
      const model = createOpenAiProvider({ baseUrl: place.baseUrl, apiKey: key ?? "none", region: place.region, userAgent: options.userAgent, catalogue: options.catalogue });
      const known = options.catalogue.find(modelId);
      return { model, modelId, maxOutputTokens: known?.maxOutputTokens ?? unknownOutputLimit, sendOutputLimit: false };
    },
    async list() {
      const place = endpoint();
      const key = await options.keys.get(place.baseUrl);
      const ids = key === null && !isLocal(place.baseUrl) ? [] : await available(place, key).catch(() => []);
      return [...options.catalogue.options(place.region, ids.length === 0 ? null : ids)];
    },
    async keyStatus() {
      const status = await options.keys.status();
      return status.present && status.region === null ? { ...status, region: endpoint().region } : status;
    },
    hostsFor: (key, baseUrl) => hostsForKey(key, { regions: options.regions, ...(baseUrl === undefined ? {} : { baseUrl }) }).map((host) => new URL(host.baseUrl).host),
    check,
    async useEnvironment() {
      const key = options.keys.offered();
      if (key === null) throw new AppError("not-found", "DASHSCOPE_API_KEY is not set in Belay's environment.");
      return check({ key, persist: "memory" });
    },
    async removeKey() {
      await options.keys.remove();
      answered.clear();
      options.onKeyChange();
    },
  };
}

/** A server on this machine needs no key. */
function isLocal(baseUrl: string): boolean {
  const { hostname } = new URL(baseUrl);
  return hostname === "localhost" || hostname === "[::1]" || hostname.startsWith("127.");
}
