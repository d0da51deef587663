import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { z } from "zod";
import type { ModelEvent, ModelMessage } from "../../../src/main/agent/ports.ts";
import {
  createDemoModel,
  demoFiles,
  demoModelId,
  demoPrompt,
} from "../../../src/main/providers/demo-model.ts";
import { createToolFixture, type ToolFixture } from "../../support/tool-fixture.ts";

const say = (role: "system" | "user", text: string): ModelMessage => ({
  role,
  content: [{ type: "text", text }],
});

async function ask(
  messages: readonly ModelMessage[],
  signal = new AbortController().signal,
): Promise<ModelEvent[]> {
  const model = createDemoModel({ wordMs: 0 });
  const request = { model: demoModelId, messages, tools: [], maxOutputTokens: null };
  const events: ModelEvent[] = [];
  for await (const event of model.stream(request, signal)) events.push(event);
  return events;
}

const textOf = (events: readonly ModelEvent[]): string =>
  events.flatMap((event) => (event.type === "text-delta" ? [event.text] : [])).join("");

/** The loop in small: every call is run by the real tools until an answer has none. */
async function play(
  run: (name: string, input: Record<string, unknown>) => Promise<string>,
): Promise<ModelMessage[]> {
  const messages: ModelMessage[] = [say("system", "You code."), say("user", demoPrompt)];
  for (;;) {
    const events = await ask(messages);
    const calls = events.filter((event) => event.type === "tool-call");
    messages.push({
      role: "assistant",
      content: [{ type: "text", text: textOf(events) }],
      toolCalls: calls,
    });
    if (calls.length === 0) return messages;
    for (const call of calls) {
      const result = await run(
        call.name,
        z.record(z.string(), z.unknown()).parse(JSON.parse(call.argumentsText)),
      );
      messages.push({
        role: "tool",
        toolCallId: call.id,
        // As a result stands in a conversation.
        content: [{ type: "text", text: `<data 0a1b2c3d>\n${result}\n</data 0a1b2c3d>` }],
      });
    }
  }
}

const ending = (messages: readonly ModelMessage[]): string =>
  messages.at(-1)?.content[0]?.text ?? "";

/** Whether the sample project's own tests pass, under plain Node. */
function testsPass(fixture: ToolFixture): boolean {
  try {
    execFileSync(process.execPath, ["--test"], {
      cwd: fixture.root,
      stdio: "pipe",
      env: { ...process.env, NODE_TEST_CONTEXT: undefined },
    });
    return true;
  } catch {
    return false;
  }
}

test("the sample project has a real bug, which the script finds and mends with the real tools", async () => {
  await using fixture = createToolFixture(demoFiles);
  expect(testsPass(fixture)).toBe(false);
  const statuses: string[] = [];
  const messages = await play(async (name, input) => {
    const { status, result } = await fixture.call(name, input);
    statuses.push(`${name} ${status}`);
    return result;
  });
  expect(statuses).toEqual([
    "list_files completed",
    "search_files completed",
    "read_file completed",
    "read_file completed",
    "edit_file completed",
    "edit_file completed",
    "write_file completed",
  ]);
  expect(testsPass(fixture)).toBe(true);
  expect(ending(messages)).toMatch(/`src\/cart\.js:8`[^]*This was a demo[^]*Settings/);
});

test("claims nothing when an edit was not allowed", async () => {
  await using fixture = createToolFixture(demoFiles);
  const messages = await play(async (name, input) =>
    name === "write_file"
      ? "Denied: the person did not allow this call."
      : (await fixture.call(name, input)).result,
  );
  expect(ending(messages)).toMatch(/not every step was carried out[^]*This was a demo/);
});

test("says again that it is a demo, whatever is asked afterwards", async () => {
  await using fixture = createToolFixture(demoFiles);
  const messages = await play(async (name, input) => (await fixture.call(name, input)).result);
  for (const prompt of ["Now write a web server.", "Please."]) {
    const events = await ask([...messages, say("user", prompt)]);
    expect(textOf(events)).toMatch(/cannot answer that[^]*This was a demo/);
    expect(events.at(-1)).toEqual({ type: "finish", reason: "stop" });
    messages.push(say("user", prompt), {
      role: "assistant",
      content: [{ type: "text", text: textOf(events) }],
      toolCalls: [],
    });
  }
});

test("reports usage of zero, so that the ledger has nothing unknown", async () => {
  const events = await ask([say("user", demoPrompt)]);
  expect(events.find((event) => event.type === "usage")).toMatchObject({
    usage: { inputTokens: 0, outputTokens: 0 },
    explicitCache: false,
  });
});

test("stops in the middle of a sentence when it is cancelled", async () => {
  const controller = new AbortController();
  const request = {
    model: demoModelId,
    messages: [say("user", demoPrompt)],
    tools: [],
    maxOutputTokens: null,
  };
  const heard: ModelEvent[] = [];
  const playing = (async () => {
    for await (const event of createDemoModel({ wordMs: 5 }).stream(request, controller.signal)) {
      heard.push(event);
      controller.abort();
    }
  })();
  await expect(playing).rejects.toMatchObject({ code: "cancelled" });
  expect(heard).toHaveLength(1);
});
