import { describe, expect, it } from "vitest";
import { createCatalogue } from "../../../src/main/catalogue/catalogue.ts";
import { createSwitchDesk } from "../../../src/main/core/switch-desk.ts";
import type { FreeLeft } from "../../../src/main/usage/free-quota.ts";
import { createPricing } from "../../../src/main/usage/pricing.ts";
import { createAgentFixture, play, type AgentFixture } from "../../support/agent-fixture.ts";
import { someUsage } from "../../support/fake-model.ts";

const catalogue = createCatalogue(() => new Date("2026-11-26T00:00:00Z"));

/** A desk over an endpoint in Singapore that lists these models, or none. */
function deskOver(
  served: readonly string[] | null,
  fixture = createAgentFixture([]),
  free: FreeLeft | null = null,
) {
  const desk = createSwitchDesk({
    models: {
      catalogue,
      place: () => ({ baseUrl: "https://here/v1", region: "singapore", protocol: "openai" }),
      list: async () => [...catalogue.options("singapore", served)],
      served: async () => served,
    },
    sessions: { open: async () => fixture.session },
    pricing: createPricing(),
    freeQuota: { left: async () => free },
  });
  return { desk, id: fixture.session.log.state().sessionId };
}

/** A session whose conversation weighs about so many tokens. */
async function weighing(inputTokens: number): Promise<AgentFixture> {
  const fixture = createAgentFixture([{ text: "Hi.", usage: { ...someUsage, inputTokens } }]);
  await play(fixture, "Hello");
  return fixture;
}

describe("what a switch costs", () => {
  it("is nothing to send again before the first prompt", async () => {
    const { desk, id } = deskOver(null);
    expect(await desk.costs(id, ["qwen3.7-plus"])).toMatchObject({
      tokens: 0,
      models: [{ model: "qwen3.7-plus", fits: true }],
    });
  });

  it("goes by the tokens of the conversation, each model's bracket and its cache", async () => {
    const { desk, id } = deskOver(null, await weighing(150_000));
    const { tokens, models } = await desk.costs(id, ["qwen3-coder-flash", "my-own"]);
    // The answer and its frame add little to the 150,000 of the request.
    expect(tokens).toBeGreaterThan(150_000);
    expect(tokens).toBeLessThan(160_000);
    // Up to 256K: 800 nano a token; 125 % to write the explicit cache, 10 % to read it.
    const nano = (percent: bigint) => (BigInt(tokens) * 800n * percent) / 100n;
    expect(models).toEqual([
      {
        model: "qwen3-coder-flash",
        first: { amount: (Number(nano(125n)) / 1e9).toString(), currency: "USD" },
        step: { amount: (Number(nano(10n)) / 1e9).toString(), currency: "USD" },
        maxInputTokens: 997_952,
        fits: true,
      },
      { model: "my-own", first: null, step: null, maxInputTokens: null, fits: true },
    ]);
  });

  it("is nothing while the free quota lasts for all of it", async () => {
    const fixture = await weighing(150_000);
    const costs = async (tokens: number) => {
      const { desk, id } = deskOver(null, fixture, { tokens, over: null });
      const { models } = await desk.costs(id, ["qwen3-coder-flash"]);
      return models.map(({ first, step }) => [first?.amount, step?.amount]);
    };
    expect(await costs(1_000_000)).toEqual([["0", "0"]]);
    expect(await costs(100_000)).not.toEqual([["0", "0"]]);
  });

  it("says which models take less than the conversation has", async () => {
    const { desk, id } = deskOver(null, await weighing(150_000));
    const { models } = await desk.costs(id, ["qwen2.5-coder-7b-instruct", "qwen3-max"]);
    expect(models.map(({ fits }) => fits)).toEqual([false, true]);
  });
});

describe("a model that is gone", () => {
  it("is one that the endpoint does not list, with its successors that it does", async () => {
    const { desk } = deskOver(["qwen3-coder-flash", "qwen3.7-plus", "other"]);
    const standing = await desk.standing("qwen3-coder-plus");
    expect(standing).toMatchObject({ gone: true, retired: "2026-10-10T00:00:00+08:00" });
    expect(standing.successors.map(({ id }) => id)).toEqual([
      "qwen3.7-plus",
      "qwen3-coder-flash",
      "other",
    ]);
  });

  it("is not one that is listed, whatever the date says", async () => {
    const { desk } = deskOver(["qwen3-coder-plus"]);
    expect(await desk.standing("qwen3-coder-plus")).toMatchObject({ gone: false, successors: [] });
  });

  it("has no date where only the list lacks it", async () => {
    const { desk } = deskOver(["qwen3-coder-flash"]);
    expect(await desk.standing("qwen3.7-plus")).toMatchObject({ gone: true, retired: null });
  });

  it("goes by its date where the endpoint has no list, and never for an unknown one", async () => {
    const { desk } = deskOver(null);
    expect((await desk.standing("qwen3-coder-plus")).gone).toBe(true);
    expect((await desk.standing("qwen3-coder-flash")).gone).toBe(false);
    expect((await desk.standing("my-own")).gone).toBe(false);
    expect((await desk.standing("")).gone).toBe(false);
  });
});
