import { join } from "node:path";
import { createCatalogue } from "../../src/main/catalogue/catalogue.ts";
import { appFolders } from "../../src/main/app-files.ts";
import { createModelHub } from "../../src/main/core/model-hub.ts";
import { createSettingsBox } from "../../src/main/core/settings-box.ts";
import { createEndpointNotes } from "../../src/main/endpoint-notes.ts";
import { createKeyStore } from "../../src/main/keys/key-store.ts";
import { createPaces } from "../../src/main/providers/pace.ts";
import { createRegions } from "../../src/main/providers/regions.ts";
import type { SettingsPatch } from "../../src/shared/settings.ts";
import type { ModelStudio } from "./model-studio/server.ts";
import { createTemporaryFolder } from "./temporary-folder.ts";

/** A model hub with its settings on disk and its keys in memory. Only hosts of the simulation: a test must not ask another. */
export function createHub({
  regionUrls,
}: Pick<ModelStudio, "regionUrls"> | { regionUrls: object }) {
  const folder = createTemporaryFolder();
  const { platform } = process;
  const folders = appFolders({
    home: folder.path,
    variant: "belay-dev",
    environment: {},
    platform,
  });
  const box = createSettingsBox(folders, {});
  const keys = createKeyStore({ service: "belay-dev", memoryOnly: true, environment: {} });
  const hub = createModelHub({
    settings: () => box.effective(),
    saveSettings: async (patch) => box.save(patch),
    keys,
    regions: createRegions({ BELAY_REGION_URLS: JSON.stringify(regionUrls) }),
    catalogue: createCatalogue(),
    notes: createEndpointNotes(join(folder.path, "endpoints.json")),
    paces: createPaces(),
    userAgent: "Belay/test",
    hasBudget: () => false,
    onTrouble: (error) => {
      throw error;
    },
    onKeyChange: () => {},
  });
  return {
    hub,
    keys,
    settings: () => box.saved(),
    set: (patch: SettingsPatch) => void box.save(patch),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}
