import { join } from "node:path";
import { expect, test } from "vitest";
import { createCatalogue } from "../../../src/main/catalogue/catalogue.ts";
import { createModelHub } from "../../../src/main/core/model-hub.ts";
import { createEndpointNotes } from "../../../src/main/endpoint-notes.ts";
import { createKeyStore } from "../../../src/main/keys/key-store.ts";
import { createPaces } from "../../../src/main/providers/pace.ts";
import { createRegions } from "../../../src/main/providers/regions.ts";
import { settingsSchema, type Settings } from "../../../src/shared/settings.ts";
import { startModelStudio, type ModelStudio } from "../../support/model-studio/server.ts";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";

const key = "sk-ofvirginia0123456789";

/** Only hosts of the simulation: a test must not ask another. */
function createHub({ regionUrls }: Pick<ModelStudio, "regionUrls"> | { regionUrls: object }) {
  const folder = createTemporaryFolder();
  let settings: Settings = settingsSchema.parse({});
  const keys = createKeyStore({ service: "belay-dev", memoryOnly: true, environment: {} });
  const hub = createModelHub({
    settings: () => settings,
    saveSettings: async (patch) => {
      settings = settingsSchema.parse({ ...settings, ...patch });
    },
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
    settings: () => settings,
    set: (patch: Partial<Settings>) => {
      settings = { ...settings, ...patch };
    },
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

test("a key in the wrong region is found where it belongs, and one press later it works there", async () => {
  await using studio = await startModelStudio({ keys: { virginia: [key] } });
  using made = createHub(studio);
  await made.keys.save({ key, origin: studio.regionUrls.singapore, persist: "memory" });
  const { host } = new URL(studio.baseUrl);
  const hosts = await made.hub.regionHosts();
  expect(hosts.length).toBeGreaterThanOrEqual(4);
  expect(new Set(hosts)).toEqual(new Set([host]));
  expect(studio.requests).toHaveLength(0);
  const found = await made.hub.findRegion();
  expect(found).toMatchObject({ region: "virginia", kept: null });
  // Looking changes nothing.
  expect(made.settings().region).toBe("singapore");
  const used = await made.hub.useRegion("virginia");
  expect(used).toMatchObject({ region: "virginia", kept: "memory" });
  expect(made.settings()).toMatchObject({ region: "virginia", baseUrl: null });
  expect((await made.hub.bind("")).model.region).toBe("virginia");
});

test("a key that no region takes is told so, and stays where it is", async () => {
  await using studio = await startModelStudio({ keys: [] });
  using made = createHub(studio);
  await made.keys.save({ key, origin: studio.regionUrls.singapore, persist: "memory" });
  expect(await made.hub.findRegion()).toMatchObject({ region: null, kept: null });
  expect(await made.hub.useRegion("beijing")).toMatchObject({ region: null, kept: null });
  expect(made.settings().region).toBe("singapore");
});

test("a server on this machine is used without a key, and needs none from then on", async () => {
  await using studio = await startModelStudio({ flavour: "ollama", models: ["my-coder", "other"] });
  using made = createHub({ regionUrls: {} });
  const check = await made.hub.check({ key: "", baseUrl: studio.baseUrl, persist: "memory" });
  expect(check).toMatchObject({ region: "custom", kept: "none", keptReason: null });
  expect(await made.hub.keyStatus()).toMatchObject({ present: true, source: "none", last4: null });
  expect(studio.requests.every(({ headers }) => headers["authorization"] === undefined)).toBe(true);
  expect((await made.hub.list()).map(({ id }) => id)).toEqual(["my-coder", "other"]);
});

test("another provider's key is not taken to the regions", async () => {
  await using studio = await startModelStudio({ keys: { virginia: [key] } });
  using made = createHub(studio);
  const baseUrl = "https://relay.example/v1";
  await made.keys.save({ key, origin: baseUrl, persist: "memory" });
  made.set({ baseUrl });
  const denied = { code: "denied" };
  await expect(made.hub.regionHosts()).rejects.toMatchObject(denied);
  await expect(made.hub.findRegion()).rejects.toMatchObject(denied);
  await expect(made.hub.useRegion("virginia")).rejects.toMatchObject(denied);
  expect(studio.requests).toHaveLength(0);
});
