import { expect, test } from "vitest";
import { learntLimit, type LearntLimit } from "../../../src/main/providers/learnt-limit.ts";
import { hear, refusal, request } from "../../support/hear-provider.ts";
import { startModelStudio } from "../../support/model-studio/server.ts";

const learnt = (message: string) => learntLimit({ status: 400, code: "", message });

// The numbers are those that users' reports quote.
test.each([
  ["Range of input length should be [1, 204800]", { kind: "input", tokens: 204_800 }],
  [
    "<400> InternalError.Algo.InvalidParameter: Range of input length should be [1, 983616]",
    { kind: "input", tokens: 983_616 },
  ],
  ["Range of max_tokens should be [1, 65536]", { kind: "output", tokens: 65_536 }],
  ["Range of max_completion_tokens should be [1, 8192]", { kind: "output", tokens: 8192 }],
  [
    "This model's maximum context length is 32768 tokens. However, you requested 40000.",
    { kind: "input", tokens: 32_768 },
  ],
  [
    "request (9001 tokens) exceeds the available context size (8192 tokens), try increasing it",
    { kind: "input", tokens: 8192 },
  ],
] as const)("%s", (message, limit) => {
  expect(learnt(message)).toEqual(limit);
});

test.each([
  "Range of input length should be [1, 0]",
  "Range of input length should be [1, 99999999999999999999]",
  "Range of top_p should be (0.0, 1.0]",
  "temperature should be in [0, 2)",
  "",
])("%j names no limit", (message) => {
  expect(learnt(message)).toBeNull();
});

test("a refusal tells the limit with the model it is of, and nothing else does", async () => {
  await using studio = await startModelStudio();
  const limits: (readonly [string, LearntLimit])[] = [];
  const onLimit = (model: string, limit: LearntLimit): void => void limits.push([model, limit]);
  studio.play([
    refusal(400, "invalid_parameter_error", "Range of input length should be [1, 204800]"),
    refusal(400, "invalid_parameter_error", "Range of seed should be [0, 2147483647]"),
    { text: "Yes." },
  ]);
  for (let times = 0; times < 3; times += 1) await hear({ ...studio, onLimit }, request());
  expect(limits).toEqual([["qwen3-coder-flash", { kind: "input", tokens: 204_800 }]]);
});
