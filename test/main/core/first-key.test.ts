import { expect, test } from "vitest";
import { createHub } from "../../support/model-hub-fixture.ts";
import { startModelStudio } from "../../support/model-studio/server.ts";

const key = "sk-thefirstone0123456789";
const keep = { key, persist: "memory" } as const;

test.each([
  ["singapore", "5 USD"],
  ["beijing", "35 CNY"],
])("the first key, of %s, brings a day's limit in what it is paid in", async (region, limit) => {
  await using studio = await startModelStudio({ keys: { [region]: [key] } });
  using made = createHub(studio);
  expect((await made.hub.check({ ...keep, region })).dayBudgetSet).toBe(limit);
  expect(made.settings()).toMatchObject({ dayBudget: limit, monthBudget: null });
  // The same key once more is no first one.
  expect((await made.hub.check({ ...keep, region })).dayBudgetSet).toBeNull();
});

test("a limit that was removed does not come back with a new first key", async () => {
  await using studio = await startModelStudio({ keys: { singapore: [key] } });
  using made = createHub(studio);
  await made.hub.check({ ...keep, region: "singapore" });
  made.set({ dayBudget: null });
  await made.hub.removeKey();
  expect((await made.hub.check({ ...keep, region: "singapore" })).dayBudgetSet).toBeNull();
  expect(made.settings().dayBudget).toBeNull();
});

test.each([{ dayBudget: "80 CNY" }, { dayBudget: null }])(
  "what a person said of the day before stays: %o",
  async (said) => {
    await using studio = await startModelStudio({ keys: { singapore: [key] } });
    using made = createHub(studio);
    made.set(said);
    expect((await made.hub.check({ ...keep, region: "singapore" })).dayBudgetSet).toBeNull();
    expect(made.settings().dayBudget).toBe(said.dayBudget);
  },
);

test("a key that no host takes brings none", async () => {
  await using studio = await startModelStudio({ keys: { singapore: ["sk-another0123456789"] } });
  using made = createHub(studio);
  expect(await made.hub.check({ ...keep, region: "singapore" })).toMatchObject({
    kept: null,
    dayBudgetSet: null,
  });
  expect(made.settings()).toMatchObject({ dayBudget: null, dayBudgetSettled: false });
});

test("only what is paid by the token has a currency: no plan, no server of one's own", async () => {
  await using studio = await startModelStudio({ keys: { singapore: [key] } });
  using made = createHub(studio);
  const currencies = Object.fromEntries(
    made.hub.regions().map(({ id, currency }) => [id, currency]),
  );
  expect(currencies).toMatchObject({
    singapore: "USD",
    virginia: "USD",
    beijing: "CNY",
    "coding-plan": null,
    "token-plan-china": null,
    ollama: null,
  });
});
