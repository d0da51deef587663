// @vitest-environment happy-dom
import { screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { useFakeLayout } from "../../support/fake-layout.ts";
import { renderSession } from "../../support/render-session.tsx";
import { accessibilityFaults } from "../../support/render-window.tsx";
import { callId, createSessionScript, turnId } from "../../support/session-script.ts";

useFakeLayout();

const log = () => screen.findByRole("log", { name: "Conversation" });

describe("a call that was put right", () => {
  it("says so on its row, and in one line on its card what was put right", async () => {
    const script = createSessionScript("s-sample");
    script.prompt("t-1", "Write it");
    script.add({
      type: "tool-call-start",
      turnId: turnId("t-1"),
      callId: callId("c-1"),
      modelCallId: "c-1",
      name: "write_file",
      arguments: { path: "a.ts", content: "x" },
      argumentsText: "{}",
      repairs: ["text-call"],
    });
    script.end("t-1", "c-1", { result: "created a.ts", repairs: ["escapes"] });
    script.finish("t-1");
    const { user } = await renderSession(script);
    const list = await log();
    const row = within(list).getByRole("button", { name: /Wrote a.ts.*repaired/ });
    await user.click(row);
    expect(
      within(list).getByText(
        "Repaired call: the model had written it as text; line ends that were escaped twice are real ones",
      ),
    ).toBeTruthy();
    expect(await accessibilityFaults()).toEqual([]);
  });
});

describe("an answer about tags and marks", () => {
  it("A4 E4: shows them as the text they are, and never as elements", async () => {
    const script = createSessionScript("s-sample");
    script.prompt("t-1", "How do calls look?");
    script.text("t-1", "Between <tool_call> and </tool_call>; <|im_end|> ends it. <b>x</b>");
    script.finish("t-1");
    await renderSession(script);
    const list = await log();
    expect(list.textContent).toContain("Between <tool_call> and </tool_call>; <|im_end|> ends it.");
    expect(list.querySelector("b")).toBeNull();
  });
});
