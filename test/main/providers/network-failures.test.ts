import { expect, test } from "vitest";
import { hear, providerKey, retriesOf } from "../../support/hear-provider.ts";
import { startModelStudio } from "../../support/model-studio/server.ts";

test("a cut connection is called that, not a host that could not be reached", async () => {
  await using studio = await startModelStudio({
    keys: [providerKey],
    script: [{ text: "half an answer that goes on for a while", cutAfterBytes: 900 }],
  });
  const { host } = new URL(studio.baseUrl);
  expect((await hear(studio)).error?.message).toBe(`The connection to ${host} was cut. Try again.`);
});

test("a port that no request may go to is named at once, without another attempt", async () => {
  const heard = await hear({ baseUrl: "http://127.0.0.1:9/v1" });
  expect(heard.error?.message).toBe(
    "No request may go to the port of 127.0.0.1:9. Check the base URL.",
  );
  expect(retriesOf(heard)).toHaveLength(0);
});
