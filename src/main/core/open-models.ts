import type { SettingsPatch } from "../../shared/settings.ts";
import { appendError, type AppFolders } from "../app-files.ts";
import { createCatalogue } from "../catalogue/catalogue.ts";
import { createEndpointNotes } from "../endpoint-notes.ts";
import type { KeyStore } from "../keys/key-store.ts";
import { createOwnCatalogueFile, type OwnCatalogueFile } from "../own-catalogue-file.ts";
import { createPaces } from "../providers/pace.ts";
import type { Regions } from "../providers/regions.ts";
import { createPricing, type Pricing } from "../usage/pricing.ts";
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
}

/** What is known of models, prices and endpoints, with what the person and the endpoints themselves say over it. */
export interface OpenedModels {
  readonly models: ModelHub;
  readonly pricing: Pricing;
  readonly ownCatalogue: OwnCatalogueFile;
}

export function openModels(options: OpenModelsOptions): OpenedModels {
  const { folders, settings, keys, regions, saveSettings, onKeyChange } = options;
  const ownCatalogue = createOwnCatalogueFile(folders.catalogue);
  const own = () => ownCatalogue.own();
  const models = createModelHub({
    settings: () => settings.effective(),
    hasBudget: () =>
      settings.limits("chat").budget !== null || settings.limits("quick").budget !== null,
    notes: createEndpointNotes(folders.endpoints),
    paces: createPaces(),
    onTrouble: (error) => appendError(folders, error, keys.known()),
    saveSettings,
    keys,
    regions,
    catalogue: createCatalogue(undefined, own),
    userAgent: `Belay/${options.version}`,
    onKeyChange,
  });
  return { models, pricing: createPricing(own), ownCatalogue };
}
