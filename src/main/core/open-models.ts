import type { SettingsPatch } from "../../shared/settings.ts";
import type { Budget, UsagePort } from "../agent/ports.ts";
import { appendError, type AppFolders } from "../app-files.ts";
import { createCatalogue } from "../catalogue/catalogue.ts";
import { createEndpointNotes } from "../endpoint-notes.ts";
import type { KeyStore } from "../keys/key-store.ts";
import { createOwnCatalogueFile, type OwnCatalogueFile } from "../own-catalogue-file.ts";
import { createPaces } from "../providers/pace.ts";
import type { Regions } from "../providers/regions.ts";
import { createPricing, type Pricing } from "../usage/pricing.ts";
import { createEndpointDesk, type EndpointDesk } from "./endpoint-desk.ts";
import { createEndpoints } from "./endpoints.ts";
import { createModelHub, type ModelHub } from "./model-hub.ts";
import type { SettingsBox } from "./settings-box.ts";

export interface OpenModelsOptions {
  readonly folders: AppFolders;
  readonly settings: SettingsBox;
  readonly keys: KeyStore;
  readonly regions: Regions;
  readonly version: string;
  readonly saveSettings: (patch: SettingsPatch) => Promise<unknown>;
  readonly onKeyChange: () => void;
  readonly usageFor: (pricing: Pricing) => UsagePort;
}

/** What is known of models, prices and endpoints, with what the person and the endpoints themselves say over it. */
export interface OpenedModels {
  readonly models: ModelHub;
  readonly pricing: Pricing;
  readonly usage: UsagePort;
  readonly endpointDesk: EndpointDesk;
  readonly ownCatalogue: OwnCatalogueFile;
}

export function openModels(options: OpenModelsOptions): OpenedModels {
  const { folders, settings, keys, regions, saveSettings, onKeyChange } = options;
  const ownCatalogue = createOwnCatalogueFile(folders.catalogue);
  const own = () => ownCatalogue.own();
  const pricing = createPricing(own);
  const usage = options.usageFor(pricing);
  const known = {
    settings: () => settings.effective(),
    keys,
    regions,
    catalogue: createCatalogue(undefined, own),
    notes: createEndpointNotes(folders.endpoints),
    userAgent: `Belay/${options.version}`,
  };
  const endpoints = createEndpoints(known);
  const budget = (): Budget | null => settings.limits("chat").budget;
  const models = createModelHub(
    {
      ...known,
      hasBudget: () =>
        budget() !== null ||
        settings.limits("quick").budget !== null ||
        Object.values(settings.standingLimits()).some((limit) => limit !== null),
      paces: createPaces(),
      onTrouble: (error) => appendError(folders, error, keys.known()),
      saveSettings,
      onKeyChange,
    },
    endpoints,
  );
  const endpointDesk = createEndpointDesk({ ...known, endpoints, usage, pricing, budget });
  return { models, pricing, usage, endpointDesk, ownCatalogue };
}
