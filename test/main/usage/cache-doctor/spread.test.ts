import fc from "fast-check";
import { expect, test } from "vitest";
import { estimateError } from "../../../../src/main/usage/cache-doctor/estimate-error.ts";
import type { PrefixPart } from "../../../../src/main/usage/cache-doctor/prefix-parts.ts";
import { spread } from "../../../../src/main/usage/cache-doctor/spread.ts";
import { createPricing } from "../../../../src/main/usage/pricing.ts";
import { partKindSchema } from "../../../../src/shared/context.ts";
import { parseNano } from "../../../../src/shared/money.ts";
import { noTokens } from "../../../../src/shared/usage.ts";

const pricing = createPricing();
const place = { model: "qwen3-coder-plus", region: "singapore", isMetered: true };

const part = fc.record({
  kind: fc.constantFrom(...partKindSchema.options),
  label: fc.constantFrom("", "one", "two"),
  bytes: fc.integer({ min: 1, max: 200_000 }),
  hash: fc.constant("h"),
});

test("tokens and costs of the parts add up to the request's, whatever was read and written", () => {
  fc.assert(
    fc.property(
      fc.array(part, { minLength: 1, maxLength: 30 }),
      fc.tuple(fc.nat(400_000), fc.nat(400_000), fc.nat(400_000)),
      fc.boolean(),
      (parts, [cachedTokens, writtenTokens, plain], explicitCache) => {
        const tokens = cachedTokens + writtenTokens + plain;
        const input = { ...place, tokens, cachedTokens, writtenTokens, explicitCache };
        const rows = spread(parts, input, pricing);
        const sum = (value: (row: (typeof rows)[number]) => number): number =>
          rows.reduce((all, row) => all + value(row), 0);
        expect(sum((row) => row.tokens)).toBe(tokens);
        expect(sum((row) => row.cachedTokens)).toBe(cachedTokens);
        expect(sum((row) => row.count)).toBe(parts.length);
        const usage = {
          ...noTokens,
          inputTokens: tokens,
          cachedTokens,
          cacheWriteTokens: writtenTokens,
        };
        const cost = pricing.cost(place.model, place.region, usage, explicitCache);
        const nanos = rows.map((row) => parseNano(row.cost?.amount ?? "") ?? -1n);
        expect(nanos.every((nano) => nano >= 0n)).toBe(true);
        expect(nanos.reduce((all, nano) => all + nano, 0n)).toBe(parseNano(cost?.amount ?? ""));
      },
    ),
  );
});

const of = (label: string): PrefixPart => ({ kind: "file", label, bytes: 1000, hash: label });

test("a part costs what its place says: read, written or plain", () => {
  const input = { tokens: 30_000, cachedTokens: 10_000, writtenTokens: 10_000 };
  const rows = spread(
    [of("read"), of("written"), of("plain")],
    { ...place, ...input, explicitCache: true },
    pricing,
  );
  // 10,000 tokens each at 1,000 nano-units: a tenth, 125 % and the whole of it.
  expect(rows.map(({ cost }) => cost?.amount)).toEqual(["0.001", "0.0125", "0.01"]);
  expect(rows.map(({ cachedTokens }) => cachedTokens)).toEqual([10_000, 0, 0]);
});

test("what nobody pays for by the token costs nothing, and what has no price is not priced", () => {
  const parts: PrefixPart[] = [{ kind: "system", label: "", bytes: 10, hash: "h" }];
  const input = { tokens: 100, cachedTokens: 0, writtenTokens: 0, explicitCache: false };
  const priced = (change: object) => spread(parts, { ...place, ...input, ...change }, pricing);
  expect(priced({ isMetered: false })[0]?.cost?.amount).toBe("0");
  expect(priced({ model: "somebody-elses-model" })[0]?.cost).toBeNull();
});

test("the estimate's error is the largest of what each request was off by the one before", () => {
  expect(estimateError([])).toBeNull();
  expect(estimateError([{ bytes: 400, tokens: 100 }])).toBeNull();
  const measured = [
    { bytes: 400, tokens: 100 },
    { bytes: 800, tokens: 200 },
    // By the one before it would have been 225.
    { bytes: 900, tokens: 250 },
  ];
  expect(estimateError(measured)).toBe(10);
});
