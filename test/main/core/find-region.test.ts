import { expect, test } from "vitest";
import { createHub } from "../../support/model-hub-fixture.ts";
import { startModelStudio } from "../../support/model-studio/server.ts";

const key = "sk-ofvirginia0123456789";

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
