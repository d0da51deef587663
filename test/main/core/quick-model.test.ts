import { expect, test } from "vitest";
import { createCatalogue } from "../../../src/main/catalogue/catalogue.ts";
import { createEndpoints } from "../../../src/main/core/endpoints.ts";
import { createKeyStore } from "../../../src/main/keys/key-store.ts";
import { createRegions } from "../../../src/main/providers/regions.ts";
import { settingsSchema } from "../../../src/shared/settings.ts";
import { startModelStudio } from "../../support/model-studio/server.ts";

const key = "sk-quickquestions0123456789";

async function chosen(models: readonly string[], saved: string | null): Promise<string> {
  await using studio = await startModelStudio({ keys: [key], models });
  const endpoints = createEndpoints({
    settings: () => settingsSchema.parse({ model: saved }),
    keys: createKeyStore({ service: "belay-dev", memoryOnly: true, environment: {} }),
    regions: createRegions({ BELAY_REGION_URLS: JSON.stringify(studio.regionUrls) }),
    catalogue: createCatalogue(),
    userAgent: "Belay/test",
  });
  // Awaited here, while the endpoint is still there.
  return await endpoints.choose(endpoints.current(), key, "quick");
}

test.each([
  // By price, whatever the order of the list.
  [["qwen3-coder-plus", "qwen3-coder-flash", "qwen3.7-flash"], "qwen3-coder-plus", "qwen3.7-flash"],
  [["qwen3-coder-plus", "qwen3-coder-flash", "qwen-flash"], "qwen3-coder-plus", "qwen-flash"],
  [["qwen3-coder-plus", "qwen3-coder-flash"], "qwen3-coder-plus", "qwen3-coder-flash"],
  // None of the cheap ones: what sessions use, which may be one that nobody knows.
  [["qwen3-coder-plus", "mine"], "mine", "mine"],
  [["qwen3-coder-plus", "mine"], null, "qwen3-coder-plus"],
  // An endpoint without a list has not said that it serves a cheap one.
  [[], "qwen3-coder-plus", "qwen3-coder-plus"],
])("of %j with %s for sessions, a quick question takes %s", async (models, saved, expected) => {
  expect(await chosen(models, saved)).toBe(expected);
});
