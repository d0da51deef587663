import { expect, test } from "vitest";
import { createNativeAnswer } from "../../../src/main/providers/native-answer.ts";
import {
  answer,
  bytes,
  counted,
  done,
  frame,
  heardOf,
  hello,
  output,
  say,
} from "../../support/hear-native.ts";
import { kindsOf, textOf } from "../../support/hear-provider.ts";
import type { RawReply } from "../../support/raw-server.ts";

test.each<[string, RawReply, string]>([
  ["frames as they are recorded", answer(...hello), "Hello"],
  [
    "content in parts",
    answer(say([{ text: "Hel" }]), say([{ text: "l" }, { text: "o" }]), done),
    "Hello",
  ],
  [
    "content that is an empty list beside parts",
    answer(say([]), say([{ text: "Hello" }]), output({ content: [] }, "stop")),
    "Hello",
  ],
  [
    "text in the frame that ends it",
    answer(say("Hel"), output({ content: "lo" }, "stop", counted(20, 5))),
    "Hello",
  ],
  [
    'finish_reason null, missing and "" until the end',
    answer(
      { output: { choices: [{ message: { content: "Hel" }, finish_reason: null }] } },
      { output: { choices: [{ message: { content: "lo" } }] } },
      output({ content: "" }, ""),
      done,
    ),
    "Hello",
  ],
  [
    "frames without blank lines between them",
    bytes(hello.map((each) => frame(each).trimEnd()).join("\n")),
    "Hello",
  ],
  [
    "no blank line at the end",
    bytes(
      hello
        .map((each) => frame(each))
        .join("")
        .trimEnd(),
    ),
    "Hello",
  ],
  [
    "CRLF",
    bytes(
      hello
        .map((each) => frame(each))
        .join("")
        .replaceAll("\n", "\r\n"),
    ),
    "Hello",
  ],
  ["a byte order mark", bytes(`\uFEFF${hello.map((each) => frame(each)).join("")}`), "Hello"],
  [
    "frames with no event and a blank after the colon",
    bytes(hello.map((each) => `data: ${JSON.stringify(each)}\n\n`).join("")),
    "Hello",
  ],
  [
    "a stray [DONE] and an event done",
    bytes(`${hello.map((each) => frame(each)).join("")}event:done\ndata:{}\n\ndata: [DONE]\n\n`),
    "Hello",
  ],
  [
    "bare text, from a server that does not hear result_format",
    answer(
      { output: { text: "Hel", finish_reason: "null" } },
      { output: { text: "lo", finish_reason: "stop" } },
    ),
    "Hello",
  ],
  [
    "whole JSON, from a server that does not hear the stream header",
    {
      headers: { "content-type": "application/json" },
      pieces: [JSON.stringify(output({ content: "Hello" }, "stop", counted(20, 5)), null, 2)],
    },
    "Hello",
  ],
  [
    "frames that are called JSON",
    {
      headers: { "content-type": "application/json;charset=UTF-8" },
      pieces: hello.map((each) => frame(each)),
    },
    "Hello",
  ],
  ["a connection that is cut after the end", { ...answer(...hello), after: "cut" }, "Hello"],
  ["a connection that stays open after the end", { ...answer(...hello), after: "stay" }, "Hello"],
])("an answer is read from %s", async (_what, reply, text) => {
  const heard = await heardOf(reply);
  expect(heard.error).toBeNull();
  expect(textOf(heard)).toBe(text);
  expect(heard.events.at(-1)).toEqual({ type: "finish", reason: "stop" });
});

test("text and reasoning sent whole in each frame are passed on once, in order", async () => {
  const thinks = ["Let me", "Let me look", "Let me look at it."];
  const says = ["I", "I read", "I read it."];
  const heard = await heardOf(
    answer(
      ...thinks.map((reasoning) => output({ content: "", reasoning_content: reasoning })),
      ...says.map((content) => output({ content, reasoning_content: thinks[2] })),
      output({ content: says[2], reasoning_content: thinks[2] }, "stop", counted(20, 9)),
    ),
  );
  const reasoning = heard.events.map((e) => (e.type === "reasoning-delta" ? e.text : "")).join("");
  expect([reasoning, textOf(heard)]).toEqual(["Let me look at it.", "I read it."]);
  expect(kindsOf(heard)).toEqual(["reasoning-delta", "text-delta", "usage", "finish"]);
});

test("a short answer that the last frame repeats is passed on once", async () => {
  const heard = await heardOf(
    answer(say("OK", 5), output({ content: "OK" }, "stop", counted(20, 5))),
  );
  expect(textOf(heard)).toBe("OK");
  const added = await heardOf(
    answer(say("OK", 4), output({ content: "OK" }, "stop", counted(20, 5))),
  );
  expect(textOf(added)).toBe("OKOK");
});

test("reasoning that was held back comes before the text that follows it", async () => {
  const thinks = ["=", "=="].map((text) => output({ content: "", reasoning_content: text }));
  const heard = await heardOf(answer(...thinks, say("Hello"), done));
  expect(heard.events.slice(0, 3)).toEqual([
    { type: "reasoning-delta", text: "=" },
    { type: "reasoning-delta", text: "==" },
    { type: "text-delta", text: "Hello" },
  ]);
});

test.each([
  ["null", false],
  ["", false],
  [null, false],
  ["stop", true],
  ["length", true],
  ["tool_calls", true],
])("a frame whose finish_reason is %j is the last one: %j", (finish, isLast) => {
  const native = createNativeAnswer();
  const choice = { message: { content: "Hi" }, finish_reason: finish };
  const data = JSON.stringify({ output: { choices: [choice] } });
  native.take({ event: "result", data, status: 200 });
  expect(native.isFinished()).toBe(isLast);
});

test("usage is repeated and grows: the last one counts, and no frame adds to it", async () => {
  const usage = {
    ...counted(3000, 7),
    prompt_tokens_details: {
      cached_tokens: 1200,
      cache_creation_input_tokens: 800,
      cache_type: "ephemeral",
    },
    output_tokens_details: { reasoning_tokens: 4, text_tokens: 7 },
  };
  const heard = await heardOf(
    answer(say("a", 2), say("b", 5), output({ content: "" }, "stop", usage)),
  );
  expect(heard.events.filter(({ type }) => type === "usage")).toEqual([
    {
      type: "usage",
      usage: {
        inputTokens: 3000,
        cachedTokens: 1200,
        cacheWriteTokens: 800,
        outputTokens: 7,
        reasoningTokens: 4,
      },
      explicitCache: true,
    },
  ]);
});
