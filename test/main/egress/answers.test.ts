import type { RequestListener } from "node:http";
import { describe, expect, it } from "vitest";
import { bodyText, type EgressRequest } from "../../../src/main/egress/egress.ts";
import { door, grantOf, requestOf, startHearing } from "../../support/egress-fixture.ts";

const fetchFrom = async (
  answer: RequestListener,
  more: Partial<EgressRequest> = {},
): Promise<string> => {
  await using server = await startHearing(answer);
  const host = `one.test:${server.port}`;
  return await bodyText(await door().fetch(`https://${host}/`, requestOf(grantOf(host), more)));
};

const endless: RequestListener = (_request, response) => {
  const more = (): void => {
    if (!response.destroyed) response.write("x".repeat(1000), () => setImmediate(more));
  };
  more();
};

const tenBytes: RequestListener = (_request, response) => response.end("x".repeat(10));

const packed: RequestListener = (_request, response) => {
  response.writeHead(200, { "content-encoding": "gzip" }).end("x");
};

const broken: RequestListener = (_request, response) => {
  response.writeHead(200, { "content-length": "100" });
  response.write("x", () => response.destroy());
};

describe("an answer", () => {
  it("that says it is too large is not read", async () => {
    await expect(
      fetchFrom((_request, response) => response.end("x".repeat(11)), { largest: 10 }),
    ).rejects.toThrow(/more than 10 bytes/);
  });

  it("that does not say so is cut where it becomes too large", async () => {
    await expect(fetchFrom(endless, { largest: 100_000 })).rejects.toMatchObject({
      code: "refused",
    });
  });

  it("of just the largest size is taken", async () => {
    await expect(fetchFrom(tenBytes, { largest: 10 })).resolves.toHaveLength(10);
  });

  it("that is packed is not unpacked", async () => {
    await expect(fetchFrom(packed)).rejects.toMatchObject({ code: "refused" });
  });

  it.each(["before its headers", "within its body"])("that stops %s is given up", async (where) => {
    const stuck: RequestListener = (_request, response) => {
      if (where === "within its body") response.write("x");
    };
    await expect(fetchFrom(stuck, { patienceMs: 300 })).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("No whole answer"),
    });
  });

  it("ends when the caller stops it", async () => {
    const abort = new AbortController();
    const stuck: RequestListener = () => abort.abort();
    await expect(fetchFrom(stuck, { signal: abort.signal })).rejects.toMatchObject({
      code: "cancelled",
    });
  });

  it("that breaks off is no whole answer", async () => {
    await expect(fetchFrom(broken)).rejects.toMatchObject({ code: "unavailable" });
  });
});
