import fc from "fast-check";
import { expect, test } from "vitest";
import type { ModelMessage } from "../../../../src/main/agent/ports.ts";
import { comparePrefixes } from "../../../../src/main/usage/cache-doctor/compare-prefixes.ts";
import { diagnose, type CacheCase } from "../../../../src/main/usage/cache-doctor/diagnose.ts";
import {
  createHashText,
  hashPrefix,
  type PrefixPart,
  type SentPrefix,
} from "../../../../src/main/usage/cache-doctor/prefix-parts.ts";
import type { CacheCause } from "../../../../src/shared/context.ts";
import { noTokens, type TokenUsage } from "../../../../src/shared/usage.ts";

const hash = createHashText(new Uint8Array(32));
const partsOf = (sent: SentPrefix): readonly PrefixPart[] => hashPrefix(sent, hash, null).parts;
const text = (value: string) => [{ type: "text" as const, text: value }];
const tool = (name: string, description = "does it") => ({ name, description, parameters: {} });

/** A conversation of so many steps, with texts of its own. */
function conversation(steps: number, size: number): SentPrefix {
  const messages: ModelMessage[] = [
    { role: "system", content: text(`system ${"s".repeat(3000)}`) },
    { role: "user", content: text("the prompt") },
  ];
  for (let step = 0; step < steps; step += 1) {
    const id = `call-${step}`;
    messages.push(
      {
        role: "assistant",
        content: text(`step ${step}`),
        toolCalls: [{ id, name: "read_file", argumentsText: `{"path":"src/${step}.ts"}` }],
      },
      { role: "tool", toolCallId: id, content: text(`${step} ${"x".repeat(size)}`) },
    );
  }
  return { messages, tools: [tool("read_file"), tool("edit_file"), tool("run_command")] };
}

/** The same with one message more at its end. */
const longer = (sent: SentPrefix): SentPrefix => ({
  ...sent,
  messages: [...sent.messages, { role: "user", content: text("and now something new") }],
});

const bytesOf = (parts: readonly PrefixPart[]): number =>
  parts.reduce((sum, { bytes }) => sum + bytes, 0);

/** As a tokenizer counts, within some percent of the size. */
const tokensOf = (bytes: number, noise = 0): number => Math.round((bytes / 4) * (1 + noise));

const usageOf = (inputTokens: number, cachedTokens: number): TokenUsage => ({
  ...noTokens,
  inputTokens,
  cachedTokens,
  outputTokens: 50,
});

const started = Date.parse("2026-11-20T10:00:00Z");

interface Sent {
  readonly base: SentPrefix;
  readonly next: SentPrefix;
  /** What the provider read, by the parts that both begin with: 1 = all of these. */
  readonly readShare?: number;
  readonly noise?: number;
}

/** A request after another one, answered by a provider that reads exactly what both begin with. */
function caseOf({ base, next, readShare = 1, noise = 0 }: Sent): CacheCase {
  const [before, now] = [partsOf(base), partsOf(next)];
  const compared = comparePrefixes(before, now);
  const cached = tokensOf(compared.keptBytes * readShare, noise);
  const where = {
    model: "qwen3-coder-plus",
    region: "singapore",
    protocol: "openai",
    keyFingerprint: "aaaaaaaa",
  };
  return {
    ...where,
    usage: usageOf(tokensOf(compared.totalBytes, noise), cached),
    sentAt: started + 10_000,
    caches: { explicit: true, implicit: true },
    record: { ...compared, isWhole: compared.kept === before.length },
    base: {
      ...where,
      endedAt: started,
      usage: usageOf(tokensOf(bytesOf(before), noise), 0),
    },
  };
}

const namesOf = (causes: readonly CacheCause[]): string[] => causes.map(({ cause }) => cause);

/** Each changes something in the middle of what was sent; what follows it was sent before. */
const plants: readonly {
  readonly cause: string;
  readonly plant: (sent: SentPrefix) => SentPrefix;
}[] = [
  { cause: "tools", plant: (sent) => ({ ...sent, tools: [...sent.tools, tool("find_tool")] }) },
  { cause: "tools", plant: (sent) => ({ ...sent, tools: sent.tools.slice(1) }) },
  { cause: "tools", plant: (sent) => ({ ...sent, tools: sent.tools.toReversed() }) },
  {
    cause: "tools",
    plant: (sent) => ({ ...sent, tools: sent.tools.with(1, tool("edit_file", "otherwise")) }),
  },
  { cause: "system", plant: (sent) => withMessage(sent, 0, text("another system message")) },
  {
    cause: "memory",
    plant: (sent) =>
      withMessage(sent, 0, [...(sent.messages[0]?.content ?? []), ...text("# AGENTS.md\nrules")]),
  },
  {
    cause: "compaction",
    plant: (sent) => ({
      ...sent,
      messages: [
        ...sent.messages.slice(0, 1),
        {
          role: "user",
          content: text(
            "[Summary of the conversation so far, made to save room. Files may have changed since: read what you need again.]\n\nIt was so.",
          ),
        },
        ...sent.messages.slice(3),
      ],
    }),
  },
];

const withMessage = (
  sent: SentPrefix,
  at: number,
  content: readonly { readonly type: "text"; readonly text: string }[],
): SentPrefix => {
  const message = sent.messages[at];
  if (message === undefined) throw new Error(`no message ${at}`);
  return { ...sent, messages: sent.messages.with(at, { ...message, content }) };
};

const shape = fc.record({
  steps: fc.integer({ min: 4, max: 20 }),
  // Long enough for a cache, also where a plant makes it shorter.
  size: fc.integer({ min: 800, max: 2500 }),
  // How far the figures of a provider are from the sizes, either way.
  noise: fc.double({ min: -0.2, max: 0.4, noNaN: true }),
});

test("a planted change is always named, and nothing else is blamed", () => {
  fc.assert(
    fc.property(shape, fc.constantFrom(...plants), ({ steps, size, noise }, { cause, plant }) => {
      const base = conversation(steps, size);
      const found = diagnose(caseOf({ base, next: longer(plant(base)), noise }));
      expect(namesOf(found.causes)).toEqual([cause]);
      expect(found.status).toBe("miss");
      expect(found.missedTokens).toBeGreaterThan(0);
    }),
    { numRuns: 120 },
  );
});

test("a result that was left out is named by its place and its file", () => {
  fc.assert(
    fc.property(shape, fc.nat(), ({ steps, size, noise }, place) => {
      const base = conversation(steps, size);
      const step = place % (steps - 2);
      const next = longer(withMessage(base, 3 + 2 * step, text("(left out)")));
      const found = diagnose(caseOf({ base, next, noise }));
      // System message, three tools, the prompt; then an answer and its result to a step.
      const at = 5 + 2 * step + 2;
      expect(found.causes).toEqual([{ cause: "part", at, kind: "file", label: `src/${step}.ts` }]);
    }),
  );
});

test("of two changes both are named", () => {
  const base = conversation(6, 2000);
  const next = longer(withMessage({ ...base, tools: base.tools.slice(1) }, 0, text("other")));
  expect(namesOf(diagnose(caseOf({ base, next })).causes)).toEqual(["system", "tools"]);
  const both = diagnose({ ...caseOf({ base, next }), sentAt: started + 400_000 });
  expect(namesOf(both.causes)).toEqual(["expired", "system", "tools"]);
});

test("a request that read what was sent before is never blamed, whatever else was the case", () => {
  const circumstances = fc.record({
    gap: fc.integer({ min: 0, max: 3_600_000 }),
    model: fc.constantFrom("qwen3-coder-plus", "qwen3-coder-flash"),
    caches: fc.constantFrom(
      null,
      { explicit: false, implicit: false },
      { explicit: true, implicit: false },
    ),
    readShare: fc.double({ min: 0.97, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(shape, circumstances, ({ steps, size, noise }, { gap, readShare, ...others }) => {
      const base = conversation(steps, size);
      const request = caseOf({ base, next: longer(base), readShare, noise });
      const found = diagnose({ ...request, ...others, sentAt: started + gap });
      expect(found).toMatchObject({ status: "hit", causes: [], missedTokens: 0 });
    }),
  );
});

test("without usage nothing is said, whatever else was the case", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...plants),
      fc.integer({ min: 0, max: 900_000 }),
      ({ plant }, gap) => {
        const base = conversation(5, 1000);
        const request = caseOf({ base, next: longer(plant(base)) });
        const found = diagnose({ ...request, usage: null, sentAt: started + gap });
        expect(found).toEqual({
          status: "unknown",
          hitShare: null,
          cachedTokens: null,
          knownTokens: null,
          missedTokens: null,
          causes: [{ cause: "unknown-usage" }],
        });
      },
    ),
  );
});

test("the same prefix that was not read is the provider's miss, time and switches apart", () => {
  const base = conversation(8, 3000);
  const request = caseOf({ base, next: longer(base), readShare: 0 });
  const input = tokensOf(bytesOf(partsOf(base)));
  expect(diagnose(request)).toMatchObject({
    status: "miss",
    hitShare: 0,
    knownTokens: input,
    missedTokens: input,
    causes: [{ cause: "not-hit" }],
  });
  const half = diagnose(caseOf({ base, next: longer(base), readShare: 0.5 }));
  expect(half.causes).toEqual([{ cause: "not-hit" }]);
  expect(half.missedTokens).toBe(input - tokensOf(bytesOf(partsOf(base)) * 0.5));
  expect(diagnose({ ...request, sentAt: started + 300_000 }).causes).toEqual([
    { cause: "not-hit" },
  ]);
  expect(diagnose({ ...request, sentAt: started + 300_001 }).causes).toEqual([
    { cause: "expired", gapMs: 300_001, ttlMs: 300_000 },
  ]);
  const implicit = { ...request, caches: { explicit: false, implicit: true } };
  expect(diagnose({ ...implicit, sentAt: started + 900_000 }).causes).toEqual([
    { cause: "expired", gapMs: 900_000, ttlMs: null },
  ]);
});

test("a switch of model, region, protocol or key is named", () => {
  const base = conversation(8, 3000);
  const request = caseOf({ base, next: longer(base), readShare: 0 });
  const changed: readonly [Partial<CacheCase>, CacheCause][] = [
    [{ model: "qwen3-coder-flash" }, { cause: "model-switch", from: "qwen3-coder-plus" }],
    [{ region: "beijing" }, { cause: "region-switch", from: "singapore" }],
    [{ protocol: "dashscope" }, { cause: "protocol-switch", from: "openai" }],
    [{ keyFingerprint: "bbbbbbbb" }, { cause: "key-switch" }],
  ];
  for (const [change, cause] of changed)
    expect(diagnose({ ...request, ...change }).causes).toEqual([cause]);
  expect(diagnose({ ...request, keyFingerprint: null }).causes).toEqual([{ cause: "not-hit" }]);
});

test("what no cache could have is no loss", () => {
  const base = conversation(8, 3000);
  const request = caseOf({ base, next: longer(base), readShare: 0 });
  const without = (change: Partial<CacheCase>) => diagnose({ ...request, ...change });
  expect(without({ base: null })).toMatchObject({
    status: "new",
    missedTokens: 0,
    causes: [{ cause: "first-call" }],
  });
  expect(without({ caches: { explicit: false, implicit: false } })).toMatchObject({
    status: "new",
    causes: [{ cause: "no-cache" }],
  });
  expect(without({ caches: null }).causes).toEqual([{ cause: "cache-unknown" }]);
  expect(without({ record: null })).toMatchObject({
    status: "unknown",
    causes: [{ cause: "not-recorded" }],
  });
  expect(without({ usage: noTokens })).toMatchObject({ status: "new", causes: [], hitShare: null });
  const small: SentPrefix = {
    messages: [{ role: "user", content: text("x".repeat(4 * 1000)) }],
    tools: [],
  };
  expect(diagnose(caseOf({ base: small, next: longer(small), readShare: 0 }))).toMatchObject({
    status: "new",
    causes: [{ cause: "below-minimum", minimumTokens: 1024 }],
  });
});

test("what was only added or left away at the end is no change", () => {
  const base = conversation(8, 3000);
  const cut = { ...base, messages: base.messages.slice(0, -3) };
  expect(comparePrefixes(partsOf(base), partsOf(longer(base))).changes).toEqual([]);
  expect(comparePrefixes(partsOf(base), partsOf(longer(cut))).changes).toEqual([]);
});
