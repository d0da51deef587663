import { describe, expect, it } from "vitest";
import { AppError, UnsentError } from "../../../src/shared/errors.ts";
import { noTokens } from "../../../src/shared/usage.ts";
import type { RequestOutcome, RequestScope, UsagePort } from "../../../src/main/agent/ports.ts";
import { createCompleter, type CompletionTarget } from "../../../src/main/completion/complete.ts";
import { grantAll } from "../../support/grant-all.ts";
import { createFakeModel, someUsage, type FakeAnswer } from "../../support/fake-model.ts";

const input = { path: "src/a.ts", prefix: "const a = ", suffix: ";\nconst b = 2;\n" };

function createDesk(answers: readonly FakeAnswer[], options: { refuse?: AppError } = {}) {
  const settled: { scope: RequestScope; outcome: RequestOutcome }[] = [];
  const usage: UsagePort = {
    reserve: (_scope, bounds) =>
      options.refuse === undefined
        ? Promise.resolve(grantAll(bounds))
        : Promise.reject(options.refuse),
    settle: (scope, outcome) => {
      settled.push({ scope, outcome });
      return Promise.resolve({
        ...(outcome.usage ?? someUsage),
        cost: { amount: "0.001", currency: "USD" },
        priceVersion: "1",
      });
    },
  };
  const model = createFakeModel(answers);
  const target: CompletionTarget = {
    model,
    modelId: "m",
    mode: "partial",
    workspace: "/project",
    budget: null,
  };
  const completer = createCompleter(usage);
  return { completer, model, target, settled };
}

const owner = { owner: "editor", signal: new AbortController().signal };

describe("completer", () => {
  it("gives clean text with its usage, cost and latency", async () => {
    const { completer, target, settled } = createDesk([{ text: "1;\nconst b = 2;\n" }]);
    const completion = await completer.complete(input, target, owner);
    expect(completion).toMatchObject({
      text: "1",
      mode: "partial",
      usage: someUsage,
      cost: { amount: "0.001", currency: "USD" },
    });
    expect(completion.firstTokenMs).toBeTypeOf("number");
    expect(settled).toHaveLength(1);
    expect(settled[0]?.scope.sessionId).toMatch(/^completions-\d{4}-\d{2}-\d{2}$/);
    expect(settled[0]?.outcome.status).toBe("completed");
  });

  it("is cancelled by the next keystroke of the same editor, and not by another editor's", async () => {
    const { completer, model, target, settled } = createDesk([
      { text: "old", hang: true },
      { text: "other" },
      { text: "new" },
    ]);
    const first = completer.complete(input, target, owner);
    const refusal = first.catch((error: unknown) => error);
    const other = await completer.complete(input, target, { ...owner, owner: "other" });
    expect(other.text).toBe("other");
    expect(settled).toHaveLength(1);
    const next = await completer.complete(input, target, owner);
    expect(await refusal).toMatchObject({ code: "cancelled" });
    expect(next.text).toBe("new");
    expect(model.requests).toHaveLength(3);
    expect(settled.map(({ outcome }) => outcome.status).toSorted()).toEqual([
      "cancelled",
      "completed",
      "completed",
    ]);
  });

  it("settles a failure too, and tells it", async () => {
    const { completer, target, settled } = createDesk([
      { text: "ha", error: new AppError("unavailable", "The answer broke off.") },
    ]);
    await expect(completer.complete(input, target, owner)).rejects.toThrow("broke off");
    expect(settled[0]?.outcome).toMatchObject({ status: "failed", usage: null });
  });

  it.each([
    new AppError("rate-limited", "later"),
    new UnsentError("no network"),
    new UnsentError("stopped while it waited", "cancelled"),
  ])("counts $message as nothing: it must not use up the day's limit", async (error) => {
    const { completer, target, settled } = createDesk([{ error }]);
    await expect(completer.complete(input, target, owner)).rejects.toBe(error);
    expect(settled[0]?.outcome.usage).toEqual(noTokens);
  });

  it("sends nothing when the budget refuses", async () => {
    const refuse = new AppError("budget", "over");
    const { completer, model, target, settled } = createDesk([{ text: "1" }], { refuse });
    await expect(completer.complete(input, target, owner)).rejects.toBe(refuse);
    expect({ sent: model.requests.length, settled: settled.length }).toEqual({
      sent: 0,
      settled: 0,
    });
  });

  it("sends no more than what is near the cursor", async () => {
    const { completer, model, target } = createDesk([{ text: "1" }]);
    const line = `${"x".repeat(99)}\n`;
    const long = { path: "a.ts", prefix: line.repeat(1000), suffix: line.repeat(1000) };
    await completer.complete(long, target, owner);
    expect(JSON.stringify(model.requests[0]).length).toBeLessThan(12_500);
  });
});
